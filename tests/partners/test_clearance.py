"""Who may receive a document (partners.clearance)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from partners.clearance import candidates
from partners.enums import Art46Category
from partners.models import Charter, Membership, Partnership
from spip_portal.security.dates import today
from tests.accounts.factories import SpipFactory
from tests.partners.factories import (
    AgreementFactory,
    CharterFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
)


@pytest.fixture
def cleared(spip) -> Membership:
    partnership = PartnershipFactory(spip=spip, entitled=True)
    return MembershipFactory(organisation=partnership.organisation, cleared=True)


def reason(spip) -> str:
    (candidate,) = candidates(spip)
    return candidate.reason


def test_a_designated_member_of_an_entitled_structure_is_cleared(spip, cleared):
    (candidate,) = candidates(spip)
    assert candidate.reason == ""
    assert candidate.is_cleared
    assert candidate.membership == cleared
    assert candidate.partnership.spip == spip
    assert candidate.agreement.organisations.get() == cleared.organisation


def test_the_agreement_is_the_one_in_force_that_ends_last(spip, cleared):
    parties = [cleared.organisation]
    ends = today() + timedelta(days=900)
    last = AgreementFactory(spip=spip, parties=parties, ends_on=ends)
    AgreementFactory(
        spip=spip, parties=parties, coming=True, ends_on=ends + timedelta(days=1)
    )
    assert [each.agreement for each in candidates(spip)] == [last]


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda m: m.clearance.delete(), "pas encore de désignation par sa structure"),
        (
            lambda m: change(m.clearance, designated_at=None),
            "pas encore de désignation par sa structure",
        ),
        (
            lambda m: change(m.clearance, suspended_at=timezone.now()),
            "habilitation suspendue par le service",
        ),
        (
            lambda m: change(m.clearance, charter=None, charter_accepted_at=None),
            "n’a pas encore accepté la charte",
        ),
        (lambda m: CharterFactory(), "n’a pas encore accepté la charte"),
        (
            lambda m: m.user.authenticator_set.all().delete(),
            "pas de double authentification",
        ),
        (
            lambda m: partnership_of(m, state=Partnership.State.SUSPENDED),
            "partenariat suspendu",
        ),
        (
            lambda m: partnership_of(m, art46_confirmed_at=None),
            "catégorie non confirmée par la direction",
        ),
        (
            lambda m: partnership_of(m, art46_category=Art46Category.OTHER),
            "catégorie qui n’ouvre aucune donnée nominative",
        ),
        (
            lambda m: m.organisation.agreements.update(
                starts_on=today() - timedelta(days=9),
                ends_on=today() - timedelta(days=1),
            ),
            "pas de convention en vigueur",
        ),
        (
            lambda m: m.organisation.agreements.update(signed_on=None),
            "pas de convention en vigueur",
        ),
        (
            lambda m: m.organisation.agreements.update(denounced_on=today()),
            "pas de convention en vigueur",
        ),
        (
            lambda m: change(m.organisation.kind, is_state=True),
            "n’intervient que dans les démarches, sans document",
        ),
    ],
)
def test_each_missing_condition_is_said(spip, cleared, break_it, said):
    """One condition fails at a time: the CPIP reads which one."""
    break_it(cleared)
    assert reason(spip) == said


def change(row, **fields) -> None:
    type(row).objects.filter(pk=row.pk).update(**fields)


def partnership_of(membership: Membership, **fields) -> None:
    Partnership.objects.filter(organisation=membership.organisation).update(**fields)


def test_an_agreement_ending_today_still_counts(spip, cleared):
    """The last day belongs to the convention whole."""
    cleared.organisation.agreements.update(ends_on=today())
    assert reason(spip) == ""


@pytest.mark.parametrize(
    "end_it",
    [
        lambda m: change(m, ended_at=timezone.now()),
        lambda m: change(m.user, is_active=False),
        lambda m: partnership_of(m, state=Partnership.State.REFUSED),
        lambda m: partnership_of(m, state=Partnership.State.SUBMITTED),
        lambda m: partnership_of(m, state=Partnership.State.DRAFT),
    ],
)
def test_who_is_no_member_of_a_partner_is_not_listed(spip, cleared, end_it):
    end_it(cleared)
    assert candidates(spip) == []


def test_partners_of_another_service_are_not_listed(cleared):
    """Trust stands on the partnership with one service."""
    assert candidates(SpipFactory()) == []


def test_one_structure_may_be_asked_alone(spip, cleared):
    other = PartnershipFactory(spip=spip, entitled=True).organisation
    MembershipFactory(organisation=other, cleared=True)
    found = candidates(spip, cleared.organisation)
    assert [each.membership for each in found] == [cleared]


@pytest.mark.parametrize("structures", [1, 3])
def test_three_queries_however_many(
    spip, cleared, structures, django_assert_num_queries
):
    for _ in range(structures - 1):
        other = PartnershipFactory(spip=spip, entitled=True).organisation
        MembershipFactory(organisation=other, cleared=True)
    with django_assert_num_queries(3):
        found = candidates(spip)
        assert [each.is_cleared for each in found] == [True] * structures
        assert [str(each.membership.user) for each in found]
        assert [each.membership.organisation.name for each in found]


class SameRuleTest(TestCase):
    """The words and the querysets say the same of random members."""

    @settings(max_examples=60, deadline=None)
    @given(
        state=st.sampled_from(["validated", "suspended"]),
        category=st.sampled_from(["", *Art46Category.values]),
        is_confirmed=st.booleans(),
        agreement=st.sampled_from(
            [None, "in_force", "unsigned", "coming", "over", "denounced"]
        ),
        is_designated=st.booleans(),
        is_suspended=st.booleans(),
        charter=st.sampled_from(["none", "current", "old"]),
        has_factor=st.booleans(),
        days_unreviewed=st.sampled_from([1, 273, 275]),
    )
    def test_words_agree_with_querysets(
        self,
        state,
        category,
        is_confirmed,
        agreement,
        is_designated,
        is_suspended,
        charter,
        has_factor,
        days_unreviewed,
    ):
        spip = SpipFactory()
        organisation = OrganisationFactory(
            reviewed_at=timezone.now() - timedelta(days=days_unreviewed)
        )
        is_confirmed = is_confirmed and bool(category)
        PartnershipFactory(
            spip=spip,
            organisation=organisation,
            state=state,
            art46_category=category,
            art46_confirmed_at=timezone.now() if is_confirmed else None,
        )
        if agreement:
            AgreementFactory(spip=spip, parties=[organisation], **{agreement: True})
        old = Charter.objects.current().get()
        current = CharterFactory() if charter == "old" else old
        accepted = {"none": None, "current": current, "old": old}[charter]
        membership = MembershipFactory(
            organisation=organisation, cleared=True, user__totp=False
        )
        change(
            membership.clearance,
            designated_at=timezone.now() if is_designated else None,
            suspended_at=timezone.now() if is_suspended else None,
            charter=accepted,
            charter_accepted_at=timezone.now() if accepted else None,
        )
        if not has_factor:
            membership.user.authenticator_set.all().delete()
        (candidate,) = candidates(spip)
        is_entitled = Partnership.objects.entitled().filter(spip=spip).exists()
        is_cleared = Membership.objects.cleared().filter(pk=membership.pk).exists()
        assert candidate.is_cleared == (is_entitled and is_cleared)
