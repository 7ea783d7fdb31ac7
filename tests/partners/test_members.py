"""What a référent, or the coordination, decides about a member."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from partners.models import Clearance, Membership, Partnership
from partners.services import members as services
from spip_portal.accounts.models import FactorReset
from spip_portal.journal.models import Entry
from tests.accounts.factories import PostingFactory, client_of, give_second_factor
from tests.partners.closed import assert_closed
from tests.partners.conftest import mails
from tests.partners.factories import ClearanceFactory, MembershipFactory

HOME = "/ma-structure/"
MOTIVE = {"motive": "Rappel au numéro du standard."}
ACTS = ["designer", "retirer-la-designation", "nommer-referent", "terminer"]


def url(membership: Membership, act: str) -> str:
    return f"/membres/{membership.uuid}/{act}/"


def clearance_of(membership: Membership) -> Clearance:
    return Clearance.objects.get(membership=membership)


@pytest.fixture
def own(referent) -> Membership:
    """The référent's own membership."""
    return referent.memberships.get()


# -- Rights, the same for every act --------------------------------------------------


@pytest.mark.parametrize("act", [*ACTS, "second-facteur"])
def test_only_a_referent_of_the_structure_decides(
    act, member, outsider, cpip, manager, other_coordinator
):
    colleague = MembershipFactory(organisation=member.organisation).user
    assert_closed(
        url(member, act), colleague, outsider, cpip, manager, other_coordinator
    )
    member.refresh_from_db()
    assert (member.role, member.ended_at) == ("member", None)
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("act", [*ACTS, "second-facteur"])
def test_a_referent_of_a_suspended_structure_decides_nothing(act, member, referent):
    Partnership.objects.update(state="suspended")
    assert_closed(url(member, act), referent)


@pytest.mark.parametrize("act", [*ACTS, "second-facteur"])
def test_who_left_is_not_decided_about(act, referent, organisation):
    former = MembershipFactory(organisation=organisation, ended=True)
    assert_closed(url(former, act), referent)


@pytest.mark.parametrize(
    "service",
    ["designate_member", "withdraw_designation", "promote_member", "end_membership"],
)
def test_the_services_check_the_right_by_themselves(
    service, member, outsider, manager, cpip
):
    for user in (outsider, manager, cpip, member.user):
        with pytest.raises(PermissionDenied):
            getattr(services, service)(membership=member, by=user)


@pytest.mark.parametrize("act", ACTS)
def test_opening_the_page_changes_nothing(act, member, referent):
    page = client_of(referent).get(url(member, act))
    assert "Alix Collègue" in page.content.decode()
    member.refresh_from_db()
    assert (member.role, member.ended_at) == ("member", None)
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_other_methods_are_refused(act, member, referent):
    assert client_of(referent).delete(url(member, act)).status_code == 405


@pytest.mark.parametrize("act", ACTS)
def test_a_bad_id_is_the_same_404(act, referent):
    bad = "00000000-0000-4000-8000-000000000000"
    assert client_of(referent).get(f"/membres/{bad}/{act}/").status_code == 404


# -- Designation ---------------------------------------------------------------------


def test_a_referent_designates_a_colleague(member, referent):
    """Dated, attributed, mailed, journaled; the charter remains to be accepted."""
    response = client_of(referent).post(url(member, "designer"))
    assert (response.status_code, response.url) == (302, HOME)
    clearance = clearance_of(member)
    assert clearance.designated_by == referent
    assert clearance.designated_at is not None
    assert clearance.charter is None
    assert mails() == [
        ("collegue@asso.example", "Acceptez la charte de confidentialité")
    ]
    assert Entry.objects.get(object_uuid=member.uuid).actor_id == referent.pk


def test_a_second_click_changes_and_mails_nothing(member, referent):
    client = client_of(referent)
    client.post(url(member, "designer"))
    since = clearance_of(member).designated_at
    assert client.post(url(member, "designer")).status_code == 302
    assert clearance_of(member).designated_at == since
    assert len(mails()) == 1


def test_nobody_designates_themself(own, referent, coordinator):
    """A sole référent is designated by the coordination, from the partnership."""
    assert_closed(url(own, "designer"), referent)
    response = client_of(coordinator).post(url(own, "designer"))
    partnership = own.organisation.partnerships.get()
    assert response.url == f"/partenaires/{partnership.uuid}/"
    assert clearance_of(own).designated_by == coordinator


def test_another_referent_designates_the_first(own, organisation):
    second = MembershipFactory(organisation=organisation, referent=True).user
    client_of(second).post(url(own, "designer"))
    assert clearance_of(own).designated_by == second


def test_extra_fields_change_nothing(member, referent):
    client_of(referent).post(
        url(member, "designer"),
        {"charter": "1", "charter_accepted_at": "2026-01-01", "role": "referent"},
    )
    assert clearance_of(member).charter is None
    member.refresh_from_db()
    assert member.role == "member"


def test_a_referent_withdraws_the_designation(member, referent):
    """The member stays; what they accepted is kept."""
    ClearanceFactory(membership=member)
    client_of(referent).post(url(member, "retirer-la-designation"))
    clearance = clearance_of(member)
    assert (clearance.designated_at, clearance.designated_by) == (None, None)
    assert clearance.charter is not None
    member.refresh_from_db()
    assert member.ended_at is None
    assert mails() == [
        ("collegue@asso.example", "Vous ne recevez plus de documents du service")
    ]


def test_withdrawing_twice_mails_once(member, referent):
    ClearanceFactory(membership=member)
    for _ in range(2):
        client_of(referent).post(url(member, "retirer-la-designation"))
    assert len(mails()) == 1


def test_designating_again_asks_for_no_new_charter(member, referent):
    ClearanceFactory(membership=member)
    services.withdraw_designation(membership=member, by=referent)
    services.designate_member(membership=member, by=referent)
    assert clearance_of(member).charter is not None


# -- Référent ------------------------------------------------------------------------


def test_a_member_becomes_referent(member, referent):
    client = client_of(referent)
    client.post(url(member, "nommer-referent"))
    client.post(url(member, "nommer-referent"))
    member.refresh_from_db()
    assert member.is_referent
    assert mails() == [
        ("collegue@asso.example", "Vous êtes référent de votre structure")
    ]


# -- Leaving -------------------------------------------------------------------------


def test_an_ended_membership_closes_everything_at_once(member, referent):
    """The next request of the person is a sign-in page (SECURITY 11), and nothing of
    the structure is left to them."""
    browser = client_of(member.user)
    assert browser.get(HOME).status_code == 200
    client_of(referent).post(url(member, "terminer"))
    member.refresh_from_db()
    assert member.ended_at is not None
    assert browser.get(HOME).status_code == 302
    assert mails() == [
        (
            "collegue@asso.example",
            "Votre accès au titre de votre structure a pris fin",
        )
    ]
    page = client_of(type(member.user).objects.get(pk=member.user_id)).get(HOME)
    assert "Association du Pont" not in page.content.decode()


def test_the_last_referent_stays(own, referent, coordinator, member):
    """Nobody leaves a structure without a référent; neither by the coordination."""
    for user in (referent, coordinator):
        response = client_of(user).post(url(own, "terminer"))
        assert "nommez-en un autre" in response.content.decode()
    own.refresh_from_db()
    assert own.ended_at is None
    services.promote_member(membership=member, by=referent)
    services.end_membership(membership=own, by=referent)
    own.refresh_from_db()
    assert own.ended_at is not None


def test_the_coordination_decides_in_the_structures_stead(member, coordinator):
    client = client_of(coordinator)
    client.post(url(member, "nommer-referent"))
    client.post(url(member, "designer"))
    member.refresh_from_db()
    assert member.is_referent
    assert clearance_of(member).designated_by == coordinator


# -- Lost second factor --------------------------------------------------------------


def test_a_referent_starts_the_reset_of_a_lost_factor(member, referent, spip):
    """Nothing is erased yet: somebody of the service confirms (accounts)."""
    give_second_factor(member.user)
    client_of(referent).post(url(member, "second-facteur"), MOTIVE)
    reset = FactorReset.objects.get()
    assert (reset.user, reset.started_by, reset.spip) == (member.user, referent, spip)
    assert reset.motive == MOTIVE["motive"]
    assert member.user.authenticator_set.exists()
    assert [to for to, _ in mails()] == ["collegue@asso.example"]


def test_the_second_person_is_of_the_service(member, referent, coordinator, manager):
    reset = services.start_member_reset(membership=member, by=referent, **MOTIVE)
    confirmable = FactorReset.objects.confirmable_by
    assert confirmable(coordinator).get() == reset
    assert confirmable(manager).get() == reset
    assert not confirmable(referent).exists()


def test_what_the_coordination_starts_the_direction_confirms(
    member, coordinator, manager
):
    services.start_member_reset(membership=member, by=coordinator, **MOTIVE)
    assert not FactorReset.objects.confirmable_by(coordinator).exists()
    assert FactorReset.objects.confirmable_by(manager).exists()


def test_a_motive_is_required(member, referent):
    response = client_of(referent).post(url(member, "second-facteur"), {"motive": ""})
    assert list(response.context["form"].errors) == ["motive"]
    assert not FactorReset.objects.exists()


def test_one_reset_at_a_time(member, referent):
    services.start_member_reset(membership=member, by=referent, **MOTIVE)
    with pytest.raises(ValidationError):
        services.start_member_reset(membership=member, by=referent, **MOTIVE)
    response = client_of(referent).post(url(member, "second-facteur"), MOTIVE)
    assert "déjà en cours" in response.content.decode()
    assert FactorReset.objects.count() == 1


def test_nobody_resets_their_own_factor(own, referent):
    assert_closed(url(own, "second-facteur"), referent)
    with pytest.raises(PermissionDenied):
        services.start_member_reset(membership=own, by=referent, **MOTIVE)


# -- Suspension by the service -------------------------------------------------------


def test_the_service_suspends_and_restores_a_clearance(member, manager, coordinator):
    """Dated, attributed, mailed to the person; twice is once."""
    ClearanceFactory(membership=member)
    for _ in range(2):
        client_of(coordinator).post(url(member, "suspendre"))
    clearance = clearance_of(member)
    assert clearance.suspended_by == coordinator
    assert clearance.suspended_at is not None
    for _ in range(2):
        client_of(manager).post(url(member, "retablir"))
    clearance = clearance_of(member)
    assert (clearance.suspended_by, clearance.suspended_at) == (None, None)
    assert mails() == [
        ("collegue@asso.example", "Votre habilitation est suspendue"),
        ("collegue@asso.example", "Votre habilitation est rétablie"),
    ]


def test_a_suspension_outlives_a_new_designation(member, referent, coordinator):
    """The structure cannot undo what the service decided."""
    ClearanceFactory(membership=member)
    services.suspend_clearance(membership=member, by=coordinator)
    services.withdraw_designation(membership=member, by=referent)
    services.designate_member(membership=member, by=referent)
    assert clearance_of(member).suspended_at is not None


@pytest.mark.parametrize("act", ["suspendre", "retablir"])
def test_only_the_service_suspends(
    act, member, referent, outsider, cpip, other_coordinator
):
    ClearanceFactory(membership=member, suspended_at=timezone.now())
    assert_closed(url(member, act), referent, outsider, cpip, other_coordinator)
    for service in (services.suspend_clearance, services.reactivate_clearance):
        with pytest.raises(PermissionDenied):
            service(membership=member, by=referent)
    assert clearance_of(member).suspended_at is not None


def test_the_factor_of_a_member_who_is_an_agent_too_is_left_to_the_direction(
    member, referent
):
    PostingFactory(user=member.user)
    with pytest.raises(ValidationError, match="direction"):
        services.start_member_reset(membership=member, by=referent, **MOTIVE)
    assert not FactorReset.objects.exists()
