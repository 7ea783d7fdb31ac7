"""Missions: read by everyone, written by the coordination."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from partners.models import Mission
from partners.services import missions as services
from spip_portal import registry
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import MissionFactory

URL = "/missions/"
ADD = "/missions/ajouter/"
ORDER = "/missions/ordre/"


def form(**changes) -> dict:
    return {
        "title": "Préparer la sortie",
        "summary": "Logement, papiers, soins, emploi.",
        "body": "<h2>Avant</h2><p>Premier <em>mot</em>.</p><script>alert(1)</script>",
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


def test_before_its_date_a_mission_is_read_by_the_service_alone(
    spip, cpip, referent, other_coordinator
):
    later = timezone.now() + timedelta(days=1)
    mission = MissionFactory(spip=spip, published_at=later)
    address = f"/missions/{mission.slug}/"
    for user in (None, referent, other_coordinator):
        assert client_of(user).get(address).status_code == 404
        assert [*client_of(user).get(URL).context["page"]] == []
    assert "publiée à partir du" in client_of(cpip).get(address).content.decode()
    Mission.objects.update(published_at=timezone.now())
    assert client_of(None).get(address).status_code == 200


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
    """Formatted text, cleaned as it comes in and as it is shown (SECURITY 40)."""
    client = client_of(coordinator)
    response = client.post(ADD, form())
    assert response.url == "/missions/preparer-la-sortie/"
    mission = Mission.objects.get()
    assert (mission.spip, mission.version) == (spip, 1)
    assert mission.body == "<h2>Avant</h2><p>Premier <em>mot</em>.</p>"
    assert mission.body in client_of(None).get(response.url).content.decode()
    Mission.objects.update(body="<p>Écrit sans la porte</p><script>alert(1)</script>")
    page = client_of(None).get(response.url).content.decode()
    assert "<p>Écrit sans la porte</p></div>" in page
    assert "alert(1)" not in page


def test_without_an_editor_plain_text_makes_paragraphs(coordinator):
    client_of(coordinator).post(ADD, form(body="Un < deux.\r\n\r\nTrois."))
    assert Mission.objects.get().body == "<p>Un &lt; deux.</p><p>Trois.</p>"


def test_its_words_are_searched_and_not_its_tags(spip):
    body = '<p>Un <strong>hébergement</strong> <a href="https://x.example">ici</a></p>'
    mission = MissionFactory(spip=spip, body=body)
    for words, found in (("hebergements", [mission]), ("strong", []), ("href", [])):
        assert [*Mission.objects.with_words(words)] == found


def test_a_name_that_the_guards_know_is_refused_at_the_text(coordinator, monkeypatch):
    def guard(text):
        return ["Un nom connu."] if "Untel" in text else []

    monkeypatch.setitem(registry._providers, "text_guards", [guard])
    response = client_of(coordinator).post(ADD, form(body="<p>M. Un<em>tel</em></p>"))
    assert response.context["form"].errors == {"body": ["Un nom connu."]}
    assert not Mission.objects.exists()


def test_its_address_comes_from_the_first_title_and_stays(coordinator):
    client = client_of(coordinator)
    client.post(ADD, form())
    client.post(
        "/missions/preparer-la-sortie/modifier/", form(title="Autre titre", seen=1)
    )
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
        published_at=None,
    )
    assert mission.slug == slug


def test_unpublishing_hides_and_publishing_dates(coordinator):
    client = client_of(coordinator)
    client.post(ADD, form(is_published=""))
    mission = Mission.objects.get()
    assert mission.published_at is None
    address = "/missions/preparer-la-sortie/modifier/"
    client.post(address, form(seen=1))
    mission.refresh_from_db()
    since = mission.published_at
    minute = timezone.localtime(since).strftime("%Y-%m-%dT%H:%M")
    client.post(address, form(title="Encore", seen=2, published_from=minute))
    mission.refresh_from_db()
    assert (mission.title, mission.published_at) == ("Encore", since)
    client.post(address, form(seen=3, published_from="2031-05-02T08:30"))
    mission.refresh_from_db()
    assert timezone.localtime(mission.published_at).isoformat()[:16] == (
        "2031-05-02T08:30"
    )


@pytest.mark.parametrize("empty", ["<p></p>", "<script>x</script>", "<img src=x>"])
def test_a_text_of_which_nothing_is_left_is_said_at_its_field(coordinator, empty):
    response = client_of(coordinator).post(ADD, form(body=empty))
    assert response.context["form"].errors == {"body": ["Écrivez un texte."]}
    assert not Mission.objects.exists()


@pytest.mark.parametrize("field", ["title", "summary", "body"])
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
    values = {"title": "x", "summary": "x", "body": "x", "published_at": None}
    with pytest.raises(PermissionDenied):
        services.save_mission(mission=mission, by=other_coordinator, seen=1, **values)
    for user in (cpip, outsider):
        with pytest.raises(PermissionDenied):
            services.add_mission(by=user, **values)


# -- Order ---------------------------------------------------------------------------


def test_buttons_change_the_order_of_the_list(spip, coordinator):
    for title, position in (("Une", 10), ("Deux", 20), ("Trois", 20)):
        slug = title.lower()
        MissionFactory(spip=spip, title=title, slug=slug, position=position)
    other = MissionFactory(position=15)  # of another service
    browser = client_of(coordinator)

    def titles():
        return [each.title for each in browser.get(ORDER).context["missions"]]

    assert titles() == ["Une", "Deux", "Trois"]
    browser.post(ORDER, {"up": "trois"})
    assert titles() == ["Une", "Trois", "Deux"]
    browser.post(ORDER, {"down": "une"})
    assert titles() == ["Trois", "Une", "Deux"]
    browser.post(ORDER, {"up": "trois"})  # the first already
    browser.post(ORDER, {"down": "deux"})  # the last already
    assert titles() == ["Trois", "Une", "Deux"]
    other.refresh_from_db()
    assert other.position == 15
    assert browser.post(ORDER, {"up": other.slug}).status_code == 404
    assert browser.post(ORDER, {}).status_code == 404
    assert browser.post(ORDER, {"up": "\0"}).status_code == 404


def test_lists_in_lists_without_end_are_refused_with_what_was_typed(coordinator, spip):
    """Paper could not be laid out from them."""
    three, many = ("<ul><li>" * depth + "Mot" for depth in (3, 300))
    refused = client_of(coordinator).post(ADD, form(body=many)).context["form"]
    assert "imbriquées" in refused.errors["body"][0]
    assert refused["title"].value() == "Préparer la sortie"
    assert not Mission.objects.exists()
    assert client_of(coordinator).post(ADD, form(body=three)).status_code == 302


def test_a_new_mission_comes_last(spip, coordinator):
    MissionFactory(spip=spip, position=70)
    client_of(coordinator).post(ADD, form())
    assert Mission.objects.get(slug="preparer-la-sortie").position == 80


def test_only_the_service_orders(spip, cpip, referent, other_coordinator):
    mission = MissionFactory(spip=spip)
    assert_closed(ORDER, cpip, referent)
    with pytest.raises(PermissionDenied):
        services.move_mission(mission=mission, by=other_coordinator, is_up=True)


@pytest.mark.parametrize("address", [URL, "/missions/une/"])
def test_reading_is_by_get_only(db, address):
    assert client_of(None).post(address).status_code == 405
