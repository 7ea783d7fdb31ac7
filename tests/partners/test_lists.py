"""What every list of the network has: filters and order in its address, a count, pages,
the same rows as a CSV, and something to do next when it holds nothing."""

import csv
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone

from tests.accounts.factories import UserFactory, client_of
from tests.partners.factories import (
    DAY,
    ActionRequestFactory,
    AgreementFactory,
    CollectiveActionFactory,
    ForumFactory,
    MembershipFactory,
    MissionFactory,
    PartnershipFactory,
    partner,
)


@dataclass(frozen=True)
class Kind:
    """One list: its address, who reads it, how a row gets a name, in which column."""

    url: str
    make: Callable
    column: str
    reader: str = "coordinator"
    sort: str = "intitule"


def _mission(spip, name, **_cast):
    MissionFactory(spip=spip, title=name)


def _agreement(spip, name, **_cast):
    AgreementFactory(spip=spip, title=name)


def _action(spip, name, **_cast):
    CollectiveActionFactory(spip=spip, title=name, session=True)


def _forum(spip, name, **_cast):
    ForumFactory(spip=spip, title=name, starts_on="2027-03-01")


def _organisation(spip, name, **_cast):
    partner(spip, name=name)


def _own_request(spip, name, referent, **_cast):
    action = CollectiveActionFactory(spip=spip, title=name)
    own = referent.memberships.get().organisation
    ActionRequestFactory(action=action, organisation=own, requested_by=referent)


def _partnership(spip, name, **_cast):
    PartnershipFactory(spip=spip, organisation__name=name)


def _category(spip, name, **_cast):
    PartnershipFactory(spip=spip, proposed=True, organisation__name=name)


def _member(spip, name, referent, **_cast):
    own = referent.memberships.get().organisation
    MembershipFactory(organisation=own, user__last_name=name, user__first_name="A")


KINDS = {
    "missions": Kind("/missions/", _mission, "Mission"),
    "conventions": Kind("/conventions/", _agreement, "Intitulé"),
    "actions": Kind("/actions/", _action, "Action"),
    "forums": Kind("/forums/?annee=2027", _forum, "Forum"),
    "annuaire": Kind("/annuaire/", _organisation, "nom", sort=""),
    "mes demandes": Kind("/demandes-de-places/", _own_request, "Action", "referent"),
    "partenariats": Kind(
        "/partenaires/demandes/", _partnership, "Structure", sort="nom"
    ),
    "catégories": Kind("/partenaires/categories/", _category, "Structure", sort="nom"),
    "membres": Kind("/membres/", _member, "Personne", "referent", sort=""),
}
every_list = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@pytest.fixture
def cast(coordinator, referent):
    return {"coordinator": coordinator, "referent": referent}


@pytest.fixture
def shown(spip, cast, kind):
    """Makes a row a name, and gives the reader's browser."""

    def make(*names: str):
        for name in names:
            kind.make(spip=spip, name=name, **cast)
        return client_of(cast[kind.reader])

    return make


def ask(browser, kind: Kind, **query: str):
    path, _mark, given = kind.url.partition("?")
    asked = dict(pair.split("=") for pair in given.split("&") if pair)
    return browser.get(path, {**asked, **query})


def exported(browser, kind: Kind, **query: str) -> list[str]:
    response = ask(browser, kind, **query, format="csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    text = response.content.decode("utf-8-sig")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return [row[kind.column] for row in rows]


@every_list
def test_the_file_holds_the_rows_of_the_page_in_its_order(kind, shown):
    browser = shown("Bouleau", "Acacia", "Cèdre")
    page = ask(browser, kind, sort=kind.sort)
    count = page.context["page"].paginator.count
    found = exported(browser, kind, sort=kind.sort)
    assert len(found) == count
    ours = [
        each for each in found if each.split()[-1] in {"Acacia", "Bouleau", "Cèdre"}
    ]
    assert [each.split()[-1] for each in ours] == ["Acacia", "Bouleau", "Cèdre"]
    assert f"({count})" in page.text
    assert 'format=csv"' in page.text


@every_list
def test_a_search_narrows_the_page_and_the_file_alike(kind, shown):
    browser = shown("Bouleau", "Acacia")
    assert ask(browser, kind, q="acacia").context["page"].paginator.count == 1
    (found,) = exported(browser, kind, q="acacia")
    assert "Acacia" in found


@every_list
def test_nothing_found_says_how_to_find_more(kind, shown):
    page = ask(shown("Bouleau"), kind, q="zzzzzz")
    assert page.context["page"].paginator.count == 0
    assert "Effacer les filtres" in page.text
    assert page.context["listing"].none_found in page.text
    assert 'format=csv"' not in page.text


@every_list
def test_an_empty_list_says_what_to_do_next(kind, db):
    """To someone who may read nothing."""
    response = client_of(UserFactory()).get(kind.url)
    if response.status_code == 404:  # a queue of the coordination
        return
    listing = response.context["listing"]
    assert listing.empty in response.text
    assert f'href="{listing.next_url}"' in response.text


@every_list
def test_an_order_or_a_page_that_is_none_of_these_is_the_first(kind, shown):
    browser = shown("Bouleau", "Acacia")
    plain = exported(browser, kind)
    assert exported(browser, kind, sort="organisation__siret") == plain
    page = ask(browser, kind, page="x", sort="-pk").context["page"]
    assert page.number == 1


@every_list
def test_no_cell_of_the_file_is_a_formula(kind, shown):
    browser = shown("=HYPERLINK(A1)")
    found = [each for each in exported(browser, kind) if "HYPERLINK" in each]
    assert found
    assert not any(each.startswith("=") for each in found)


# (page, file), the six or seven that open a page and say who reads among them: at most
# five are the list's own.
COSTS = {
    "missions": (8, 6),
    "conventions": (10, 8),
    "actions": (9, 6),
    "forums": (9, 7),
    "annuaire": (11, 7),
    "mes demandes": (7, 5),
    "partenariats": (9, 6),
    "catégories": (8, 6),
    "membres": (7, 5),
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("kind", "cost"), [(KINDS[name], COSTS[name]) for name in KINDS], ids=KINDS
)
def test_a_list_costs_the_same_for_any_number(
    kind, cost, count, shown, django_assert_num_queries
):
    browser = shown(*"ABC"[:count])
    page, file = cost
    with django_assert_num_queries(page):
        ask(browser, kind)
    with django_assert_num_queries(file):
        ask(browser, kind, format="csv")


def test_a_long_list_is_counted_no_further_than_it_is_turned(
    spip, coordinator, monkeypatch
):
    """And the file holds it whole."""
    monkeypatch.setattr("spip_portal.ui.counts.MOST", 2)
    for name in "ABC":
        partner(spip, name=name)
    page = client_of(coordinator).get("/annuaire/")
    assert len(page.context["rows"]) == 2
    assert "plus de 1\N{NO-BREAK SPACE}000" in page.text
    assert exported(client_of(coordinator), KINDS["annuaire"]) == ["A", "B", "C"]


# -- The filters of each -------------------------------------------------------------


def first_column(user, url: str) -> list[str]:
    content = client_of(user).get(f"{url}&format=csv").content.decode("utf-8-sig")
    return [row[0] for row in csv.reader(content.splitlines()[1:], delimiter=";")]


def test_actions_by_where_they_stand(spip, coordinator):
    CollectiveActionFactory(spip=spip, title="Demain", session=True)
    CollectiveActionFactory(spip=spip, title="Un jour")
    CollectiveActionFactory(
        spip=spip, title="Hier", session=True, session__starts_at=timezone.now() - DAY
    )
    CollectiveActionFactory(spip=spip, title="Annulée", cancelled=True)
    CollectiveActionFactory(spip=spip, title="Idée", draft=True)
    for state, title in [
        ("coming", "Demain"),
        ("undated", "Un jour"),
        ("over", "Hier"),
        ("cancelled", "Annulée"),
        ("draft", "Idée"),
    ]:
        assert first_column(coordinator, f"/actions/?state={state}") == [title]
    assert len(first_column(coordinator, "/actions/?state=autre")) == 5


def test_forums_by_how_they_went(spip, coordinator):
    """The filter and the property say the same."""
    year = ForumFactory(spip=spip, title="À venir").starts_on.year
    past = {"starts_on": f"{year}-01-01", "ends_on": f"{year}-01-01"}
    ForumFactory(spip=spip, title="Couvert", is_covered=True, **past)
    ForumFactory(spip=spip, title="Manqué", **past)
    url = f"/forums/?annee={year}"
    assert first_column(coordinator, f"{url}&state=to_come") == ["À venir"]
    assert first_column(coordinator, f"{url}&state=covered") == ["Couvert"]
    assert first_column(coordinator, f"{url}&state=missed") == ["Manqué"]
    page = client_of(coordinator).get(f"{url}&state=missed")
    assert page.context["counts"] == [("à venir", 1), ("couvert", 1), ("manqué", 1)]


def test_requests_for_places_by_state(spip, referent, organisation):
    action = CollectiveActionFactory(spip=spip)
    own = {"action": action, "organisation": organisation, "requested_by": referent}
    ActionRequestFactory(reference="2027-1", **own)
    ActionRequestFactory(reference="2027-2", waiting=True, **own)
    url = "/demandes-de-places/?state=waiting"
    (row,) = client_of(referent).get(url).context["rows"]
    assert row.reference == "2027-2"


def test_the_requests_of_an_action_are_exported_by_reference(spip, coordinator):
    action = CollectiveActionFactory(spip=spip, title="Boxe")
    ActionRequestFactory(action=action, reference="2027-1", organisation__name="Pont")
    url = f"/actions/{action.uuid}/demandes/?format=csv"
    content = client_of(coordinator).get(url).content.decode("utf-8-sig")
    (row,) = csv.DictReader(content.splitlines(), delimiter=";")
    assert (row["Action"], row["Structure"], row["Référence"]) == (
        "Boxe",
        "Pont",
        "2027-1",
    )


def test_partnership_requests_wait_unless_another_state_is_asked_for(
    spip, coordinator, partnership
):
    PartnershipFactory(spip=spip, organisation__name="En attente")
    PartnershipFactory(spip=spip, state="refused", organisation__name="Refusée")
    PartnershipFactory(spip=spip, draft=True, organisation__name="Brouillon")
    url = "/partenaires/demandes/"
    assert first_column(coordinator, f"{url}?state=") == ["En attente"]
    assert first_column(coordinator, f"{url}?state=refused") == ["Refusée"]
    assert first_column(coordinator, f"{url}?state=validated") == [
        "Association du Pont"
    ]
    assert first_column(coordinator, f"{url}?state=draft") == ["En attente"]


def test_members_by_role_and_by_what_they_may_receive(organisation, referent):
    for name, fields in [("Clé", {"cleared": True}), ("Neuf", {})]:
        MembershipFactory(
            organisation=organisation,
            user__last_name=name,
            user__first_name="A",
            **fields,
        )
    assert first_column(referent, "/membres/?documents=oui") == ["A Clé"]
    assert "A Neuf" in first_column(referent, "/membres/?documents=non")
    assert "A Clé" not in first_column(referent, "/membres/?role=referent")
    assert first_column(referent, "/membres/?q=cle a") == ["A Clé"]


def test_who_reads_which_members(
    spip, partnership, referent, member, outsider, coordinator, other_coordinator, cpip
):
    """Colleagues, and the members of the structures that one's service handles."""

    def read(user) -> int:
        return len(first_column(user, "/membres/?q="))

    assert read(referent) == read(member.user) == 2
    assert read(outsider) == 1
    assert read(coordinator) == 3
    assert read(other_coordinator) == read(cpip) == 0
    assert client_of(None).get("/membres/").status_code == 302
    type(member).objects.filter(pk=member.pk).update(ended_at="2026-01-01T00:00Z")
    assert read(referent) == 1
    assert read(member.user) == 0
