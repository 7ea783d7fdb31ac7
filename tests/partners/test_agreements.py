"""Conventions: read within their audience, written by the coordination."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from partners.models import Agreement, Theme
from partners.services import agreements as services
from spip_portal.security.dates import today
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    AgreementFactory,
    MembershipFactory,
    PartnershipFactory,
    partner,
)

URL = "/conventions/"
ADD = "/conventions/ajouter/"
STATES = ["in_force", "coming", "unsigned", "denounced", "over"]


def page(agreement, act: str = "") -> str:
    return f"/conventions/{agreement.uuid}/" + (f"{act}/" if act else "")


def titles(user, query: str = "") -> set[str]:
    return {row.title for row in client_of(user).get(URL + query).context["page"]}


def may_read(user, agreement) -> bool:
    """By the list and by the page, which must agree."""
    on_list = agreement.title in titles(user)
    on_page = client_of(user).get(page(agreement)).status_code == 200
    assert on_list == on_page
    return on_page


def form(parties, **changes) -> dict:
    return {
        "kind": "placement",
        "number": "2026-12",
        "title": "Convention de placement",
        "lead": parties[0].pk if parties else "",
        "associates": [party.pk for party in parties[1:]],
        "territory": "Val d’Ornel",
        "objectives": "Accueillir dix personnes.",
        "themes": [Theme.objects.get(code="hebergement").pk],
        "signed_on": "2026-01-05",
        "starts_on": "2026-01-10",
        "ends_on": "2027-01-09",
        "expected_results": "Huit sorties avec logement.",
        "indicators": "Taux d’occupation.",
        "renewal": "tacit",
        "notice_days": "90",
        "evaluation_on": "2026-12-01",
        "evaluated_on": "",
        "audience": "network",
    } | changes


# -- Read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("public", "visitor stranger partner party cpip other"),
        ("network", "partner party cpip other"),
        ("parties", "party cpip"),
    ],
)
def test_who_reads_which_audience(
    audience, readers, spip, cpip, referent, outsider, other_coordinator
):
    """One row a clause; a party reads what it signed."""
    stranger = MembershipFactory(
        organisation=PartnershipFactory(validated=1).organisation
    )
    party = outsider.memberships.get().organisation
    agreement = AgreementFactory(spip=spip, audience=audience, parties=[party])
    cast = {
        "visitor": None,
        "stranger": stranger.user,
        "partner": referent,
        "party": outsider,
        "cpip": cpip,
        "other": other_coordinator,
    }
    allowed = {name for name, user in cast.items() if may_read(user, agreement)}
    assert allowed == set(readers.split())


@pytest.mark.parametrize("state", STATES)
def test_the_state_is_computed_from_the_dates(state, spip):
    """The property, the filter of the list and the words agree."""
    agreements = {
        each: AgreementFactory(spip=spip, audience="public", **{each: True})
        for each in STATES
    }
    assert {each: row.state for each, row in agreements.items()} == {
        each: each for each in STATES
    }
    assert titles(None, f"?state={state}") == {agreements[state].title}
    words = str(dict(Agreement.STATES)[state])
    assert words in client_of(None).get(page(agreements[state])).content.decode()
    in_force = Agreement.objects.in_force()
    assert in_force.filter(pk=agreements[state].pk).exists() == (state == "in_force")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2027-03-28T21:59:59Z", "in_force"),  # 23:59:59 in Paris, summer begins
        ("2027-03-28T22:00:00Z", "over"),
    ],
)
def test_the_last_day_ends_at_midnight_in_paris(spip, moment, state):
    agreement = AgreementFactory.build(
        spip=spip, ends_on=today().replace(year=2027, month=3, day=28)
    )
    with time_machine.travel(moment, tick=False):
        assert agreement.state == state


def test_the_other_filters_are_in_the_address(spip):
    AgreementFactory(
        spip=spip, audience="public", title="TIG", kind="tig", number="A-7"
    )
    AgreementFactory(spip=spip, audience="public", title="Locaux", kind="premises")
    assert titles(None, "?q=tig") == {"TIG"}
    assert titles(None, "?q=a-7") == {"TIG"}
    assert titles(None, "?kind=premises") == {"Locaux"}
    assert titles(None, "?kind=premises&q=tig") == set()
    assert titles(None, "?kind=inconnue") == {"TIG", "Locaux"}


def test_only_parties_one_may_see_are_named(spip):
    shown = partner(spip, name="Structure publique", audience="public")
    hidden = partner(spip, name="Structure du réseau")
    agreement = AgreementFactory(spip=spip, audience="public", parties=[hidden, shown])
    for address in (URL, page(agreement)):
        text = client_of(None).get(address).content.decode()
        assert "Structure publique" in text
        assert "Structure du réseau" not in text
    assert "et 1 structure que vous ne voyez pas" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    count, spip, referent, django_assert_num_queries
):
    for _ in range(count):
        AgreementFactory(spip=spip, parties=[partner(spip), partner(spip)])
    client = client_of(referent)
    with django_assert_num_queries(10):
        response = client.get(URL)
    assert len(response.context["page"]) == count


def test_an_empty_list_says_what_to_do_next(referent):
    assert "Voir l’annuaire" in client_of(referent).get(URL).content.decode()


@pytest.mark.parametrize("bad", ["00000000-0000-4000-8000-000000000000", "1", "x"])
def test_a_bad_id_is_the_same_404(db, bad):
    assert client_of(None).get(f"/conventions/{bad}/").status_code == 404


# -- Write ---------------------------------------------------------------------------


def test_the_coordination_adds_a_convention(spip, coordinator):
    lead, second = partner(spip), partner(spip)
    response = client_of(coordinator).post(ADD, form([lead, second]))
    agreement = Agreement.objects.get()
    assert response.url == page(agreement)
    assert agreement.spip == spip
    assert agreement.number == "2026-12"
    assert [theme.code for theme in agreement.themes.all()] == ["hebergement"]
    leads = {party.organisation: party.is_lead for party in agreement.parties.all()}
    assert leads == {lead: True, second: False}


def test_a_convention_is_edited_whole(spip, coordinator):
    old, new = partner(spip), partner(spip)
    agreement = AgreementFactory(spip=spip, parties=[old])
    client = client_of(coordinator)
    text = client.get(page(agreement, "modifier")).content.decode()
    assert f'value="{agreement.ends_on.isoformat()}"' in text
    client.post(page(agreement, "modifier"), form([new], ends_on="2028-01-01"))
    agreement.refresh_from_db()
    assert str(agreement.ends_on) == "2028-01-01"
    assert agreement.organisations.get() == new
    assert agreement.parties.get().is_lead


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"ends_on": "2026-01-09"}, "ends_on", "La fin précède le début."),
        ({"ends_on": "demain"}, "ends_on", "date"),
        ({"title": ""}, "title", "obligatoire"),
        ({"kind": "secret"}, "kind", "choix valide"),
        ({"lead": ""}, "lead", "obligatoire"),
        ({"lead": "0"}, "lead", "choix valide"),
        ({"associates": ["0"]}, "associates", "choix valide"),
        ({"signed_on": "2027-01-10"}, "signed_on", "suit la fin"),
        ({"evaluation_on": "2025-12-31"}, "evaluation_on", "précède le début"),
        ({"evaluated_on": "2999-01-01"}, "evaluated_on", "à venir"),
        ({"renewal": "parfois"}, "renewal", "choix valide"),
        ({"notice_days": ""}, "notice_days", "suppose un préavis"),
        ({"notice_days": "-3"}, "notice_days", "supérieure"),
    ],
)
def test_bad_input_is_said_at_its_field(spip, coordinator, changes, field, said):
    response = client_of(coordinator).post(ADD, form([partner(spip)]) | changes)
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert said in " ".join(errors[field])
    assert "Accueillir dix personnes." in response.content.decode()
    assert not Agreement.objects.exists()


def test_a_party_stands_once(spip, coordinator):
    """Neither twice among the associates, nor both lead and associate."""
    lead, other = partner(spip), partner(spip)
    for associates, said in [
        ([lead.pk, other.pk], "n’est pas aussi associée"),
        ([other.pk, other.pk], "citée deux fois"),
    ]:
        response = client_of(coordinator).post(ADD, form([lead], associates=associates))
        errors = response.context["form"].errors
        assert list(errors) == ["associates"]
        assert said in " ".join(errors["associates"])
    assert not Agreement.objects.exists()


def test_a_structure_of_another_service_signs_nothing(
    spip, coordinator, other_coordinator
):
    stranger = partner(other_coordinator.spip)
    client = client_of(coordinator)
    response = client.post(ADD, form([stranger]))
    assert list(response.context["form"].errors) == ["lead"]
    response = client.post(ADD, form([partner(spip), stranger]))
    assert list(response.context["form"].errors) == ["associates"]


def test_another_party_takes_the_lead(spip, coordinator):
    first, second = partner(spip), partner(spip)
    agreement = AgreementFactory(spip=spip, parties=[first, second])
    client_of(coordinator).post(page(agreement, "modifier"), form([second, first]))
    leads = {party.organisation: party.is_lead for party in agreement.parties.all()}
    assert leads == {second: True, first: False}


def test_its_page_says_what_was_agreed(spip, coordinator, referent):
    client_of(coordinator).post(ADD, form([partner(spip)]))
    text = client_of(referent).get(page(Agreement.objects.get())).content.decode()
    for words in (
        "Val d’Ornel",
        "Huit sorties avec logement.",
        "Taux d’occupation.",
        "reconduction tacite, préavis de 90 jours",
        "Évaluation prévue le",
    ):
        assert words in text


def test_the_database_holds_one_lead(spip):
    agreement = AgreementFactory(spip=spip, parties=[partner(spip)])
    with pytest.raises(IntegrityError, match="party_one_lead"), transaction.atomic():
        agreement.parties.create(organisation=partner(spip), is_lead=True)


def test_the_database_holds_the_signature(spip):
    late = {"signed_on": today() + timedelta(days=400)}
    with pytest.raises(IntegrityError, match="signed_in_time"), transaction.atomic():
        AgreementFactory(spip=spip, **late)


def test_the_database_holds_the_dates(spip):
    with pytest.raises(IntegrityError, match="agreement_dates"), transaction.atomic():
        AgreementFactory(spip=spip, ends_on=today() - timedelta(days=60))


def test_extra_fields_change_nothing(spip, coordinator, other_coordinator):
    client_of(coordinator).post(
        ADD, form([partner(spip)], spip=other_coordinator.spip.pk, uuid="x", id="9")
    )
    assert Agreement.objects.get().spip == spip


def test_only_the_service_writes(spip, cpip, outsider, other_coordinator):
    party = outsider.memberships.get().organisation
    agreement = AgreementFactory(spip=spip, parties=[party])
    assert_closed(ADD, cpip, outsider)
    address = page(agreement, "modifier")
    assert_closed(address, cpip, outsider, other_coordinator)
    values = {"lead": party, "associates": [], "themes": []}
    with pytest.raises(PermissionDenied):
        services.save_agreement(agreement=agreement, by=other_coordinator, **values)
    for user in (cpip, outsider):
        with pytest.raises(PermissionDenied):
            services.add_agreement(by=user, **values)


@pytest.mark.parametrize("address", [URL, "/conventions/x/"])
def test_reading_is_by_get_only(db, address):
    assert client_of(None).post(address).status_code in {404, 405}
