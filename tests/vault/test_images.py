"""Pictures: known by their content, drawn anew, inspected like any other file."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from spip_portal.vault import services as vault
from spip_portal.vault.fields import ImageField
from spip_portal.vault.images import IMAGE_MAX_BYTES, media_type_of, redrawn
from spip_portal.vault.models import StoredFile
from tests.vault.factories import PDF, picture


def uploaded(content: bytes, **changes):
    facts = {"name": "x.png", "size": len(content), "is_truncated": False, **changes}
    return SimpleNamespace(read=lambda: content, **facts)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_kept_as_a_picture_of_its_type(kind):
    drawn = ImageField().clean(uploaded(picture(kind)))
    with Image.open(BytesIO(drawn)) as image:
        assert (image.format, image.size) == (kind, (40, 30))


def test_where_and_when_it_was_taken_is_not_kept():
    exif = Image.Exif()
    exif[0x010F] = "APPAREIL-CANARI"
    taken = picture("JPEG", exif=exif)
    assert b"APPAREIL-CANARI" in taken
    assert b"APPAREIL-CANARI" not in redrawn(taken)


def test_what_hides_behind_a_picture_is_not_kept():
    assert b"<script>" not in redrawn(picture() + b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PDF, "not_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_image"),
        (b"GIF89a" + b"0" * 40, "not_image"),
        (picture()[:60], "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 200, "unreadable"),
        (picture(size=(4001, 2)), "unreadable"),
        (b"\xff\xd8\xff" + picture()[3:], "unreadable"),
    ],
)
def test_what_is_not_a_sound_picture_is_refused(content, code):
    with pytest.raises(ValidationError) as refusal:
        ImageField().clean(uploaded(content))
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "changes", [{"size": IMAGE_MAX_BYTES + 1}, {"is_truncated": True}]
)
def test_a_heavy_picture_is_refused(changes):
    with pytest.raises(ValidationError) as refusal:
        ImageField().clean(uploaded(picture(), **changes))
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("content", "media_type", "state"),
    [
        (picture(), "image/png", "available"),
        (picture("JPEG"), "image/jpeg", "available"),
        (picture("JPEG"), "image/png", "refused"),
        (PDF, "image/png", "refused"),
        (picture(), "application/pdf", "refused"),
    ],
)
def test_the_worker_checks_that_it_is_what_it_was_said_to_be(
    db, content, media_type, state
):
    stored = vault.store(content=content, media_type=media_type)
    vault.inspect_waiting()
    stored = StoredFile.objects.get(pk=stored.pk)
    assert (stored.state, stored.media_type) == (state, media_type)
    assert bool(stored.refusal) == (state == "refused")


def test_the_type_is_read_in_the_content():
    assert media_type_of(picture()) == "image/png"
    assert media_type_of(picture("JPEG")) == "image/jpeg"
    assert media_type_of(PDF) is None
