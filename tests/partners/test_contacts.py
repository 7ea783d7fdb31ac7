"""« Qui contacter »: functions for all, names for the network, an end with the post."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Charge
from partners.services import contacts as services
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Antenne, Posting
from spip_portal.security.dates import today
from tests.accounts.factories import AntenneFactory, agent, client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    ChargeFactory,
    MembershipFactory,
    MissionFactory,
    OrganisationFactory,
    ThemeFactory,
    partner,
)

URL = "/contacts/"
ADD = "/contacts/ajouter/"


def functions(user, query: str = "") -> list[str]:
    context = client_of(user).get(URL + query).context
    return [charge.function for charge in context["page"]]


@pytest.fixture
def held(spip) -> Charge:
    """By an agent with a name."""
    holder = agent(Role.CPIP, spip, first_name="Ana", last_name="Titulaire")
    return ChargeFactory(
        spip=spip, function="Référente du TIG", posting=holder.active_posting
    )


def test_names_and_direct_lines_are_for_the_network(
    held, spip, cpip, referent, other_coordinator
):
    """One row a reader, on the list and on the page of a mission."""
    mission = MissionFactory(spip=spip, contact=held)
    stranger = MembershipFactory(organisation=OrganisationFactory()).user
    neighbour = MembershipFactory(organisation=partner(other_coordinator.spip)).user
    for user, reads in (
        (None, False),
        (stranger, False),
        (neighbour, False),
        (referent, True),
        (cpip, True),
        (other_coordinator, True),
    ):
        for address in (URL, f"/missions/{mission.slug}/"):
            text = client_of(user).get(address).content.decode()
            assert "Référente du TIG" in text
            found = [
                secret in text for secret in ("Ana Titulaire", held.phone, held.email)
            ]
            assert found == [reads] * 3, (user, address)
            assert reads or spip.phone in text


def test_it_ends_by_itself_when_the_agent_leaves(
    held, spip, coordinator, referent, other_coordinator
):
    mission = MissionFactory(spip=spip, contact=held)
    yesterday = today() - timedelta(days=1)
    Posting.objects.filter(pk=held.posting_id).update(
        starts_on=yesterday, ends_on=today()
    )
    assert functions(None) == ["Référente du TIG"]  # the last day belongs to it
    Posting.objects.filter(pk=held.posting_id).update(ends_on=yesterday)
    for user in (None, referent, other_coordinator):
        assert functions(user) == []
    page = client_of(referent).get(f"/missions/{mission.slug}/").content.decode()
    assert "Référente du TIG" not in page
    page = client_of(coordinator).get(URL).content.decode()
    assert "affectation terminée" in page


def test_filters_live_in_the_address(spip):
    health = ThemeFactory(code="sante", label="Santé")
    here = AntenneFactory(spip=spip, territory="Valornel, Évry-le-Haut")
    there = AntenneFactory(spip=spip, territory="Rivemont")
    ChargeFactory(spip=spip, function="A", theme=health, antenne=here)
    ChargeFactory(spip=spip, function="B", antenne=there)
    ChargeFactory(spip=spip, function="C", antenne=there, territory="Valornel")
    ChargeFactory(spip=spip, function="D")
    assert functions(None) == ["A", "B", "C", "D"]
    assert functions(None, "?theme=sante") == ["A"]
    assert functions(None, f"?antenne={there.uuid}") == ["B", "C"]
    assert functions(None, "?q=evry") == ["A"]
    assert functions(None, "?q=valornel") == ["A", "C"]
    assert functions(None, "?q=rivemont") == ["B"]  # C names its own territory
    assert functions(None, "?q=ailleurs") == []
    # What is no choice filters nothing, and says so.
    response = client_of(None).get(f"{URL}?antenne=x&theme=y")
    assert len(response.context["page"]) == 4
    assert list(response.context["form"].errors) == ["theme", "antenne"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    count, spip, coordinator, django_assert_num_queries
):
    for _number in range(count):
        holder = agent(Role.CPIP, spip)
        ChargeFactory(
            spip=spip,
            posting=holder.active_posting,
            antenne=AntenneFactory(spip=spip),
            theme=ThemeFactory(),
        )
    visitor = client_of(None)
    with django_assert_num_queries(8):
        response = visitor.get(URL)
    assert len(response.context["page"]) == count


# -- Write ---------------------------------------------------------------------------


def form(**changes) -> dict:
    return {
        "function": "Référente du TIG",
        "territory": "Rivemont",
        "phone": "03 53 01 10 13",
        "email": "tig@spip.example",
        **changes,
    }


def test_the_coordination_keeps_the_list(spip, coordinator, cpip):
    browser = client_of(coordinator)
    browser.post(ADD, form(posting=cpip.active_posting_id))
    charge = Charge.objects.get()
    assert (charge.spip, charge.posting) == (spip, cpip.active_posting)
    page = f"{URL}{charge.uuid}/"
    browser.post(f"{page}modifier/", form(function="Référent du TIG", seen=1))
    charge.refresh_from_db()
    assert (charge.function, charge.posting, charge.version) == (
        "Référent du TIG",
        None,
        2,
    )
    late = browser.post(f"{page}modifier/", form(function="Autre", seen=1))
    assert "Ce qui est enregistré" in late.content.decode()
    charge.refresh_from_db()
    assert charge.function == "Référent du TIG"
    browser.post(f"{page}supprimer/")
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"function": " "}, "function"), ({"email": "non"}, "email")],
)
def test_bad_input_is_said_at_its_field(coordinator, changes, field):
    response = client_of(coordinator).post(ADD, form(**changes))
    assert list(response.context["form"].errors) == [field]
    assert not Charge.objects.exists()


def test_neither_agent_nor_antenne_of_another_service(coordinator, other_coordinator):
    foreign = AntenneFactory(spip=other_coordinator.spip)
    response = client_of(coordinator).post(
        ADD,
        form(posting=other_coordinator.active_posting_id, antenne=foreign.pk),
    )
    assert list(response.context["form"].errors) == ["antenne", "posting"]


def test_an_antenne_has_a_page_card_and_a_name_of_its_own(spip, coordinator):
    browser = client_of(coordinator)
    values = {
        "name": "Antenne de Rivemont",
        "kind": "open",
        "address": "3 place des Tanneurs",
        "phone": "03 53 01 10 20",
        "opening_hours": "mardi et jeudi, 9 h – 17 h",
        "territory": "Rivemont, Les Tanneries",
    }
    browser.post("/contacts/antennes/ajouter/", values)
    antenne = Antenne.objects.get()
    assert (antenne.spip, antenne.territory) == (spip, "Rivemont, Les Tanneries")
    assert "mardi et jeudi" in client_of(None).get(URL).content.decode()
    again = browser.post("/contacts/antennes/ajouter/", values)
    assert list(again.context["form"].errors) == ["name"]
    edit = f"/contacts/antennes/{antenne.uuid}/modifier/"
    browser.post(edit, values | {"phone": ""})
    antenne.refresh_from_db()
    assert antenne.phone == ""


def test_only_the_service_writes(held, spip, cpip, referent, other_coordinator):
    antenne = AntenneFactory(spip=spip)
    for address in (ADD, "/contacts/antennes/ajouter/"):
        assert_closed(address, cpip, referent)
    for address in (
        f"{URL}{held.uuid}/modifier/",
        f"{URL}{held.uuid}/supprimer/",
        f"/contacts/antennes/{antenne.uuid}/modifier/",
    ):
        assert_closed(address, cpip, referent, other_coordinator)
    with pytest.raises(PermissionDenied):
        services.delete_charge(charge=held, by=other_coordinator)
    with pytest.raises(PermissionDenied):
        services.save_charge(charge=held, by=other_coordinator, function="x")
    with pytest.raises(PermissionDenied):
        services.save_antenne(antenne=antenne, by=other_coordinator, name="x")
