"""« Mes dossiers »: what is due, soonest first; filters, order, pages, file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.enums import MeasureKind, ReleaseUnknown, Sensitivity
from cases.models import Case, Share, ShareRecipient
from partners.models import Clearance
from partners.views import listing
from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import end_of_day, today
from tests.accounts.factories import AntenneFactory, agent, client_of
from tests.cases.factories import (
    AssignmentFactory,
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    PersonFactory,
    ShareFactory,
    professional,
    recipient_row,
    shared,
)
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cpip():
    return agent(Role.CPIP)


def rows(user, query: str = "") -> list[tuple[str, list[tuple]]]:
    """(reference, [(what, when)]) of each line, in their order."""
    page = client_of(user).get(f"/dossiers/{query}")
    return [
        (case.reference, [(each.label, each.on) for each in dues])
        for case, dues in page.context["rows"]
    ]


def references(user, query: str = "") -> list[str]:
    return [reference for reference, _dues in rows(user, query)]


def given_to(cpip, row, reference: str, **share):
    with as_owner():
        row.case.referent, row.case.spip = cpip, row.case.spip
        row.case.reference = reference
        row.case.save()
        Share.objects.filter(pk=row.share_id).update(**share)


# -- What is due ---------------------------------------------------------------------


def test_each_thing_due_is_said_with_its_day_soonest_first(cpip):
    case = CaseFactory(
        referent=cpip,
        reference="A",
        inside=True,
        release_on=today() + 90 * DAY,
    )
    MeasureFactory(case=case, ends_on=today() + 60 * DAY, kind=MeasureKind.TIG)
    MeasureFactory(case=case, over=True)
    assert rows(cpip) == [
        (
            "A",
            [
                ("fin de mesure", today() + 60 * DAY),
                ("libération prévue", today() + 90 * DAY),
            ],
        )
    ]


def test_what_is_far_away_is_not_due(cpip):
    case = CaseFactory(referent=cpip, inside=True, release_on=today() + 91 * DAY)
    MeasureFactory(case=case, ends_on=today() + 61 * DAY, kind=MeasureKind.TIG)
    assert rows(cpip) == [(case.reference, [])]


def test_a_release_that_nobody_knows_is_to_be_asked_for(cpip):
    case = CaseFactory(
        referent=cpip,
        inside=True,
        release_on=None,
        release_unknown=ReleaseUnknown.APPEAL,
    )
    assert rows(cpip) == [(case.reference, [("date de libération à connaître", None)])]


@pytest.mark.parametrize(("days", "is_due"), [(14, True), (15, False)])
def test_a_share_that_ends_within_14_days_is_due(days, is_due):
    row = shared()
    last = today() + (days - 1) * DAY
    given_to(row.case.referent, row, "A", ends_at=end_of_day(last))
    due = [("fin d’un partage", last)] if is_due else []
    assert rows(row.case.referent) == [("A", due)]


def test_seven_days_run_from_the_countersignature():
    now = timezone.now()
    row = shared(
        starts_at=now - 9 * DAY,
        needs_countersignature=True,
        countersigned_at=now,
        countersigned_by=agent(Role.MANAGER),
    )
    assert rows(row.case.referent) == [(row.case.reference, [])]


def test_nobody_is_late_for_a_substitute():
    row = shared()
    given_to(row.case.referent, row, "A", starts_at=timezone.now() - 9 * DAY)
    with as_owner():
        ShareRecipient.history.filter(pk=row.pk).update(is_substitute=True)
    assert rows(row.case.referent) == [("A", [])]


def test_a_document_unread_for_seven_days_is_due_until_it_is_read():
    row = shared()
    since = timezone.now() - timedelta(days=9)
    given_to(row.case.referent, row, "A", starts_at=since)
    day = timezone.localtime(since).date() + 7 * DAY
    assert rows(row.case.referent) == [("A", [("document non lu depuis 7 jours", day)])]
    page = client_of(row.case.referent).get("/dossiers/")
    assert "en retard" in page.text
    client_of(row.user).get(f"/documents/{row.content_object.uuid}/fichier")
    assert rows(row.case.referent) == [("A", [])]


@pytest.mark.parametrize("what", ["recent", "revoked"])
def test_nobody_is_late_for_what_is_new_or_over(what):
    row = shared()
    changes = {
        "recent": {"starts_at": timezone.now() - timedelta(days=6)},
        "revoked": {
            "starts_at": timezone.now() - timedelta(days=9),
            "revoked_at": timezone.now(),
            "revoked_by": row.case.referent,
        },
    }[what]
    given_to(row.case.referent, row, "A", **changes)
    assert references(row.case.referent) == ["A"]
    assert references(row.case.referent, "?a_faire=lecture") == []


PLACEMENT = "placement sans document partagé"


@pytest.mark.parametrize("begins", [-60, 14])
def test_a_placement_of_which_no_structure_may_read_anything_is_due(cpip, begins):
    day = today() + begins * DAY
    case = CaseFactory(referent=cpip)
    measure = MeasureFactory(case=case, starts_on=day)
    assert rows(cpip) == [(case.reference, [(PLACEMENT, day)])]
    document = DocumentFactory(case=case)
    share = ShareFactory(case=case, measure=measure)
    row = recipient_row(share, document, professional(case.spip))
    assert rows(cpip) == [(case.reference, [])]
    # Nobody of the structure has the right to read it any more.
    Clearance.objects.filter(membership=row.membership).update(
        suspended_at=timezone.now()
    )
    assert rows(cpip) == [(case.reference, [(PLACEMENT, day)])]
    with as_owner():
        Share.objects.update(needs_countersignature=True)
    assert rows(cpip) == [(case.reference, [])]  # it waits for the direction
    with as_owner():
        Case.objects.update(sensitivity=Sensitivity.RESTRICTED)
    assert rows(cpip) == [(case.reference, [(PLACEMENT, day)])]  # in vain


@pytest.mark.parametrize(
    ("case", "measure"),
    [
        ({}, {"starts_on": today() + 16 * DAY}),  # or the day after, at midnight
        ({}, {"over": True}),
        ({}, {"kind": MeasureKind.TIG}),
        ({"sensitivity": Sensitivity.MINOR}, {}),
    ],
)
def test_a_placement_is_not_due_when_nothing_is_to_be_shared(cpip, case, measure):
    MeasureFactory(case=CaseFactory(referent=cpip, **case), **measure)
    assert references(cpip, "?a_faire=placement") == []


@pytest.fixture
def three(cpip):
    """Due in 30 days, due in 10, due never; the last is a colleague's, followed."""
    antenne = AntenneFactory(spip=cpip.spip)
    late = CaseFactory(referent=cpip, reference="B-30", antenne=antenne)
    MeasureFactory(case=late, ends_on=today() + 30 * DAY, kind=MeasureKind.TIG)
    soon = CaseFactory(
        referent=cpip, reference="C-10", inside=True, release_on=today() + 10 * DAY
    )
    MeasureFactory(case=soon, kind=MeasureKind.DDSE)
    never = CaseFactory(referent=agent(Role.CPIP, cpip.spip), reference="A-0")
    MeasureFactory(case=never, kind=MeasureKind.DDSE)
    AssignmentFactory(case=never, user=cpip)
    return antenne


def test_the_soonest_comes_first_and_what_is_not_due_last(cpip, three):
    assert references(cpip) == ["C-10", "B-30", "A-0"]
    home = client_of(cpip).get("/").text
    assert home.index("C-10") < home.index("B-30") < home.index("A-0")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?sort=reference", ["A-0", "B-30", "C-10"]),
        ("?sort=recent", ["A-0", "C-10", "B-30"]),
        ("?mesure=tig", ["B-30"]),
        ("?milieu=closed", ["C-10"]),
        ("?a_faire=mesure", ["B-30"]),
        ("?a_faire=liberation", ["C-10"]),
        ("?a_faire=lecture", []),
        ("?reference=b-30", ["B-30"]),
        ("?milieu=ailleurs&sort=rien", ["C-10", "B-30", "A-0"]),
    ],
)
def test_filters_and_order_are_in_the_address(query, found, cpip, three):
    assert references(cpip, query) == found


def test_by_antenne_of_the_service_only(cpip, three):
    assert references(cpip, f"?antenne={three.uuid}") == ["B-30"]
    other = AntenneFactory()
    page = client_of(cpip).get(f"/dossiers/?antenne={other.uuid}")
    assert "antenne" in page.context["form"].errors


def test_the_direction_filters_what_it_lists_and_sees_nothing_due(cpip, three):
    manager = agent(Role.MANAGER, cpip.spip)
    assert rows(manager) == [("A-0", []), ("C-10", []), ("B-30", [])]
    assert references(manager, "?mesure=tig") == ["B-30"]
    assert references(manager, "?a_faire=mesure") == ["A-0", "C-10", "B-30"]


# -- Pages, count, file ---------------------------------------------------------------


def test_twenty_cases_a_page(cpip):
    for _ in range(21):
        CaseFactory(referent=cpip)
    browser = client_of(cpip)
    assert len(browser.get("/dossiers/").context["rows"]) == 20
    assert len(browser.get("/dossiers/?page=2").context["rows"]) == 1
    assert "(21)" in browser.get("/dossiers/").text


def test_newest_first_a_page_holds_own_and_assigned_cases_and_no_other(
    cpip, monkeypatch
):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    oldest_first = []
    for _ in range(3):
        own = CaseFactory(referent=cpip)
        assigned = CaseFactory(spip=cpip.spip, referent=agent(Role.CPIP, cpip.spip))
        AssignmentFactory(case=assigned, user=cpip)
        oldest_first += [own.reference, assigned.reference]
        for _ in range(2):  # over, and in a service that they have left
            ended = {"user": cpip, "ended_at": timezone.now()}
            AssignmentFactory(case__spip=cpip.spip, **ended)
            AssignmentFactory(user=cpip)
    pages = [references(cpip, f"?sort=recent&page={n}") for n in (3, 2, 1)]
    assert [each for page in pages for each in reversed(page)] == oldest_first


def test_an_empty_list_says_what_to_do_next(cpip):
    page = client_of(cpip).get("/dossiers/")
    assert "Aucun dossier pour l’instant." in page.text
    assert 'href="/dossiers/ouvrir/"' in page.text
    filtered = client_of(cpip).get("/dossiers/?milieu=open")
    assert "ne correspond à cette recherche" in filtered.text


def test_the_file_has_the_same_rows_and_nobodys_name(cpip, three):
    with as_owner():
        case = cpip.__class__.objects.get(pk=cpip.pk)
    PersonFactory(case=CaseFactory(referent=cpip, reference="D-1"))
    response = client_of(cpip).get("/dossiers/?format=csv&sort=reference")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == [
        '"A-0"',
        '"B-30"',
        '"C-10"',
        '"D-1"',
    ]
    assert '"fin de mesure"' in lines[2]
    for name in ("Marchal", case.last_name, case.first_name):
        assert name not in response.content.decode()
    assert Entry.objects.get(verb=Verb.EXPORT).count == 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_whatever_is_due(count, django_assert_num_queries):
    """Three queries are the transaction's own; four say who asks; five are the
    page's: antennes, count, rows, measures, journal (antennes of rows: none here)."""
    row = shared()
    cpip = row.case.referent
    for _ in range(count):
        case = CaseFactory(referent=cpip, inside=True)
        MeasureFactory(case=case, ends_on=today() + DAY)
    browser = client_of(cpip)
    browser.get("/dossiers/")
    with django_assert_num_queries(11):
        browser.get("/dossiers/")
