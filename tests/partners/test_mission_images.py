"""Images of a mission: through the vault, seen with their page, never without words."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from partners.models import Mission, MissionImage
from partners.services import missions as services
from spip_portal.vault import services as vault
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import MissionFactory, MissionImageFactory
from tests.vault.factories import PDF, picture


@pytest.fixture
def mission(spip) -> Mission:
    return MissionFactory(spip=spip, slug="une")


def form(picked: bytes, **changes) -> dict:
    return {
        "key": "8d0f4a52-91f1-4b0e-9b5e-000000000001",
        "content": SimpleUploadedFile("plan.png", picked),
        "alternative": "Plan du bâtiment",
        **changes,
    }


def save(mission: Mission, by, body: str) -> Mission:
    return services.save_mission(
        mission=mission,
        by=by,
        seen=mission.version,
        title="Une",
        summary="…",
        body=body,
        published_at=mission.published_at,
    )


def test_an_image_is_put_in_checked_and_shown(mission, coordinator):
    browser = client_of(coordinator)
    for _twice in range(2):
        browser.post("/missions/une/images/", form(picture()))
    image = MissionImage.objects.get()
    url = services.image_url(image)
    assert client_of(None).get(url).status_code == 404  # not inspected yet
    assert (
        browser.get("/missions/une/modifier/")
        .context["form"]
        .fields["body"]
        .widget.images
        == []
    )
    vault.inspect_waiting()
    response = client_of(None).get(url)
    assert response.getvalue().startswith(b"\x89PNG")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert browser.get("/missions/une/modifier/").context["form"].fields[
        "body"
    ].widget.images == [(url, "Plan du bâtiment")]


@pytest.mark.parametrize(
    ("content", "changes", "field"),
    [
        (PDF, {}, "content"),
        (picture()[:50], {}, "content"),
        (picture(), {"alternative": " "}, "alternative"),
        (picture(), {"content": ""}, "content"),
    ],
)
def test_bad_input_is_said_at_its_field(mission, coordinator, content, changes, field):
    response = client_of(coordinator).post(
        "/missions/une/images/", form(content, **changes)
    )
    assert list(response.context["form"].errors) == [field]
    assert not MissionImage.objects.exists()


def test_an_image_is_seen_by_who_reads_its_page(spip, cpip, referent):
    draft = MissionFactory(spip=spip, draft=True)
    url = services.image_url(MissionImageFactory(mission=draft))
    for user, status in ((None, 404), (referent, 404), (cpip, 200)):
        assert client_of(user).get(url).status_code == status
    with pytest.raises(PermissionDenied):
        services.read_image(by=referent, image=draft.images.get())


def test_a_text_shows_images_of_its_own_page_with_their_words(mission, coordinator):
    own = services.image_url(MissionImageFactory(mission=mission))
    foreign = services.image_url(MissionImageFactory())
    body = f'<p>Voici.</p><img src="{own}" alt="Plan">'
    assert save(mission, coordinator, body).body == body
    mission.refresh_from_db()
    for bad in (
        f'<p>x</p><img src="{foreign}" alt="Plan">',
        f'<p>x</p><img src="{own}" alt=" ">',
        f'<p>x</p><img src="{own}">',
    ):
        with pytest.raises(ValidationError) as refusal:
            save(mission, coordinator, bad)
        assert list(refusal.value.message_dict) == ["body"]


def test_an_image_that_is_shown_is_not_removed(mission, coordinator):
    image = MissionImageFactory(mission=mission)
    url = services.image_url(image)
    save(mission, coordinator, f'<p>x</p><img src="{url}" alt="Plan">')
    browser, address = client_of(coordinator), f"{url}/retirer/"
    assert "montre cette image" in browser.post(address).content.decode()
    mission.refresh_from_db()
    save(mission, coordinator, "<p>Sans image.</p>")
    assert browser.post(address).url == "/missions/une/images/"
    assert not MissionImage.objects.exists()
    assert client_of(None).get(url).status_code == 404


def test_only_the_service_adds_and_removes(mission, cpip, referent, other_coordinator):
    image = MissionImageFactory(mission=mission)
    closed = (cpip, referent, other_coordinator)
    assert_closed("/missions/une/images/", *closed)
    assert_closed(f"{services.image_url(image)}/retirer/", *closed)
    values = {"by": other_coordinator, "alternative": "x", "content": picture()}
    with pytest.raises(PermissionDenied):
        services.add_image(mission=mission, **values)
    with pytest.raises(PermissionDenied):
        services.remove_image(image=image, by=other_coordinator)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, mission, coordinator, django_assert_num_queries
):
    MissionImageFactory.create_batch(count, mission=mission)
    browser = client_of(coordinator)
    browser.get("/missions/une/images/")
    with django_assert_num_queries(8):
        response = browser.get("/missions/une/images/")
    assert len(response.context["images"]) == count
