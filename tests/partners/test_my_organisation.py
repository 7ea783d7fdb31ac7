"""« Ma structure »: read by its members, kept by its référents."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from partners.models import Organisation, OrganisationKind, Partnership, Theme
from partners.services import members, organisations
from spip_portal.accounts.enums import Role
from tests.accounts.factories import UserFactory, agent, client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    InvitationFactory,
    MembershipFactory,
    PartnershipFactory,
    partner,
)

URL = "/ma-structure/"
EDIT = "/ma-structure/modifier/"
CHOOSE = "/ma-structure/choisir/"


def page(user) -> str:
    response = client_of(user).get(URL)
    assert response.status_code == 200
    return response.content.decode()


def form(**changes) -> dict:
    return {
        "name": "Association du Pont neuf",
        "kind": OrganisationKind.objects.get(code="chrs").pk,
        "address": "5 rue du Pont",
        "postcode": "55200",
        "city": "Commercy",
        "phone": "",
        "email": "accueil@pont.example",
        "website": "pont.example",
        "description": "Nous accueillons.",
        "themes": [Theme.objects.get(code="emploi").pk],
        "milieu": "both",
        "audience": "public",
    } | changes


# -- Read ----------------------------------------------------------------------------


def test_a_referent_sees_what_is_missing_for_each_badge(referent):
    shown = page(referent)
    assert "compte validé" in shown
    assert "Une convention est à signer" in shown
    assert "Le service doit proposer sa catégorie." in shown


def test_an_entitled_structure_misses_nothing(spip):
    organisation = PartnershipFactory(spip=spip, entitled=True).organisation
    shown = page(MembershipFactory(organisation=organisation, referent=True).user)
    assert "habilitée aux données nominatives" in shown
    assert "Jusqu’au " in shown
    assert "non habilitée" not in shown


def test_a_member_reads_and_decides_nothing(member):
    """Read-only: no link to an act."""
    shown = page(member.user)
    assert "Association du Pont" in shown
    assert not re.search(r"/membres/[0-9a-f-]{36}", shown)
    assert EDIT not in shown
    assert "/ma-structure/inviter/" not in shown


def test_a_referent_acts_once_the_structure_is_validated(referent, member):
    shown = page(referent)
    assert f"/membres/{member.uuid}/designer/" in shown
    assert "/ma-structure/inviter/" in shown
    Partnership.objects.update(state="submitted")
    shown = page(referent)
    assert not re.search(r"/membres/[0-9a-f-]{36}", shown)
    assert "/ma-structure/inviter/" not in shown
    assert EDIT in shown  # to correct the request


def test_pending_invitations_are_for_referents(organisation, referent, member):
    InvitationFactory(organisation=organisation, email="lou@pont.example")
    InvitationFactory(
        organisation=organisation, email="vieux@pont.example", expired=True
    )
    InvitationFactory(organisation=organisation, email="fait@pont.example", accepted=1)
    shown = page(referent)
    assert "lou@pont.example" in shown
    assert "vieux@pont.example" in shown
    assert "fait@pont.example" not in shown
    assert "lou@pont.example" not in page(member.user)


def test_who_belongs_to_none_is_told_what_to_do(db, cpip):
    for user in (UserFactory(), cpip):
        assert "Vous n’êtes membre d’aucune structure" in page(user)


def test_former_members_are_gone(organisation, referent):
    former = MembershipFactory(
        organisation=organisation, ended=True, user__last_name="Parti"
    )
    assert former.user.last_name not in page(referent)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, organisation, referent, django_assert_num_queries
):
    for _ in range(count):
        MembershipFactory(organisation=organisation, cleared=True)
        InvitationFactory(organisation=organisation)
        PartnershipFactory(organisation=organisation, validated=True)
    client = client_of(referent)
    with django_assert_num_queries(13):
        client.get(URL)


# -- Edit ----------------------------------------------------------------------------


def test_a_referent_keeps_the_page(organisation, referent):
    response = client_of(referent).post(EDIT, form())
    assert (response.status_code, response.url) == (302, URL)
    organisation.refresh_from_db()
    assert organisation.name == "Association du Pont neuf"
    assert organisation.website == "https://pont.example"
    assert organisation.audience == "public"
    assert [theme.code for theme in organisation.themes.all()] == ["emploi"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("postcode", "abc"),
        ("name", ""),
        ("email", "x"),
        ("website", "javascript:alert(1)"),
        ("audience", "parties-fines"),
    ],
)
def test_bad_input_is_said_at_its_field(organisation, referent, field, value):
    response = client_of(referent).post(EDIT, form(**{field: value}))
    assert list(response.context["form"].errors) == [field]
    organisation.refresh_from_db()
    assert organisation.name == "Association du Pont"


def test_extra_fields_change_nothing(organisation, referent):
    """Neither the SIRET nor trust comes from this form."""
    siret = organisation.siret
    client_of(referent).post(
        EDIT, form(siret="73282932000074", uuid="x", state="validated", id="99")
    )
    organisation.refresh_from_db()
    assert organisation.siret == siret


def test_only_its_referents_edit(organisation, member, outsider, coordinator):
    assert_closed(EDIT, member.user, coordinator)
    for user in (member.user, outsider, coordinator):
        with pytest.raises(PermissionDenied):
            organisations.save_organisation(
                organisation=organisation, by=user, themes=[], name="Autre"
            )


def test_another_structures_referent_edits_their_own(organisation, outsider):
    client_of(outsider).post(EDIT, form())
    organisation.refresh_from_db()
    assert organisation.name == "Association du Pont"
    assert Organisation.objects.filter(name="Association du Pont neuf").count() == 1


# -- Choose --------------------------------------------------------------------------


@pytest.fixture
def second(spip, referent):
    """The référent also works for another structure, chosen less recently."""
    earlier = timezone.now() - timedelta(days=1)
    organisation = partner(spip, name="Foyer des Tilleuls")
    return MembershipFactory(
        user=referent, organisation=organisation, chosen_at=earlier
    )


def test_one_acts_for_the_structure_chosen_last(referent, second):
    client = client_of(referent)
    assert "Agir pour" in page(referent)
    assert "Association du Pont" in client.get(URL).content.decode()
    client.post(CHOOSE, {"membership": str(second.uuid)})
    assert client.get(URL).context["organisation"] == second.organisation


def test_choosing_a_structure_leaves_the_posting(spip):
    """One role at a time: who acts for an association acts not for the service."""
    user = agent(Role.CPIP, spip)
    membership = MembershipFactory(user=user, organisation=partner(spip))
    members.choose_membership(user=user, membership=membership)
    user = type(user).objects.get(pk=user.pk)
    assert user.role == "partner"


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_only_an_own_membership_is_chosen(referent, outsider, value):
    other = outsider.memberships.get()
    client = client_of(referent)
    assert client.post(CHOOSE, {"membership": value}).status_code == 404
    assert client.post(CHOOSE, {"membership": str(other.uuid)}).status_code == 404
    with pytest.raises(PermissionDenied):
        members.choose_membership(user=referent, membership=other)


def test_choosing_wants_a_post(referent):
    assert client_of(referent).get(CHOOSE).status_code == 405
