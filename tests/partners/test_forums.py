"""Forums: read within their audience, their people by those who go, a year at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Forum
from partners.services import forums as services
from spip_portal.accounts.enums import Role
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import ForumFactory, MembershipFactory, partner

URL = "/forums/"
ADD = "/forums/ajouter/"


def page(forum, act: str = "") -> str:
    return f"{URL}{forum.uuid}/" + (f"{act}/" if act else "")


def titles(user, year: int) -> list[str]:
    context = client_of(user).get(f"{URL}?annee={year}").context
    return [forum.title for forum in context["rows"]]


def form(**changes) -> dict:
    return {
        "title": "Forum des métiers de Valornel",
        "place": "Parc des expositions",
        "starts_on": "2027-03-11",
        "ends_on": "2027-03-12",
        "stand": "B 14",
        "is_covered": "on",
        "material": "Kakémono, cartes de visite.",
        "audience": "public",
        **changes,
    }


# -- Read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", "visitor stranger partner going cpip other"),
        ("network", "partner going cpip other"),
        ("parties", "going cpip"),
    ],
)
def test_who_reads_which_audience(
    audience, readers, spip, cpip, referent, outsider, other_coordinator
):
    """One row a clause, by the list and by the page, which must agree."""
    forum = ForumFactory(spip=spip, audience=audience)
    forum.organisations.add(outsider.memberships.get().organisation)
    stranger = MembershipFactory(organisation=partner(other_coordinator.spip)).user
    cast = {
        "visitor": None,
        "stranger": stranger,
        "partner": referent,
        "going": outsider,
        "cpip": cpip,
        "other": other_coordinator,
    }
    on_page = {
        name
        for name, user in cast.items()
        if client_of(user).get(page(forum)).status_code == 200
    }
    on_list = {n for n, user in cast.items() if titles(user, forum.starts_on.year)}
    assert on_page == on_list == set(readers.split())


def test_people_and_material_are_for_those_who_organise_or_go(
    spip, cpip, referent, outsider, other_coordinator
):
    forum = ForumFactory(spip=spip, audience="public", material="Kakémono")
    forum.agents.add(agent(Role.CPIP, spip, first_name="Ana", last_name="Partante"))
    forum.organisations.add(outsider.memberships.get().organisation)
    for user, reads in (
        (None, False),
        (referent, False),
        (other_coordinator, False),
        (outsider, True),
        (cpip, True),
    ):
        text = client_of(user).get(page(forum)).content.decode()
        assert ("Ana Partante" in text, "Kakémono" in text) == (reads, reads)


def test_the_year_says_what_was_covered_and_what_was_missed(spip):
    first = date(2025, 5, 1)
    for title, day, covered in (
        ("Métiers", first, True),
        ("Associations", first + timedelta(days=1), False),
        ("Emploi", first + timedelta(days=2), False),
        ("Un autre an", date(2024, 5, 1), True),
    ):
        ForumFactory(
            spip=spip,
            audience="public",
            title=title,
            starts_on=day,
            is_covered=covered,
        )
    context = client_of(None).get(f"{URL}?annee=2025").context
    assert [each.title for each in context["rows"]] == [
        "Métiers",
        "Associations",
        "Emploi",
    ]
    assert [each.state for each in context["rows"]] == ["covered", "missed", "missed"]
    assert context["counts"] == [("à venir", 0), ("couvert", 1), ("manqué", 2)]


def test_the_last_day_belongs_whole_to_the_forum():
    forum = ForumFactory.build(starts_on=today(), is_covered=True, spip=None)
    assert forum.state == "to_come"
    forum.ends_on = today() - timedelta(days=1)
    assert forum.state == "covered"


@pytest.mark.parametrize("bad", ["", "?annee=x", "?annee=20275", "?annee=²027"])
def test_an_address_without_a_year_shows_this_one(db, bad):
    assert client_of(None).get(URL + bad).context["form"].year == today().year


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(count, spip, django_assert_num_queries):
    ForumFactory.create_batch(
        count, spip=spip, audience="public", starts_on=date(2027, 3, 1)
    )
    visitor = client_of(None)
    with django_assert_num_queries(6):
        response = visitor.get(f"{URL}?annee=2027")
    assert len(response.context["rows"]) == count


# -- Write ---------------------------------------------------------------------------


def test_the_coordination_adds_changes_and_deletes_a_forum(spip, coordinator, cpip):
    structure = partner(spip)
    browser = client_of(coordinator)
    browser.post(ADD, form(agents=[cpip.pk], organisations=[structure.pk]))
    forum = Forum.objects.get()
    assert (forum.spip, forum.is_covered, forum.stand) == (spip, True, "B 14")
    assert (forum.agents.get(), forum.organisations.get()) == (cpip, structure)
    browser.post(page(forum, "modifier"), form(title="Forum des associations"))
    forum.refresh_from_db()
    assert forum.title == "Forum des associations"
    assert not forum.agents.exists()
    browser.post(page(forum, "supprimer"))
    assert not Forum.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"ends_on": "2027-03-10"}, "ends_on"),
        ({"starts_on": "bientôt"}, "starts_on"),
        ({"organisations": ["0"]}, "organisations"),
    ],
)
def test_bad_input_is_said_at_its_field(coordinator, changes, field):
    response = client_of(coordinator).post(ADD, form(**changes))
    assert list(response.context["form"].errors) == [field]
    assert not Forum.objects.exists()


def test_neither_people_nor_structures_of_another_service(
    coordinator, other_coordinator
):
    stranger = partner(other_coordinator.spip)
    response = client_of(coordinator).post(
        ADD, form(organisations=[stranger.pk], agents=[other_coordinator.pk])
    )
    assert list(response.context["form"].errors) == ["agents", "organisations"]


def test_only_the_coordination_and_the_direction_write(
    spip, manager, cpip, referent, other_coordinator
):
    forum = ForumFactory(spip=spip, audience="public")
    assert client_of(manager).get(page(forum, "modifier")).status_code == 200
    assert_closed(ADD, cpip, referent)
    for act in ("modifier", "supprimer"):
        assert_closed(page(forum, act), cpip, referent, other_coordinator)
    with pytest.raises(PermissionDenied):
        services.delete_forum(forum=forum, by=other_coordinator)


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_that_no_calendar_shows_is_refused_at_its_field(year, coordinator):
    typed = {"title": "Métiers", "starts_on": f"{year}-11-20", "ends_on": "2026-11-21"}
    form = client_of(coordinator).post("/forums/ajouter/", typed).context["form"]
    assert "Vérifiez l’année" in form.errors["starts_on"][0]
    assert form["title"].value() == "Métiers"
