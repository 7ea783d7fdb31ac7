"""What the service writes in the case area, and the verbs of the database."""

from collections.abc import Callable, Iterator
from functools import partial

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from cases.enums import DocumentKind, InformedHow, MeasureKind, OrderedBy, Sensitivity
from cases.models import (
    Assignment,
    Case,
    Document,
    Measure,
    Person,
    Share,
    ShareRecipient,
)
from partners.models import (
    Agreement,
    Clearance,
    Membership,
    Organisation,
    OrganisationKind,
    Partnership,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.security.dates import today
from tests.accounts.factories import agent
from tests.cases.factories import (
    AssignmentFactory,
    CaseFactory,
    DocumentFactory,
    LegalBasisFactory,
    MeasureFactory,
    PersonFactory,
    ShareFactory,
)
from tests.partners.factories import CharterFactory
from tests.security.writes import DAY, Cast, Write, insert, several, update
from tests.vault.factories import stored_file

# -- What the service writes -----------------------------------------------------------


def of_persons(cast: Cast) -> Iterator[Write]:
    cpip = cast.cpip
    right = {
        "case": cast.case,
        "sealed": b"x",
        "digest": b"x" * 32,
        "written_by": cpip,
    }
    wrong = [{"case": cast.foreign}, {"written_by": cast.colleague}]
    yield from several(Person, cpip, right, *wrong)
    for case in (cast.over.case, cast.away.case):
        PersonFactory(case=case)
    written = "sealed = 'y', written_by_id = %s"
    yield update(1, cpip, "person", written, cpip.pk)
    yield update(0, cpip, "person", written, cast.colleague.pk)
    yield update(0, cpip, "person", "case_id = %s", cast.case.pk)
    yield Write(1, cpip, "delete from cases_person where true")


def of_measures(cast: Cast) -> Iterator[Write]:
    right = {
        "case": cast.case,
        "kind": MeasureKind.PLACEMENT,
        "ordered_by": OrderedBy.JAP,
        "court": "Tribunal",
        "starts_on": today(),
    }
    yield from several(Measure, cast.cpip, right, {"case": cast.foreign})
    MeasureFactory(case=cast.away.case)
    own = Measure.objects.filter(case__referent=cast.cpip).count()
    yield update(own, cast.cpip, "measure", "court = ''")
    yield update(0, cast.cpip, "measure", "case_id = %s", cast.case.pk)


def of_cases(cast: Cast) -> Iterator[Write]:
    right = {"referent": cast.cpip, "spip": cast.spip, "reference": "R"}
    wrong = [{"referent": cast.colleague}, {"spip": cast.away.case.spip}]
    yield from several(Case, cast.cpip, right, *wrong)
    followed = Case.objects.filter(
        Q(referent=cast.cpip) | Q(assignments__user=cast.cpip)
    )
    yield update(followed.distinct().count(), cast.cpip, "case", "reference = 'R'")


def of_documents(cast: Cast) -> Iterator[Write]:
    right = {
        "case": cast.case,
        "kind": DocumentKind.JUDGMENT,
        "dated_on": today(),
        "file": stored_file(),
        "added_by": cast.cpip,
    }
    wrong = [{"added_by": cast.colleague}, {"case": cast.foreign}]
    yield from several(Document, cast.cpip, right, *wrong)
    for case in (cast.over.case, cast.foreign):
        DocumentFactory(case=case)
    unshared = Document.objects.filter(case__referent=cast.cpip, recipients=None)
    yield update(unshared.count(), cast.cpip, "document", "court = ''")


def of_assignments(cast: Cast) -> Iterator[Write]:
    cpip, colleague, third = cast.cpip, cast.colleague, cast.third
    right = {"case": cast.case, "user": third, "added_by": cpip}
    not_theirs = {"case": cast.foreign}
    wrong = [{"added_by": colleague}, {"user": cpip}, not_theirs]
    yield from several(Assignment, cpip, right, *wrong)
    of_manager = right | {"added_by": cast.manager}
    restricted = CaseFactory(spip=cast.spip, sensitivity=Sensitivity.RESTRICTED)
    hidden = {"case": restricted, "user": cpip}
    yield from several(Assignment, cast.manager, of_manager, hidden)
    yield from (_assigned(cast, who, 0) for who in _not_cpips_of(cast.spip))
    until = agent(Role.CPIP, cast.spip)
    Posting.objects.filter(user=until).update(ends_on=today() + DAY)
    yield _assigned(cast, until, 1)
    # A substitute decides once the referent is in office no more.
    left = CaseFactory(referent=agent(Role.CPIP, cast.spip))
    Posting.objects.filter(user=left.referent).update(role=Role.MANAGER)
    AssignmentFactory(case=left, user=third)
    AssignmentFactory(case=cast.foreign, user=third)
    by_third = {"case": left, "user": cpip, "added_by": third}
    yield from several(Assignment, third, by_third, not_theirs)
    # Ended by the referent, and by the substitute.
    own = CaseFactory(referent=cpip)
    AssignmentFactory(case=own, user=colleague)
    AssignmentFactory(case=own, user=third, ended_at=cast.now)
    AssignmentFactory(case=CaseFactory(referent=colleague), user=cpip)
    AssignmentFactory(case=CaseFactory(referent=third), user=colleague)
    ended = "ended_at = now(), ended_by_id = %s"
    yield update(2, cpip, "assignment", ended, cpip.pk)
    yield update(0, cpip, "assignment", ended, colleague.pk)


def _assigned(cast: Cast, who: User, expected: int) -> Write:
    assignment = Assignment(case=cast.case, user=who, added_by=cast.cpip)
    return insert(expected, cast.cpip, assignment)


def _not_cpips_of(spip) -> Iterator[User]:
    yield agent(Role.CPIP)
    yield agent(Role.CPIP, spip, is_active=False)
    for state in (
        {"role": Role.MANAGER},
        {"confirmed_at": None},
        {"starts_on": today() + 2 * DAY},
        {"starts_on": today() - 9 * DAY, "ends_on": today() - DAY},
    ):
        who = agent(Role.CPIP, spip)
        Posting.objects.filter(user=who).update(**state)
        yield who


# -- Shares ----------------------------------------------------------------------------


def of_shares(cast: Cast) -> Iterator[Write]:
    cpip, manager = cast.cpip, cast.manager
    short = MeasureFactory(case=cast.case, ends_on=today() + 5 * DAY)
    right = {
        "case": cast.case,
        "measure": cast.share.measure,
        "purpose": "Organiser l’accueil",
        "legal_basis": LegalBasisFactory(spip=cast.spip),
        "informed_on": today(),
        "informed_how": InformedHow.ORAL,
        "created_by": cpip,
        "starts_at": cast.now,
        "ends_at": cast.now + 30 * DAY,
    }
    signed = {
        "needs_countersignature": True,
        "countersigned_at": cast.now,
        "countersigned_by": manager,
    }
    wrong = [
        {"created_by": cast.colleague},
        {"case": cast.foreign, "measure": MeasureFactory(case=cast.foreign)},
        {"ends_at": cast.now + 400 * DAY},
        {"measure": short},
        signed,
    ]
    yield from several(Share, cpip, right, *wrong)
    after = {"measure": short, "days_after_measure": 5, "ends_at": cast.now + 8 * DAY}
    yield insert(1, cpip, Share(**right | after))
    ShareFactory(case=cast.foreign)
    ShareFactory(case=cast.over.case, needs_countersignature=True)
    own = Share.objects.filter(case__referent=cpip).count()
    revoked = "revoked_at = clock_timestamp(), revoked_by_id = %s"
    yield update(own, cpip, "share", revoked, cpip.pk)
    yield update(1, manager, "share", revoked, manager.pk)
    yield update(0, manager, "share", revoked, cpip.pk)
    signs = "countersigned_at = clock_timestamp(), countersigned_by_id = %s"
    yield update(1, manager, "share", signs, manager.pk)


def of_recipients(cast: Cast) -> Iterator[Write]:
    unchecked = DocumentFactory(case=cast.case, file=stored_file(state="quarantined"))
    right = _recipient(cast, DocumentFactory(case=cast.case))
    yield insert(1, cast.cpip, right)
    yield insert(0, cast.colleague, right)
    yield insert(0, cast.cpip, _recipient(cast, unchecked))
    CharterFactory(published_at=cast.now + DAY)
    for expected, states in ((0, _without_right(cast)), (1, _since_the_share(cast))):
        for state in states:
            yield insert(expected, cast.cpip, right, before=state)


def _recipient(cast: Cast, document: Document) -> ShareRecipient:
    parts = ("case", "share", "permission", "user")
    grounds = ("membership", "partnership", "agreement")
    values = {name: getattr(cast.row, name) for name in parts + grounds}
    return ShareRecipient(content_object=document, **values)


def _without_right(cast: Cast) -> Iterator[Callable[[], object]]:
    row, before = cast.row, cast.now - 3 * DAY
    rows = _rows_of(row)
    for name, state in (
        ("case", {"sensitivity": Sensitivity.MINOR}),
        ("user", {"is_active": False}),
        ("factor", {"type": Authenticator.Type.RECOVERY_CODES}),
        ("membership", {"ended_at": before}),
        ("clearance", {"designated_at": None}),
        ("clearance", {"suspended_at": before}),
        ("clearance", {"charter": None}),
        ("partnership", {"state": "suspended", "state_changed_at": before}),
        ("partnership", {"state": "refused", "state_changed_at": cast.now}),
        ("partnership", {"art46_confirmed_at": None, "art46_confirmed_by": None}),
        ("partnership", {"art46_category": "other"}),
        ("organisation", {"reviewed_at": cast.now - 280 * DAY}),
        ("kind", {"is_state": True}),
        ("agreement", {"signed_on": None}),
        ("agreement", {"starts_on": today() + DAY}),
        ("agreement", {"denounced_on": today() - 2 * DAY}),
        ("agreement", {"ends_on": today() + DAY}),
    ):
        yield partial(rows[name].update, **state)
    yield CharterFactory


def _since_the_share(cast: Cast) -> Iterator[Callable[[], object]]:
    """What ended after the share began: it was a right on that day."""
    rows = _rows_of(cast.row)
    for name, state in (
        ("membership", {"ended_at": cast.now}),
        ("clearance", {"suspended_at": cast.now}),
        ("partnership", {"state": "suspended", "state_changed_at": cast.now}),
        ("agreement", {"denounced_on": today()}),
    ):
        yield partial(rows[name].update, **state)


def _rows_of(row: ShareRecipient) -> dict[str, QuerySet]:
    """What the right of that recipient rests on."""
    organisation = row.membership.organisation_id
    return {
        "case": Case.objects.filter(pk=row.case_id),
        "user": User.objects.filter(pk=row.user_id),
        "factor": Authenticator.objects.filter(user=row.user_id),
        "membership": Membership.objects.filter(pk=row.membership_id),
        "clearance": Clearance.objects.filter(membership=row.membership_id),
        "partnership": Partnership.objects.filter(pk=row.partnership_id),
        "organisation": Organisation.objects.filter(pk=organisation),
        "kind": OrganisationKind.objects.filter(organisation=organisation),
        "agreement": Agreement.objects.filter(pk=row.agreement_id),
    }


# -- The two verbs of the database -----------------------------------------------------


def of_hand_over(cast: Cast) -> Iterator[Write]:
    cases = [cast.case.pk, cast.over.case_id, cast.foreign.pk]
    gives = partial(_give, cases)
    yield gives(2, cast.cpip, cast.third)
    yield gives(3, cast.manager, cast.third)
    yield gives(1, cast.manager, cast.cpip)  # two are theirs already
    yield gives(0, cast.cpip, cast.away.case.referent)


def _give(cases: list[int], expected: int, by: User, heir: User) -> Write:
    sql = "select * from generate_series(1, app.hand_over(%s::bigint[], %s))"
    return Write(expected, by, sql, (cases, heir.pk))


def of_broken_glass(cast: Cast) -> Iterator[Write]:
    sql = "select * from app.break_glass(%s, %s, interval '1 hour')"
    motive = "Astreinte : la personne est au greffe"
    restricted = CaseFactory(spip=cast.spip, sensitivity=Sensitivity.RESTRICTED)
    for expected, by, case in (
        (1, cast.colleague, cast.case),
        (1, cast.manager, cast.case),
        (0, cast.cpip, cast.case),
        (0, cast.colleague, restricted),
        (0, cast.colleague, cast.away.case),
        (0, agent(Role.COORDINATOR, cast.spip), cast.case),
    ):
        yield Write(expected, by, sql, (case.reference, motive))


# The last ones count what all of them made.
SERVICE = (
    of_persons,
    of_assignments,
    of_recipients,
    of_hand_over,
    of_broken_glass,
    of_shares,
    of_cases,
    of_measures,
    of_documents,
)
