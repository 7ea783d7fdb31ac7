"""Each of the three locks alone: the queryset, guardian, row-level security."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import Case, Document, Share, ShareRecipient
from partners.models import (
    Agreement,
    AgreementParty,
    Clearance,
    Membership,
    Organisation,
    OrganisationKind,
    Partnership,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import agent
from tests.cases.factories import (
    AssignmentFactory,
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    ShareFactory,
    professional,
    recipient_row,
    shared,
)
from tests.conftest import as_owner
from tests.days import from_today
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def fresh(user: User) -> User:
    """As the next request would load them: nothing remembered."""
    return User.objects.get(pk=user.pk)


def locks(user: User, document: Document) -> tuple[bool, bool, bool]:
    """(queryset, guardian, row-level security) each asked alone."""
    user = fresh(user)
    with actor(user):
        by_sql = Document.objects.filter(pk=document.pk).exists()
    with as_owner():
        by_queryset = Document.objects.visible_to(user).filter(pk=document.pk).exists()
        by_guardian = user.has_perm("cases.read_document", document)
    return by_queryset, by_guardian, by_sql


OPEN, SHUT = (True, True, True), (False, False, False)


def test_the_named_professional_reads():
    row = shared()
    assert locks(row.user, row.content_object) == OPEN


def test_a_cleared_colleague_of_the_same_structure_does_not():
    """Shares name persons, never a structure."""
    row = shared()
    colleague = MembershipFactory(
        organisation=row.membership.organisation, cleared=True
    )
    assert locks(colleague.user, row.content_object) == SHUT


def test_the_referent_cpip_reads_and_a_colleague_cpip_does_not():
    document = DocumentFactory()
    assert locks(document.case.referent, document) == OPEN
    assert locks(agent(Role.CPIP, document.case.spip), document) == SHUT


def test_an_assigned_cpip_reads_until_the_assignment_ends():
    document = DocumentFactory()
    colleague = agent(Role.CPIP, document.case.spip)
    assignment = AssignmentFactory(case=document.case, user=colleague)
    assert locks(colleague, document) == OPEN
    with as_owner():
        assignment.ended_at = timezone.now()
        assignment.save()
    assert locks(colleague, document) == SHUT


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COORDINATOR, Role.AUDITOR])
def test_no_other_role_of_the_service_opens_a_document(role):
    document = DocumentFactory()
    assert locks(agent(role, document.case.spip), document) == SHUT


def test_a_closed_account_holds_no_permission_however_it_is_asked():
    row = shared()
    row.user.is_active = False
    with as_owner():
        assert row.user.get_all_permissions(row.content_object) == set()


def test_a_cpip_who_moved_to_another_service_reads_no_more():
    document = DocumentFactory()
    user = document.case.referent
    elsewhere = agent(Role.CPIP).posting
    elsewhere.user = user
    elsewhere.save()
    User.objects.filter(pk=user.pk).update(active_posting=elsewhere)
    assert locks(user, document) == SHUT


AGENT_ENDINGS = {
    "the account is closed": ("user", {"is_active": False}),
    "the second factor was just reset": (
        "user",
        {"cases_closed_until": timezone.now() + DAY},
    ),
    "the posting is not chosen": ("user", {"active_posting": None}),
    "the posting is not confirmed": ("posting", {"confirmed_at": None}),
    # Read before midnight, asked after it: still to begin.
    "the posting has not begun": ("posting", {"starts_on": today() + 2 * DAY}),
    "the posting is over": (
        "posting",
        {"starts_on": today() - 9 * DAY, "ends_on": today() - DAY},
    ),
    "the role has changed": ("posting", {"role": Role.MANAGER}),
}


@pytest.mark.parametrize("ending", AGENT_ENDINGS)
def test_a_referent_reads_no_more_when(ending):
    document = DocumentFactory()
    referent = document.case.referent
    what, fields = AGENT_ENDINGS[ending]
    rows = User.objects if what == "user" else Posting.objects
    key = referent.pk if what == "user" else referent.active_posting_id
    rows.filter(pk=key).update(**fields)
    assert locks(referent, document) == SHUT


def _revoke(row):
    Share.objects.filter(pk=row.share_id).update(
        revoked_at=timezone.now(), revoked_by=row.share.created_by
    )


def _agreement(**fields):
    """Its days as spans from today."""
    return lambda row: Agreement.objects.filter(pk=row.agreement_id).update(
        **from_today(fields)
    )


def _partnership(**fields):
    return lambda row: Partnership.objects.filter(pk=row.partnership_id).update(
        **fields
    )


def _clearance(**fields):
    return lambda row: Clearance.objects.filter(membership=row.membership_id).update(
        **fields
    )


def _suspend(row):
    clearances = Clearance.objects.filter(membership=row.membership_id)
    clearances.update(suspended_at=timezone.now())


def _leave_the_agreement(row):
    AgreementParty.objects.filter(agreement=row.agreement_id).delete()


ENDINGS = {
    "the share is revoked": _revoke,
    "the share has ended": lambda row: Share.objects.filter(pk=row.share_id).update(
        starts_at=timezone.now() - DAY, ends_at=timezone.now() - DAY / 24
    ),
    "the share has not begun": lambda row: Share.objects.filter(pk=row.share_id).update(
        starts_at=timezone.now() + DAY
    ),
    "the measure is over": lambda row: (
        type(row.share.measure)
        .objects.filter(pk=row.share.measure_id)
        .update(ends_on=today() - DAY)
    ),
    "the membership has ended": lambda row: Membership.objects.filter(
        pk=row.membership_id
    ).update(ended_at=timezone.now()),
    "the designation is withdrawn": _clearance(designated_at=None),
    "the clearance is suspended": _suspend,
    "the partnership is suspended": _partnership(state=Partnership.State.SUSPENDED),
    "the category is no longer confirmed": _partnership(
        art46_confirmed_at=None, art46_confirmed_by=None
    ),
    "the category opens no named data": _partnership(art46_category="other"),
    "the structure is a State service": lambda row: OrganisationKind.objects.filter(
        organisation=row.partnership.organisation_id
    ).update(is_state=True),
    "the structure left its review unanswered": lambda row: Organisation.objects.filter(
        pk=row.partnership.organisation_id
    ).update(reviewed_at=timezone.now() - Organisation.ANSWER_WITHIN),
    "the agreement is over": _agreement(starts_on=-9 * DAY, ends_on=-DAY),
    "the agreement has not begun": _agreement(starts_on=DAY),
    "the agreement is not signed": _agreement(signed_on=None),
    "the agreement is denounced": _agreement(denounced_on=0 * DAY),
    "the structure is a party to the agreement no more": _leave_the_agreement,
    "the account is closed": lambda row: User.objects.filter(pk=row.user_id).update(
        is_active=False
    ),
    "the second factor was just reset": lambda row: User.objects.filter(
        pk=row.user_id
    ).update(cases_closed_until=timezone.now() + DAY),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_share_stops_being_live_when(ending):
    """Every clause of liveness shuts each of the three locks by itself."""
    row = shared()
    assert locks(row.user, row.content_object) == OPEN
    with as_owner():
        ENDINGS[ending](row)
    assert locks(row.user, row.content_object) == SHUT


def test_two_shares_of_one_document_end_with_the_second():
    row = shared()
    again = recipient_row(
        ShareFactory(case=row.case), row.content_object, row.membership
    )
    with as_owner():
        _revoke(row)
    assert locks(row.user, row.content_object) == OPEN
    with as_owner():
        _revoke(again)
    assert locks(row.user, row.content_object) == SHUT


def test_a_partner_who_takes_a_posting_acts_as_an_agent_only():
    row = shared()
    posting = agent(Role.COORDINATOR).posting
    posting.user = row.user
    posting.save()
    User.objects.filter(pk=row.user_id).update(active_posting=posting)
    assert locks(row.user, row.content_object) == SHUT


def test_nothing_is_visible_without_an_actor():
    row = shared()
    assert not Document.objects.exists()
    assert not ShareRecipient.history.exists()
    with actor(AnonymousUser()):
        assert not Document.objects.exists()
    with actor(SystemActor.OUTBOX):
        assert not Case.objects.filter(pk=row.case_id).exists()


def test_the_direction_lists_its_service_but_not_restricted_cases():
    case = CaseFactory()
    CaseFactory(
        referent=case.referent, sensitivity=Sensitivity.RESTRICTED, reference="R"
    )
    CaseFactory()
    manager = agent(Role.MANAGER, case.spip)
    with actor(manager):
        assert list(Case.objects.all()) == [case]
        assert list(Case.objects.visible_to(manager)) == [case]


def test_a_cpip_cannot_write_into_a_case_they_do_not_follow():
    document = DocumentFactory()
    intruder = agent(Role.CPIP, document.case.spip)
    with actor(intruder), pytest.raises(ProgrammingError), transaction.atomic():
        Document.objects.create(
            case=document.case,
            kind="judgment",
            dated_on=today(),
            file=StoredFile.objects.create(size=1, sha256="0"),
            added_by=intruder,
        )


def test_a_recipient_cannot_pass_the_document_on():
    row = shared()
    friend = MembershipFactory(organisation=row.membership.organisation, cleared=True)
    with actor(row.user), pytest.raises(ProgrammingError), transaction.atomic():
        ShareRecipient.history.create(
            share=row.share,
            case=row.case,
            content_object=row.content_object,
            permission=row.permission,
            user=friend.user,
            membership=friend,
            partnership=row.partnership,
            agreement=row.agreement,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "delete from cases_sharerecipient",
        "update cases_sharerecipient set user_id = user_id",
        "delete from cases_share",
        "delete from cases_document",
        "delete from cases_case",
        "insert into guardian_userobjectpermission default values",
        "delete from journal_entry",
        "update journal_entry set verb = 'read'",
        "truncate journal_entry",
    ],
)
def test_the_application_role_may_not(statement):
    with connection.cursor() as cursor:
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(statement)


def test_an_expert_of_two_services_sees_each_share_for_itself():
    measure = MeasureFactory()
    document = DocumentFactory(case=measure.case)
    share = ShareFactory(case=measure.case, measure=measure)
    person = professional(measure.case.spip)
    row = recipient_row(share, document, person)
    assert locks(row.user, document) == OPEN
    assert locks(row.user, DocumentFactory()) == SHUT
