"""The directory: structures, never a personal name."""

import pytest

from partners.models import OrganisationKind
from tests.accounts.factories import client_of
from tests.partners.factories import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    ThemeFactory,
    partner,
)

URL = "/annuaire/"


def names(user, query: str = "") -> list[str]:
    return [row.name for row in client_of(user).get(URL + query).context["page"]]


def page(organisation) -> str:
    return f"{URL}{organisation.uuid}/"


def may_read(user, organisation) -> bool:
    """By the list and by the page, which must agree."""
    on_list = organisation.name in names(user)
    on_page = client_of(user).get(page(organisation)).status_code == 200
    assert on_list == on_page
    return on_page


def test_structures_stand_in_the_order_of_a_french_dictionary(spip):
    for name in ("Zénith", "École", "CIDFF", "Caisse", "fil"):
        partner(spip, name=name, audience="public")
    assert names(None) == ["Caisse", "CIDFF", "École", "fil", "Zénith"]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", "visitor newcomer partner own cpip other"),
        ("network", "partner own cpip other"),
        ("parties", "own cpip other"),
    ],
)
def test_who_reads_which_structure(
    audience, readers, spip, cpip, referent, outsider, other_coordinator
):
    """One row a clause; `newcomer` belongs to a structure not validated yet."""
    organisation = outsider.memberships.get().organisation
    type(organisation).objects.filter(pk=organisation.pk).update(audience=audience)
    newcomer = MembershipFactory(organisation=PartnershipFactory().organisation)
    cast = {
        "visitor": None,
        "newcomer": newcomer.user,
        "partner": referent,
        "own": outsider,
        "cpip": cpip,
        "other": other_coordinator,
    }
    allowed = {name for name, user in cast.items() if may_read(user, organisation)}
    assert allowed == set(readers.split())


@pytest.mark.parametrize("state", ["draft", "submitted", "refused", "suspended"])
def test_only_validated_structures_are_published(spip, cpip, referent, state):
    organisation = PartnershipFactory(
        spip=spip, state=state, organisation__audience="public"
    ).organisation
    assert not may_read(None, organisation)
    assert not may_read(referent, organisation)
    assert may_read(cpip, organisation)  # the service it addressed


def test_no_personal_name_is_shown(spip, cpip, referent):
    """Members are not in the directory, for anybody (MISSION)."""
    organisation = partner(spip, audience="public")
    MembershipFactory(
        organisation=organisation, referent=True, user__last_name="Zébulon"
    )
    for user in (None, cpip, referent):
        for address in (URL, page(organisation)):
            assert "Zébulon" not in client_of(user).get(address).content.decode()


@pytest.mark.parametrize(("code", "is_shown"), [("chrs", False), ("siae", True)])
def test_where_people_are_housed_is_not_told_to_visitors(spip, cpip, code, is_shown):
    kind = OrganisationKind.objects.get(code=code)
    organisation = partner(
        spip, audience="public", kind=kind, address="12 rue Discrète"
    )
    address = page(organisation)
    shown = "12 rue Discrète" in client_of(None).get(address).content.decode()
    assert shown == is_shown
    assert "12 rue Discrète" in client_of(cpip).get(address).content.decode()


def test_the_filters_are_in_the_address(spip):
    siae = OrganisationKind.objects.get(code="siae")
    first = partner(spip, audience="public", name="Chantier", kind=siae, city="Verdun")
    first.themes.add(ThemeFactory(code="emploi"))
    partner(spip, audience="public", name="Foyer", city="Commercy")
    assert names(None) == ["Chantier", "Foyer"]
    assert names(None, "?q=foy") == ["Foyer"]
    assert names(None, "?q=verdun") == ["Chantier"]
    assert names(None, "?kind=siae") == ["Chantier"]
    assert names(None, "?theme=emploi") == ["Chantier"]
    assert names(None, "?theme=emploi&kind=chrs") == []
    assert names(None, "?theme=inconnu") == ["Chantier", "Foyer"]


def test_a_structure_of_two_services_is_listed_once(spip, cpip):
    organisation = partner(spip, name="Une fois")
    PartnershipFactory(organisation=organisation, validated=True)
    assert names(cpip) == ["Une fois"]


def test_the_coordination_finds_the_partnership_from_the_page(
    partnership, coordinator, cpip
):
    link = f"/partenaires/{partnership.uuid}/"
    address = page(partnership.organisation)
    assert link in client_of(coordinator).get(address).content.decode()
    assert link not in client_of(cpip).get(address).content.decode()


def test_an_empty_directory_says_what_to_do_next(db):
    text = client_of(None).get(URL).content.decode()
    assert "/partenaires/inscription/" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    count, spip, cpip, django_assert_num_queries
):
    for _ in range(count):
        partner(spip).themes.add(ThemeFactory(), ThemeFactory(code="emploi"))
    client = client_of(cpip)
    with django_assert_num_queries(11):
        response = client.get(URL)
    assert len(response.context["page"]) == count


@pytest.mark.parametrize("bad", ["00000000-0000-4000-8000-000000000000", "1", "x"])
def test_a_bad_id_is_the_same_404(db, bad):
    assert client_of(None).get(f"{URL}{bad}/").status_code == 404


def test_a_foreign_structure_reads_like_an_unknown_one(db):
    """Same status, same body (SECURITY 2)."""
    foreign = client_of(None).get(page(OrganisationFactory()))
    unknown = client_of(None).get(f"{URL}00000000-0000-4000-8000-000000000000/")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_an_account_that_anybody_can_open_reads_no_address_of_housing(spip, referent):
    """Nor the SIRET that leads to it; a member of a validated structure does."""
    house = partner(
        spip,
        name="Foyer",
        audience="public",
        address="27 quai",
        kind=OrganisationKind.objects.get(code="chrs"),
    )
    newcomer = MembershipFactory(organisation=PartnershipFactory().organisation).user
    for user, is_told in [(None, False), (newcomer, False), (referent, True)]:
        browser = client_of(user)
        assert ("27 quai" in browser.get(page(house)).text) is is_told
        file = browser.get(f"{URL}?format=csv").getvalue().decode()
        assert ("27 quai" in file, house.siret in file) == (is_told, is_told)
