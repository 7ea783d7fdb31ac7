"""Pictures: what they are by their first bytes, and drawn anew in a child process."""

from django.utils.translation import gettext as _

from spip_portal.ui.sizes import file_size
from spip_portal.vault.confined import run_child

IMAGE_MAX_BYTES = 2 * 1024 * 1024
CPU_SECONDS = 10
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def media_type_of(content: bytes) -> str | None:
    """By the first bytes, never by a name."""
    return next((t for t, sign in SIGNATURES.items() if content.startswith(sign)), None)


def redrawn(content: bytes) -> bytes | None:
    """The same picture, of the same type, and nothing else that the file held. None
    for one that cannot be read whole, within limits of size, memory and time."""
    drawn = run_child("image_drawing.py", content, cpu_seconds=CPU_SECONDS)
    if drawn is None or media_type_of(drawn) != media_type_of(content):
        return None
    return drawn


def explain_image(reason: str) -> str:
    """Why, and how to make it acceptable."""
    sentences = {
        "too_large": _("Cette image dépasse %(size)s : réduisez-la.")
        % {"size": file_size(IMAGE_MAX_BYTES)},
        "not_image": _("Ce fichier n’est ni un PNG ni un JPEG : convertissez-le."),
        "unreadable": _(
            "Cette image est abîmée ou trop grande (4 000 pixels de côté au plus) : "
            "enregistrez-la de nouveau."
        ),
    }
    return sentences[reason]
