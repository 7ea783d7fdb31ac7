"""Collective actions: read within their audience, written by the coordination."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from partners.models import ActionSession, CollectiveAction, Theme
from partners.services import publishing as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    ActionSessionFactory,
    CollectiveActionFactory,
    MembershipFactory,
    PartnershipFactory,
    ThemeFactory,
    partner,
)

URL = "/actions/"
ADD = "/actions/ajouter/"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def page(action, act: str = "") -> str:
    return f"/actions/{action.uuid}/" + (f"{act}/" if act else "")


def titles(user, query: str = "") -> list[str]:
    return [row.title for row in client_of(user).get(URL + query).context["page"]]


def may_read(user, action) -> bool:
    """By the list and by the page, which must agree."""
    on_list = action.title in titles(user)
    on_page = client_of(user).get(page(action)).status_code == 200
    assert on_list == on_page
    return on_page


def form(sessions=(), **changes) -> dict:
    rows = {}
    for number, session in enumerate(sessions):
        rows |= {f"sessions-{number}-{key}": value for key, value in session.items()}
    return {
        "title": "Stage de citoyenneté",
        "theme": Theme.objects.get(code="citoyennete").pk,
        "objective": "Comprendre la règle commune.",
        "milieu": "open",
        "place": "Maison des associations",
        "capacity": "12",
        "audience": "public",
        "sessions-TOTAL_FORMS": len(sessions),
        "sessions-INITIAL_FORMS": sum("id" in row for row in sessions),
        **rows,
        **changes,
    }


SESSION = {"starts_at": "2027-01-14T09:30", "ends_at": "2027-01-14T12:00"}


# -- Read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", "visitor stranger partner contributor cpip other"),
        ("network", "partner contributor cpip other"),
        ("parties", "contributor cpip"),
    ],
)
def test_who_reads_which_audience(
    audience, readers, spip, cpip, referent, outsider, other_coordinator
):
    """One row a clause: visitor, partner of another service, partner of this one,
    structure that takes part, agent of the service, agent of another."""
    contributor = outsider.memberships.get().organisation
    stranger = MembershipFactory(
        organisation=PartnershipFactory(validated=1).organisation
    )
    action = CollectiveActionFactory(spip=spip, audience=audience)
    action.contributors.add(contributor)
    cast = {
        "visitor": None,
        "stranger": stranger.user,
        "partner": referent,
        "contributor": outsider,
        "cpip": cpip,
        "other": other_coordinator,
    }
    allowed = {name for name, user in cast.items() if may_read(user, action)}
    assert allowed == set(readers.split())


def test_a_partner_no_longer_validated_reads_like_a_visitor(spip, referent):
    action = CollectiveActionFactory(spip=spip)
    referent.memberships.get().organisation.partnerships.update(state="suspended")
    assert not may_read(referent, action)


def test_drafts_are_for_the_services_agents(spip, cpip, referent, other_coordinator):
    draft = CollectiveActionFactory(spip=spip, draft=True, audience="public")
    assert may_read(cpip, draft)
    for user in (None, referent, other_coordinator):
        assert not may_read(user, draft)


def test_a_cancelled_action_is_shown_as_such(spip):
    action = CollectiveActionFactory(spip=spip, cancelled=True, audience="public")
    assert "annulée" in client_of(None).get(page(action)).content.decode()


def test_soonest_first_then_those_without_a_session(spip):
    now = timezone.now()
    for days in (9, 2, -3, None):
        action = CollectiveActionFactory(
            spip=spip, audience="public", title=f"dans {days}"
        )
        if days:
            ActionSessionFactory(action=action, starts_at=now + timedelta(days=days))
    assert titles(None) == ["dans 2", "dans 9", "dans -3", "dans None"]


def _in_some_order(spip) -> None:
    """Of each sort, by title the other way round."""
    now = timezone.now()
    for letter, days in zip("GFEDCBA", (1, 2, 3, -3, None, None, 9), strict=True):
        action = CollectiveActionFactory(spip=spip, title=letter, audience="public")
        if days:
            ActionSessionFactory(action=action, starts_at=now + timedelta(days=days))


def test_pages_follow_one_another_in_the_order_of_all(spip, monkeypatch):
    """And so do those of the actions by title, and what a filter leaves."""
    monkeypatch.setattr("partners.views.listing.PER_PAGE", 2)
    _in_some_order(spip)

    def pages(query: str) -> list[str]:
        return ["".join(titles(None, f"?page={n}&{query}")) for n in range(1, 5)]

    assert pages("") == ["GF", "EA", "BC", "D"]
    assert pages("sort=intitule") == ["AB", "CD", "EF", "G"]
    assert pages("state=coming") == ["GF", "EA", "EA", "EA"]  # the last there is


def test_only_what_may_come_first_is_put_in_order(spip):
    """Four are ahead, A among them; by title, A and B come first."""
    _in_some_order(spip)
    few = CollectiveAction.objects.holding_first(2)
    assert sorted(few.values_list("title", flat=True)) == ["A", "B", "E", "F", "G"]


def test_the_filters_are_in_the_address(spip):
    sport = ThemeFactory(code="sport")
    CollectiveActionFactory(
        spip=spip, audience="public", title="Boxe", theme=sport, place="Verdun"
    )
    CollectiveActionFactory(
        spip=spip, audience="public", title="CV", milieu="closed", place="Prison"
    )
    assert titles(None, "?q=box") == ["Boxe"]
    assert titles(None, "?q=verd") == ["Boxe"]
    assert titles(None, "?theme=sport") == ["Boxe"]
    assert titles(None, "?milieu=closed") == ["CV"]
    assert titles(None, "?milieu=closed&theme=sport") == []
    assert titles(None, "?milieu=nimporte&q=box") == ["Boxe"]
    empty = client_of(None).get(URL + "?q=zzz").content.decode()
    assert "Effacer les filtres" in empty


def test_only_structures_one_may_see_are_named(spip):
    """A public action does not publish a structure of the network."""
    action = CollectiveActionFactory(spip=spip, audience="public")
    shown = partner(spip, name="Structure publique", audience="public")
    hidden = partner(spip, name="Structure du réseau")
    action.contributors.add(shown, hidden)
    text = client_of(None).get(page(action)).content.decode()
    assert "Structure publique" in text
    assert "Structure du réseau" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(count, spip, django_assert_num_queries):
    for _ in range(count):
        CollectiveActionFactory(spip=spip, audience="public", session=True)
    visitor = client_of(None)
    with django_assert_num_queries(6):
        response = visitor.get(URL)
    assert len(response.context["page"]) == count


def test_21_actions_make_two_pages(spip):
    CollectiveActionFactory.create_batch(21, spip=spip, audience="public")
    assert len(titles(None)) == 20
    assert len(titles(None, "?page=2")) == 1
    assert len(titles(None, "?page=99")) == 1


@pytest.mark.parametrize("bad", [UNKNOWN, "12", "x"])
def test_a_bad_id_is_the_same_404(db, bad):
    assert client_of(None).get(f"/actions/{bad}/").status_code == 404


# -- Write ---------------------------------------------------------------------------


def test_the_coordination_adds_a_draft_with_its_sessions(spip, coordinator):
    structure = partner(spip)
    response = client_of(coordinator).post(
        ADD, form([SESSION, {}], contributors=[structure.pk])
    )
    action = CollectiveAction.objects.get()
    assert response.url == page(action)
    assert (action.spip, action.state) == (spip, "draft")
    assert action.contributors.get() == structure
    session = action.sessions.get()
    local = timezone.localtime(session.starts_at)
    assert (local.year, local.hour, local.minute) == (2027, 9, 30)


def test_sessions_are_changed_removed_and_added(spip, coordinator):
    action = CollectiveActionFactory(spip=spip, draft=True)
    first, second = ActionSessionFactory.create_batch(2, action=action)
    client_of(coordinator).post(
        page(action, "modifier"),
        form(
            [
                SESSION | {"id": first.pk},
                SESSION | {"id": second.pk, "DELETE": "on"},
                {"starts_at": "2027-02-01T10:00", "ends_at": "2027-02-01T11:00"},
            ]
        ),
    )
    months = [timezone.localtime(s.starts_at).month for s in action.sessions.all()]
    assert months == [1, 2]
    assert set(action.sessions.values_list("pk", flat=True)) > {first.pk}


def test_a_session_of_another_action_is_not_touched(spip, coordinator):
    action = CollectiveActionFactory(spip=spip)
    other = ActionSessionFactory()
    client_of(coordinator).post(
        page(action, "modifier"), form([SESSION | {"id": other.pk, "DELETE": "on"}])
    )
    assert ActionSession.objects.get() == other
    row = {"id": other, "starts_at": None, "ends_at": None, "DELETE": True}
    with pytest.raises(PermissionDenied):
        services.save_action(
            action=action, by=coordinator, contributors=[], sessions=[row]
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "-1"}, "capacity"),
        ({"title": ""}, "title"),
        ({"theme": "0"}, "theme"),
        ({"contributors": ["0"]}, "contributors"),
    ],
)
def test_bad_input_is_said_at_its_field(coordinator, changes, field):
    response = client_of(coordinator).post(ADD, form(**changes))
    assert list(response.context["form"].errors) == [field]
    assert not CollectiveAction.objects.exists()


def test_a_session_that_ends_before_it_begins_is_said_at_its_field(coordinator):
    bad = {"starts_at": "2027-01-14T12:00", "ends_at": "2027-01-14T12:00"}
    response = client_of(coordinator).post(ADD, form([bad]))
    assert list(response.context["sessions"][0].errors) == ["ends_at"]
    assert "2027-01-14T12:00" in response.content.decode()
    assert not CollectiveAction.objects.exists()


def test_a_structure_of_another_service_does_not_contribute(
    coordinator, other_coordinator
):
    stranger = partner(other_coordinator.spip)
    response = client_of(coordinator).post(ADD, form(contributors=[stranger.pk]))
    assert list(response.context["form"].errors) == ["contributors"]


def test_publishing_and_cancelling_are_confirmed_and_harmless_twice(spip, coordinator):
    action = CollectiveActionFactory(spip=spip, draft=True)
    client = client_of(coordinator)
    assert client.get(page(action, "publier")).status_code == 200
    for act, state in [
        ("annuler", "draft"),
        ("publier", "published"),
        ("publier", "published"),
        ("annuler", "cancelled"),
        ("publier", "cancelled"),
    ]:
        client.post(page(action, act))
        action.refresh_from_db()
        assert action.state == state


def test_extra_fields_change_nothing(coordinator, other_coordinator):
    client_of(coordinator).post(
        ADD, form(state="published", spip=other_coordinator.spip.pk)
    )
    action = CollectiveAction.objects.get()
    assert (action.state, action.spip) == ("draft", coordinator.spip)


def test_only_the_service_writes(spip, cpip, outsider, other_coordinator):
    action = CollectiveActionFactory(spip=spip, draft=True)
    assert_closed(ADD, cpip, outsider)
    for act in ("modifier", "publier", "annuler"):
        assert_closed(page(action, act), cpip, outsider, other_coordinator)
    for service in (services.publish_action, services.cancel_action):
        with pytest.raises(PermissionDenied):
            service(action=action, by=other_coordinator)
    with pytest.raises(PermissionDenied):
        services.save_action(
            action=action, by=other_coordinator, contributors=[], sessions=[]
        )
