"""What the network puts on the first page, and what it offers to a newsletter."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from partners.models import Agreement
from partners.providers import home_blocks, newsletter_items, role_choices
from spip_portal.security.dates import today
from tests.accounts.factories import UserFactory, client_of, give_second_factor
from tests.partners.factories import (
    AgreementFactory,
    CharterFactory,
    ClearanceFactory,
    CollectiveActionFactory,
    MembershipFactory,
    MissionFactory,
    PartnershipFactory,
    partner,
)


def blocks(user) -> list[str]:
    return [block.title for block in home_blocks(user)]


def home(user) -> str:
    response = client_of(user).get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_visitor_meets_the_missions_and_the_next_public_actions(spip):
    MissionFactory(spip=spip, title="Suivre les mesures")
    CollectiveActionFactory(spip=spip, title="Boxe", audience="public", session=True)
    CollectiveActionFactory(spip=spip, title="Fermée", session=True)
    CollectiveActionFactory(spip=spip, title="Sans date", audience="public")
    text = home(None)
    assert "Suivre les mesures" in text
    assert "Boxe" in text
    assert "Devenir partenaire" in text
    assert "Fermée" not in text
    assert "Sans date" not in text


def test_a_new_installation_has_nothing_to_show(db):
    assert blocks(AnonymousUser()) == []


def test_the_coordination_meets_requests_and_ending_agreements(spip, coordinator):
    assert blocks(coordinator) == []
    PartnershipFactory(spip=spip, organisation__name="Demandeuse")
    AgreementFactory(spip=spip, title="Bientôt", ends_on=today() + timedelta(days=90))
    AgreementFactory(spip=spip, title="Tard", ends_on=today() + timedelta(days=91))
    AgreementFactory(spip=spip, title="Finie", over=True)
    AgreementFactory(title="Ailleurs", ends_on=today() + timedelta(days=9))
    text = home(coordinator)
    assert "Demandeuse" in text
    assert "Bientôt" in text
    for absent in ("Tard", "Finie", "Ailleurs"):
        assert absent not in text


def test_the_direction_meets_the_categories_it_may_confirm(spip, manager, coordinator):
    partnership = PartnershipFactory(spip=spip, proposed=True)
    PartnershipFactory(spip=spip, proposed=True, art46_proposed_by=manager)
    PartnershipFactory(proposed=True)
    (block,) = home_blocks(manager)
    assert block.title == "Catégories à confirmer"
    assert [*block.context["categories"]] == [partnership]
    assert f"/partenaires/{partnership.uuid}/categorie/confirmer/" in home(manager)
    assert "Catégories à confirmer" not in blocks(coordinator)


def test_a_referent_meets_what_is_missing(referent):
    assert "Une convention est à signer" in home(referent)


def test_a_designated_professional_meets_what_is_left_to_do(member):
    assert blocks(member.user) == []
    ClearanceFactory(membership=member, charter=None, charter_accepted_at=None)
    text = home(member.user)
    assert "/ma-structure/charte/" in text
    assert "Activer la double authentification" in text
    give_second_factor(member.user)
    assert "Activer la double authentification" not in home(member.user)


def test_whoever_is_cleared_is_left_alone(organisation):
    assert blocks(MembershipFactory(organisation=organisation, cleared=True).user) == []


def test_a_suspended_professional_reads_why(organisation):
    cleared = MembershipFactory(organisation=organisation, cleared=True)
    cleared.clearance.suspended_at = cleared.clearance.designated_at
    cleared.clearance.save()
    assert "habilitation suspendue par le service" in home(cleared.user)


def test_a_cpip_and_an_account_without_structure_meet_nothing(cpip):
    assert blocks(cpip) == []
    assert blocks(UserFactory()) == []


# -- Newsletter ----------------------------------------------------------------------


def test_an_editor_picks_among_what_is_current_and_not_for_parties_only(
    spip, coordinator
):
    """Conventions in force or signed of late, actions to come, of this service."""
    kept = AgreementFactory(spip=spip, objectives="Loger.")
    signed = AgreementFactory(spip=spip, coming=True)
    AgreementFactory(spip=spip, over=True, signed_on=today() - timedelta(days=200))
    AgreementFactory(spip=spip, unsigned=True)
    AgreementFactory(spip=spip, audience="parties")
    AgreementFactory(audience="public")
    action = CollectiveActionFactory(spip=spip, session=True)
    CollectiveActionFactory(spip=spip, session=True, audience="parties")
    CollectiveActionFactory(spip=spip, session=True, draft=True)
    CollectiveActionFactory(spip=spip)
    items = list(newsletter_items(coordinator))
    assert sorted(item.key for item in items) == sorted(
        [f"agreement:{kept.uuid}", f"agreement:{signed.uuid}", f"action:{action.uuid}"]
    )
    item = next(item for item in items if item.key == f"agreement:{kept.uuid}")
    assert (item.section, item.title) == ("agreements", kept.title)
    assert (item.summary, item.date) == ("Loger.", kept.signed_on)
    assert item.url == f"/conventions/{kept.uuid}/"


@pytest.mark.parametrize("who", ["visitor", "referent"])
def test_who_writes_for_no_service_picks_nothing(who, spip, referent):
    AgreementFactory(spip=spip, audience="public")
    user = referent if who == "referent" else AnonymousUser()
    assert list(newsletter_items(user)) == []


# -- Roles ---------------------------------------------------------------------------


def test_the_menu_lists_the_other_structures(spip, referent):
    assert [role.is_current for role in role_choices(referent)] == [True]
    other = MembershipFactory(user=referent, organisation=partner(spip, name="Foyer"))
    former = MembershipFactory(user=referent, ended=True)
    labels = [role.label for role in role_choices(referent) if not role.is_current]
    assert len(labels) == 1
    assert former.organisation.name not in labels
    text = home(referent)
    assert "Agir pour" in text
    assert str(other.user) in text


@pytest.mark.parametrize(
    "missing",
    ["", "badges", "convention", "designation", "charter", "factor"],
)
def test_documents_enter_the_menu_with_the_last_condition(missing, spip):
    """Three badges, a designation, the charter and a second factor: not before."""
    partnership = PartnershipFactory(spip=spip, entitled=missing != "badges")
    member = MembershipFactory(
        organisation=partnership.organisation,
        cleared=missing != "designation",
    )
    if missing == "factor":
        member.user.authenticator_set.all().delete()
    if missing == "convention":
        Agreement.objects.update(ends_on=today() - timedelta(days=1))
    if missing == "charter":
        CharterFactory()
    assert ("Documents partagés" in home(member.user)) == (not missing)
