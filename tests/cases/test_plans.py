"""How PostgreSQL fetches the lists among many cases: by index, never by reading a whole
table, and never by making a set of all that the reader may see (ACCESS)."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.due import KINDS
from spip_portal.accounts.enums import Role
from spip_portal.security.actor import actor
from tests.accounts.factories import agent, client_of
from tests.cases.factories import (
    AssignmentFactory,
    BrokenGlassFactory,
    ShareFactory,
    professional,
    recipient_row,
    shared,
)
from tests.cases.many import PAPERS
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
CASES = 9_000
GUARDED = (
    "cases_(case|document|sharerecipient|share|measure|assignment|brokenglass"
    "|liaisonmessage|incident)"
)
# The tables that grow; assignments and the like hold a few rows here.
LARGE = "case|document|sharerecipient|share|measure|liaisonmessage|incident"
READS_ALL = re.compile(rf"Seq Scan on cases_({LARGE})\b|hashed SubPlan")

# One case in 300 is the reader's own, one in three of their service.
CASES_SQL = """
insert into cases_case (uuid, spip_id, reference, referent_id, sensitivity, milieu,
                        prison, release_unknown, version)
select gen_random_uuid(), case when n %% 3 = 0 then %(spip)s else %(other_spip)s end,
       'G-' || n,
       case when n %% 300 = 0 then %(cpip)s
            when n %% 3 = 0 then %(colleague)s else %(stranger)s end,
       1, 'open', '', '', 1
  from generate_series(1, %(cases)s) n;
"""
SHARES = """
-- All shared by one decision with somebody who is none of the readers.
insert into cases_share (uuid, case_id, measure_id, purpose, legal_basis_id,
                         informed_on, informed_how, created_by_id, starts_at, ends_at,
                         revocation_reason, notice_version, person_limits,
                         days_after_measure, needs_countersignature,
                         authorisation_authority, authorisation_number)
select gen_random_uuid(), c.id, m.id, 'X', s.legal_basis_id, current_date, 'oral',
       c.referent_id, now() - interval '1 day', now() + interval '99 days', '',
       s.notice_version, '', 0, false, '', ''
  from cases_case c join cases_measure m on m.case_id = c.id, cases_share s
 where c.reference like 'G-%%' and c.spip_id = %(spip)s and s.id = %(share)s;
insert into cases_sharerecipient (content_object_id, share_id, case_id, user_id,
                                  permission_id, membership_id, partnership_id,
                                  agreement_id, is_substitute)
select d.id, s.id, s.case_id, r.user_id, r.permission_id, r.membership_id,
       r.partnership_id, r.agreement_id, false
  from cases_share s join cases_document d on d.case_id = s.case_id,
       cases_sharerecipient r
 where s.purpose = 'X' and r.id = %(somebody)s;
-- One message in each of these shares.
insert into cases_liaisonmessage (uuid, case_id, share_id, written_by_id, sealed_text)
select gen_random_uuid(), case_id, id, created_by_id, '' from cases_share
 where purpose = 'X';
-- An incident in each case, one in ten not answered.
insert into cases_incident (uuid, case_id, share_id, spip_id, membership_id,
                            reported_by_id, kind, happened_at, urgency, answer_due_at,
                            sealed_facts, received_at, received_by_id, answered_at,
                            answered_by_id, sealed_answer)
select gen_random_uuid(), s.case_id, s.id, %(spip)s, r.membership_id, r.user_id,
       'other', now() - interval '1 hour', 'normal', now() + interval '5 days', '',
       now(), s.created_by_id, x.at, x.by, x.words
  from cases_share s join cases_sharerecipient r on r.id = %(somebody)s
       cross join lateral (
         select case when s.id %% 10 > 0 then now() end as at,
                case when s.id %% 10 > 0 then s.created_by_id end as by,
                case when s.id %% 10 > 0 then ''::bytea end as words) x
 where s.purpose = 'X'
"""


@pytest.fixture
def many():
    """Enough rows for the planner to care, with what a person needs to see some."""
    row = shared()
    case = row.case
    cpip = case.referent
    people = {
        "cpip": cpip,
        "colleague": agent(Role.CPIP, case.spip),
        "manager": agent(Role.MANAGER, case.spip),
        "partner": row.user,
        "case": case,
        "share": row.share,
        "document": row.content_object,
    }
    AssignmentFactory(case=case, user=people["colleague"])
    stranger = agent(Role.CPIP)
    somebody = recipient_row(
        ShareFactory(case=case), row.content_object, professional(case.spip)
    )
    keys = {
        "cases": CASES,
        "days_left": 0,
        "share": row.share_id,
        "somebody": somebody.pk,
        "spip": case.spip_id,
        "other_spip": stranger.spip.pk,
        "cpip": cpip.pk,
        "colleague": people["colleague"].pk,
        "stranger": stranger.pk,
    }
    with as_owner(), connection.cursor() as cursor:
        for statement in f"{CASES_SQL}{PAPERS}{SHARES}".split(
            ";"
        ):  # each is planned with what the last wrote
            cursor.execute(statement, keys)
            cursor.execute("analyze")
    return people


def plans(user, address: str) -> list[str]:
    """How each question of that page is answered, for this reader."""
    with CaptureQueriesContext(connection) as captured:
        assert client_of(user).get(address).status_code == 200
    asked = [q["sql"] for q in captured if re.search(GUARDED, q["sql"])]
    assert asked  # or the page shows no case
    found = []
    with actor(user), connection.cursor() as cursor:
        for sql in asked:
            cursor.execute(f"explain {sql}")
            found.append("\n".join([sql, *(line for (line,) in cursor.fetchall())]))
    return found


LISTS = {
    "cpip": [
        "/",
        "/dossiers/",
        "/dossiers/?sort=recent",
        "/dossiers/?sort=recent&mesure=tig&milieu=open",
        "/dossiers/?reference=G-300",
        *(f"/dossiers/?a_faire={kind}" for kind in KINDS),
        "/dossiers/acces-motives/",
        "/partages/incidents/",
    ],
    "colleague": ["/dossiers/?page=3", "/dossiers/acces-motives/"],
    "manager": [
        "/",
        "/dossiers/",
        "/dossiers/?mesure=tig",
        "/dossiers/?sort=reference",
        "/dossiers/?reference=G-300",
        "/dossiers/acces-motives/",
        "/partages/incidents/",
    ],
    "partner": ["/", "/partages/"],
}


def test_no_list_reads_a_whole_table(many):
    BrokenGlassFactory(case=many["case"], user=many["colleague"])
    wrong = {
        (who, address, READS_ALL.search(plan)[0], plan)
        for who, addresses in LISTS.items()
        for address in addresses
        for plan in plans(many[who], address)
        if READS_ALL.search(plan)
    }
    assert wrong == set()


def test_what_is_owed_an_answer_is_found_by_index(many):
    for who in ("cpip", "manager"):
        owed = [
            plan for plan in plans(many[who], "/") if 'FROM "cases_incident"' in plan
        ]
        assert owed
        for plan in owed:
            assert not READS_ALL.search(plan), plan


def test_a_thread_reads_no_whole_table(many):
    for who in ("cpip", "partner"):
        for plan in plans(many[who], f"/partages/{many['share'].uuid}/messages/"):
            assert not READS_ALL.search(plan), plan


def test_a_page_of_one_case_reads_no_whole_table(many):
    case = many["case"]
    for who in ("cpip", "manager"):
        for plan in plans(many[who], f"/dossiers/{case.uuid}/"):
            assert not READS_ALL.search(plan), plan


def test_what_the_policies_ask_reads_no_whole_table(many):
    """Their functions show in no plan: what PostgreSQL counted tells."""
    BrokenGlassFactory(case=many["case"], user=many["colleague"])
    one = [
        ("cpip", f"/dossiers/{many['case'].uuid}/"),
        ("manager", f"/dossiers/{many['case'].uuid}/"),
        ("cpip", f"/partages/{many['share'].uuid}/messages/"),
        ("partner", f"/partages/{many['share'].uuid}/messages/"),
        ("partner", f"/documents/{many['document'].uuid}/"),
    ]
    lists = [(who, path) for who, paths in LISTS.items() for path in paths]
    wrong = {}
    for who, address in [*lists, *one]:
        before = read_one_after_the_other()
        assert client_of(many[who]).get(address).status_code == 200
        wrong[who, address] = read_one_after_the_other() - before
    assert {page: rows for page, rows in wrong.items() if rows} == {}


def read_one_after_the_other() -> Counter:
    """How many rows of each large table this transaction read by no index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, seq_tup_read from pg_stat_xact_user_tables"
            " where relname ~ %s",
            [f"^cases_({LARGE})$"],
        )
        return Counter(dict(cursor.fetchall()))
