"""Missions: read by everyone, written by the coordination."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from partners.models import Mission
from partners.services import publishing as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import MissionFactory

URL = "/missions/"
ADD = "/missions/ajouter/"


def form(**changes) -> dict:
    return {
        "title": "Préparer la sortie",
        "summary": "Logement, papiers, soins, emploi.",
        "body": "Premier paragraphe.\n\n<script>alert(1)</script>",
        "position": "10",
        "is_published": "on",
    } | changes


def test_a_visitor_reads_what_is_published(spip):
    mission = MissionFactory(spip=spip, title="Suivre les mesures")
    draft = MissionFactory(spip=spip, draft=True)
    visitor = client_of(None)
    assert [*visitor.get(URL).context["page"]] == [mission]
    page = visitor.get(f"/missions/{mission.slug}/").content.decode()
    assert "<p>Premier paragraphe.</p>" in page
    assert visitor.get(f"/missions/{draft.slug}/").status_code == 404
    assert visitor.get("/missions/inconnue/").status_code == 404


def test_a_mission_to_be_published_later_is_not_read(spip):
    later = timezone.now() + timezone.timedelta(days=1)
    mission = MissionFactory(spip=spip, published_at=later)
    assert client_of(None).get(f"/missions/{mission.slug}/").status_code == 404


def test_the_services_agents_read_its_drafts(spip, cpip, other_coordinator):
    draft = MissionFactory(spip=spip, draft=True)
    assert "brouillon" in client_of(cpip).get(URL).content.decode()
    assert [*client_of(other_coordinator).get(URL).context["page"]] == []
    address = f"/missions/{draft.slug}/"
    assert client_of(other_coordinator).get(address).status_code == 404


def test_an_empty_list_says_what_to_do_next(db):
    assert "Revenir à l’accueil" in client_of(None).get(URL).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(count, spip, django_assert_num_queries):
    MissionFactory.create_batch(count, spip=spip)
    visitor = client_of(None)
    with django_assert_num_queries(5):
        response = visitor.get(URL)
    assert len(response.context["page"]) == count


# -- Write ---------------------------------------------------------------------------


def test_the_coordination_writes_a_mission(spip, coordinator):
    """Plain text: what looks like markup is shown as it was typed (SECURITY 40)."""
    client = client_of(coordinator)
    response = client.post(ADD, form())
    assert response.url == "/missions/preparer-la-sortie/"
    mission = Mission.objects.get()
    assert (mission.spip, mission.position) == (spip, 10)
    page = client_of(None).get(response.url).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_its_address_comes_from_the_first_title_and_stays(coordinator):
    client = client_of(coordinator)
    client.post(ADD, form())
    client.post("/missions/preparer-la-sortie/modifier/", form(title="Autre titre"))
    mission = Mission.objects.get()
    assert (mission.slug, mission.title) == ("preparer-la-sortie", "Autre titre")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Préparer la sortie", "preparer-la-sortie-2"),
        ("Ajouter", "ajouter-2"),
        ("L’accès à l’emploi", "l-acces-a-l-emploi"),
        ("???", "mission"),
        ("m" * 120, "m" * 45),
    ],
)
def test_an_address_is_free_and_short(coordinator, title, slug):
    MissionFactory(slug="preparer-la-sortie")
    mission = services.add_mission(
        by=coordinator,
        title=title,
        summary="…",
        body="…",
        position=1,
        is_published=False,
    )
    assert mission.slug == slug


def test_unpublishing_hides_and_publishing_dates(coordinator):
    client = client_of(coordinator)
    client.post(ADD, form(is_published=""))
    mission = Mission.objects.get()
    assert mission.published_at is None
    address = "/missions/preparer-la-sortie/modifier/"
    client.post(address, form())
    mission.refresh_from_db()
    since = mission.published_at
    client.post(address, form(title="Encore"))
    mission.refresh_from_db()
    assert mission.published_at == since


@pytest.mark.parametrize("field", ["title", "summary", "body", "position"])
def test_what_is_missing_is_said_at_its_field(coordinator, field):
    response = client_of(coordinator).post(ADD, form(**{field: ""}))
    assert list(response.context["form"].errors) == [field]
    assert not Mission.objects.exists()


def test_extra_fields_change_nothing(coordinator, other_coordinator):
    client_of(coordinator).post(
        ADD, form(spip=other_coordinator.spip.pk, slug="choisie", id="7")
    )
    mission = Mission.objects.get()
    assert mission.spip == coordinator.spip
    assert mission.slug == "preparer-la-sortie"


def test_only_the_service_writes(spip, cpip, outsider, other_coordinator):
    mission = MissionFactory(spip=spip)
    assert_closed(ADD, cpip, outsider)
    address = f"/missions/{mission.slug}/modifier/"
    assert_closed(address, cpip, outsider, other_coordinator)
    values = {"title": "x", "summary": "x", "body": "x", "position": 1}
    with pytest.raises(PermissionDenied):
        services.save_mission(
            mission=mission, by=other_coordinator, is_published=True, **values
        )
    for user in (cpip, outsider):
        with pytest.raises(PermissionDenied):
            services.add_mission(by=user, is_published=True, **values)


@pytest.mark.parametrize("address", [URL, "/missions/une/"])
def test_reading_is_by_get_only(db, address):
    assert client_of(None).post(address).status_code == 405
