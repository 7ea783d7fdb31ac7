"""Referent and substitutes: named, ended, handed over, transferred when one leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import Assignment, Case, Transfer
from cases.services import assignments as services
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.actor import actor
from spip_portal.security.dates import today
from tests.accounts.factories import agent, client_of
from tests.cases.factories import AssignmentFactory, CaseFactory, DocumentFactory
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def leave(user: User) -> User:
    """Their posting ended yesterday."""
    Posting.objects.filter(user=user).update(
        starts_on=today() - 9 * DAY, ends_on=today() - DAY
    )
    return User.objects.get(pk=user.pk)


def referent_of(case: Case) -> User:
    with as_owner():
        return Case.objects.get(pk=case.pk).referent


def opens(user: User, case: Case) -> bool:
    return client_of(user).get(f"/dossiers/{case.uuid}/").status_code == 200


# -- Substitutes --------------------------------------------------------------------


@pytest.mark.parametrize("role", ["referent", Role.MANAGER])
def test_a_substitute_is_named_follows_and_is_ended(role):
    case = CaseFactory()
    who = case.referent if role == "referent" else agent(role, case.spip)
    colleague = agent(Role.CPIP, case.spip)
    assert not opens(colleague, case)
    browser = client_of(who)
    browser.post(f"/dossiers/{case.uuid}/suppleer/", {"user": colleague.uuid})
    assert opens(colleague, case)
    with as_owner():
        assignment = Assignment.objects.get()
        assert (assignment.user, assignment.added_by) == (colleague, who)
    assert str(colleague) in browser.get(f"/dossiers/{case.uuid}/suivi/").text
    browser.post(f"/suppleances/{assignment.uuid}/terminer/")
    assert not opens(colleague, case)
    with as_owner():
        assignment.refresh_from_db()
    assert assignment.ended_by == who
    # What was stays to be read.
    assert str(colleague) in browser.get(f"/dossiers/{case.uuid}/suivi/").text
    assert Entry.objects.filter(object_kind="suivi", verb=Verb.CHANGE).count() == 2


def test_a_substitute_steps_back_and_names_nobody():
    assignment = AssignmentFactory(user=agent(Role.CPIP))
    case = assignment.case
    Posting.objects.filter(user=assignment.user).update(spip=case.spip)
    substitute = User.objects.get(pk=assignment.user_id)
    browser = client_of(substitute)
    assert browser.get(f"/dossiers/{case.uuid}/suivi/").status_code == 200
    assert browser.get(f"/dossiers/{case.uuid}/suppleer/").status_code == 404
    assert browser.get(f"/dossiers/{case.uuid}/confier/").status_code == 404
    browser.post(f"/suppleances/{assignment.uuid}/terminer/")
    assert not opens(substitute, case)


@pytest.mark.parametrize("who", ["manager", "elsewhere", "referent", "gone", "twice"])
def test_only_another_cpip_of_the_service_is_a_substitute(who):
    case = CaseFactory()
    twice = agent(Role.CPIP, case.spip)
    AssignmentFactory(case=case, user=twice)
    chosen = {
        "manager": agent(Role.MANAGER, case.spip),
        "elsewhere": agent(Role.CPIP),
        "referent": case.referent,
        "gone": leave(agent(Role.CPIP, case.spip)),
        "twice": twice,
    }[who]
    page = client_of(case.referent).post(
        f"/dossiers/{case.uuid}/suppleer/", {"user": chosen.uuid}
    )
    assert set(page.context["form"].errors) == {"user"}
    if who != "twice":
        with actor(case.referent), pytest.raises(ProgrammingError):
            with transaction.atomic():
                Assignment.objects.create(
                    case=case, user=chosen, added_by=case.referent
                )


@pytest.mark.parametrize("who", ["colleague", "substitute", "forged"])
def test_the_database_lets_nobody_else_name_a_substitute(who):
    case = CaseFactory()
    colleague, friend = (agent(Role.CPIP, case.spip) for _ in range(2))
    if who == "substitute":
        AssignmentFactory(case=case, user=colleague)
    by = case.referent if who == "forged" else colleague
    with actor(by), pytest.raises(ProgrammingError), transaction.atomic():
        Assignment.objects.create(case=case, user=friend, added_by=colleague)


# -- Handed over ---------------------------------------------------------------------


def test_the_referent_hands_the_case_over_and_sees_it_no_more():
    case = DocumentFactory().case
    before, after = case.referent, agent(Role.CPIP, case.spip)
    AssignmentFactory(case=case, user=after)
    stays = {
        AssignmentFactory(case=case, user=agent(Role.CPIP, case.spip)).pk,
        AssignmentFactory(case=CaseFactory(referent=before), user=after).pk,
    }
    long_ago = timezone.now() - 9 * DAY
    past = AssignmentFactory(case=case, user=after, ended_at=long_ago)
    browser = client_of(before)
    assert "Vous ne pourrez plus" in browser.get(f"/dossiers/{case.uuid}/confier/").text
    response = browser.post(f"/dossiers/{case.uuid}/confier/", {"to": after.uuid})
    assert response.url == "/dossiers/"
    assert referent_of(case) == after
    assert not opens(before, case)
    page = client_of(after).get(f"/dossiers/{case.uuid}/suivi/")
    (change,) = page.context["transfers"]
    assert (change.previous, change.referent, change.decided_by) == (
        before,
        after,
        before,
    )
    # A referent is no substitute of their own; nothing else of the kind changes.
    assert set(Assignment.objects.live().values_list("pk", flat=True)) == stays
    with as_owner():
        past.refresh_from_db()
    assert past.ended_at == long_ago


@pytest.mark.parametrize("to", [Role.MANAGER, "elsewhere"])
def test_a_case_goes_to_a_cpip_of_the_service_only(to):
    case = CaseFactory()
    heir = agent(Role.CPIP) if to == "elsewhere" else agent(to, case.spip)
    browser = client_of(case.referent)
    page = browser.post(f"/dossiers/{case.uuid}/confier/", {"to": heir.uuid})
    assert set(page.context["form"].errors) == {"to"}
    with actor(case.referent), pytest.raises(ProgrammingError), transaction.atomic():
        _hand_over([case], heir)
    assert referent_of(case) == case.referent


def _hand_over(cases: list[Case], heir: User) -> int:
    with connection.cursor() as cursor:
        keys = [case.pk for case in cases]
        cursor.execute("select app.hand_over(%s::bigint[], %s)", [keys, heir.pk])
        return cursor.fetchone()[0]


def test_the_database_moves_only_what_one_decides_on():
    case = CaseFactory()
    secret = CaseFactory(referent=case.referent, sensitivity=Sensitivity.RESTRICTED)
    foreign = CaseFactory()
    colleague, heir = (agent(Role.CPIP, case.spip) for _ in range(2))
    AssignmentFactory(case=case, user=colleague)
    for by, moved in (
        (colleague, 0),  # a substitute, while the referent is there
        (agent(Role.COORDINATOR, case.spip), 0),
        (agent(Role.MANAGER), None),  # of another service than the heir
        (agent(Role.MANAGER, case.spip), 1),
    ):
        with actor(by):
            if moved is None:
                with pytest.raises(ProgrammingError), transaction.atomic():
                    _hand_over([case, secret, foreign], heir)
            else:
                assert _hand_over([case, secret, foreign], heir) == moved
    assert (referent_of(case), referent_of(secret)) == (heir, case.referent)


@pytest.mark.parametrize("who", ["referent", "substitute"])
@pytest.mark.parametrize("field", ["referent", "spip"])
def test_a_case_changes_hands_in_no_other_way(who, field):
    case, other = CaseFactory(), CaseFactory()
    by = case.referent
    if who == "substitute":
        by = AssignmentFactory(case=case, user=agent(Role.CPIP, case.spip)).user
    with (
        actor(by),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        Case.objects.filter(pk=case.pk).update(**{field: getattr(other, field)})


def test_a_case_is_judged_by_its_row_as_it_becomes():
    """Not as it was: a statement that waited while the case was handed over would read
    and write in it."""
    case = CaseFactory()
    heir = agent(Role.CPIP, case.spip)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("grant update (referent_id) on cases_case to portal_app")
    with (
        actor(case.referent),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Case.objects.filter(pk=case.pk).update(referent=heir)


def test_the_direction_changes_nothing_else_of_a_case():
    case = CaseFactory()
    with actor(agent(Role.MANAGER, case.spip)):
        assert not Case.objects.filter(pk=case.pk).update(sensitivity=3)


def test_nobody_writes_a_transfer_by_hand():
    case = CaseFactory()
    with actor(case.referent), pytest.raises(ProgrammingError), transaction.atomic():
        Transfer.objects.create(
            case=case,
            previous=case.referent,
            referent=case.referent,
            decided_by=case.referent,
        )


# -- When somebody leaves ------------------------------------------------------------


@pytest.fixture
def leaver():
    """Gone yesterday, referent of three cases, one of them restricted."""
    user = agent(Role.CPIP)
    for level in (Sensitivity.NORMAL, Sensitivity.MINOR, Sensitivity.RESTRICTED):
        CaseFactory(referent=user, sensitivity=level)
    return leave(user)


@pytest.fixture
def manager(leaver):
    return agent(Role.MANAGER, leaver.postings.get().spip)


def test_the_direction_is_told_of_cases_whose_referent_left(leaver, manager):
    browser = client_of(manager)
    assert "Dossiers dont le référent a quitté son poste" in browser.get("/").text
    assert [
        (person, count, there)
        for person, count, there in browser.get("/dossiers/transferts/").context["rows"]
    ] == [(leaver, 2, False)]


def test_it_is_told_however_many_left_before_without_a_case(manager, leaver):
    spip = leaver.postings.get().spip
    for _ in range(25):
        leave(agent(Role.CPIP, spip))
    others = leave(agent(Role.CPIP, spip))
    CaseFactory(referent=others, spip=spip)
    assert str(others) in client_of(manager).get("/").text


def test_all_cases_of_one_go_to_another_in_one_go(leaver, manager):
    heir = agent(Role.CPIP, manager.spip)
    # The heir has one of the same number already, which the direction does not know of.
    with as_owner():
        number = Case.objects.filter(referent=leaver).first().reference
    CaseFactory(referent=heir, reference=number, sensitivity=Sensitivity.RESTRICTED)
    browser = client_of(manager)
    address = f"/dossiers/transferts/{leaver.uuid}/"
    ticked = browser.get(address).context["form"].initial["cases"]
    assert len(ticked) == 2
    page = browser.post(address, {"to": heir.uuid, "cases": ticked}, follow=True)
    assert "2 dossiers sont transférés" in page.text
    with as_owner():
        left = Case.objects.get(referent=leaver)
        assert left.sensitivity == Sensitivity.RESTRICTED
        assert Transfer.objects.filter(decided_by=manager, referent=heir).count() == 2
    assert Entry.objects.get(object_kind="dossiers transférés").count == 2
    assert browser.get(address).status_code == 404


def test_a_restricted_case_is_not_transferred_even_when_it_is_named(leaver, manager):
    heir = agent(Role.CPIP, manager.spip)
    with as_owner():
        secret = Case.objects.get(sensitivity=Sensitivity.RESTRICTED)
    page = client_of(manager).post(
        f"/dossiers/transferts/{leaver.uuid}/",
        {"to": heir.uuid, "cases": [secret.uuid]},
    )
    assert set(page.context["form"].errors) == {"cases"}
    with actor(manager), pytest.raises(PermissionDenied):
        services.hand_over(by=manager, cases=[secret], to=heir)
    assert referent_of(secret) == leaver


def test_a_substitute_takes_over_a_restricted_case_whose_referent_left(leaver):
    with as_owner():
        secret = Case.objects.get(sensitivity=Sensitivity.RESTRICTED)
    substitute = agent(Role.CPIP, secret.spip)
    AssignmentFactory(case=secret, user=substitute)
    browser = client_of(substitute)
    assert "plus CPIP du service" in browser.get(f"/dossiers/{secret.uuid}/suivi/").text
    browser.post(f"/dossiers/{secret.uuid}/confier/", {"to": substitute.uuid})
    assert referent_of(secret) == substitute


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_whatever_the_history(count, django_assert_num_queries):
    case = CaseFactory()
    for _ in range(count):
        AssignmentFactory(case=case, user=agent(Role.CPIP, case.spip))
    browser = client_of(case.referent)
    browser.get(f"/dossiers/{case.uuid}/suivi/")
    with django_assert_num_queries(12):
        browser.get(f"/dossiers/{case.uuid}/suivi/")


def test_an_assignment_is_moved_to_no_other_case_past_the_view():
    case = CaseFactory()
    other = CaseFactory(spip=case.spip)
    mine = AssignmentFactory(case=case, user=agent(Role.CPIP, case.spip))
    with (
        actor(mine.user),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update cases_assignment set case_id = %s", [other.pk])
