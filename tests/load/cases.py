"""Lists of cases and of shared documents among ten thousand cases and among a hundred
thousand (a million with FULL=1): beside hand-written SQL, beside guardian's own, and
without row-level security."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user

from cases.models import Case, Document, ShareRecipient
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.security.actor import actor
from tests.accounts.factories import SpipFactory, agent, client_of
from tests.cases.factories import professional, recipient_row, shared
from tests.cases.many import PAPERS
from tests.conftest import as_owner
from tests.database import clone_database, drop_database, use_database
from tests.load.figures import Figure, interleaved, time_of

SMALL = 10_000  # cases
LARGE = 1_000_000 if os.environ.get("FULL") else 100_000
FEW, MANY = 50, 5_000  # that one person may see
PAGE = 25
REQUESTS = 5  # of each page in a round
RAW, FLAT, LIST, DETAIL_MS = 1.5, 1.5, 2.0, 2.0  # PERFORMANCE, ACCESS
GUARDIAN = 1 / 50 * 1_000_000 / LARGE  # asked at a million: its time grows as the table

# Every case has a measure, a document and a share of it with one person. Whose they are
# is spread evenly: `few` and `many` of them are those of the readers.
CASES = """
insert into cases_case (uuid, spip_id, reference, referent_id, sensitivity, milieu,
                        prison, release_unknown, version)
select gen_random_uuid(), case when n %% 2 = 0 then %(spip)s else %(other_spip)s end,
       'G-' || n,
       case when n %% %(each_few)s = 0 then %(cpip_few)s
            when n %% %(each_many)s = 0 then %(cpip_many)s
            when n %% 2 = 0 then %(colleague)s else %(stranger)s end,
       1, 'open', '', '', 1
  from generate_series(1, %(cases)s) n;
"""
SHARES = """
insert into cases_share (uuid, case_id, measure_id, purpose, legal_basis_id,
                         informed_on, informed_how, created_by_id, starts_at, ends_at,
                         revocation_reason, notice_version, person_limits,
                         days_after_measure, needs_countersignature,
                         authorisation_authority, authorisation_number)
select gen_random_uuid(), c.id, m.id, 'B', s.legal_basis_id, current_date, 'oral',
       c.referent_id, now() - interval '1 day', now() + interval '90 days', '',
       s.notice_version, '', 0, false, '', ''
  from cases_case c join cases_measure m on m.case_id = c.id, cases_share s
 where c.reference like 'G-%%' and s.id = %(share)s;
insert into cases_sharerecipient (content_object_id, share_id, case_id, user_id,
                                  permission_id, membership_id, partnership_id,
                                  agreement_id, is_substitute)
select d.id, s.id, s.case_id, r.user_id, r.permission_id, r.membership_id,
       r.partnership_id, r.agreement_id, false
  from cases_share s
  join cases_document d on d.case_id = s.case_id
  join cases_case c on c.id = s.case_id
  join cases_sharerecipient r
    on r.id = case c.referent_id when %(cpip_few)s then %(row_few)s
                                 when %(cpip_many)s then %(row_many)s
                                 else %(row_rest)s end
 where s.purpose = 'B'
"""
# Row by row it asks what is true of rows made of one another.
TRIGGER = "alter table cases_sharerecipient {} trigger recipient_is_coherent"

# What a person who knows the tables would write, newest first.
BY_HAND = """
select c.id, c.uuid, c.reference, c.milieu, c.referent_id from cases_case c
 where c.id in (
   select id from (
     (select id from cases_case where referent_id = %(user)s and spip_id = %(spip)s
       order by id desc limit 25)
     union all
     (select case_id from cases_assignment
       where user_id = %(user)s and ended_at is null order by case_id desc limit 25)
   ) mine order by id desc limit 25)
 order by c.id desc
"""

PAGES = (
    ("cpip_few", "/dossiers/?sort=recent"),
    ("cpip_many", "/dossiers/?sort=recent"),
    ("cpip_few", "/dossiers/"),
    ("manager", "/dossiers/"),
    ("partner_few", "/partages/"),
    ("partner_many", "/partages/"),
)


def measure(demo: str) -> Iterator[Figure]:
    with (
        _grown(demo, SMALL) as (small, people),
        _grown(demo, LARGE) as (large, readers),
    ):
        both = {small: people, large: readers}
        for who, path in PAGES:
            yield _flat(both, small, large, who, path)
        use_database(large)
        for who in ("cpip_few", "cpip_many"):
            yield _beside_hand(who, readers[who])
        yield _beside_guardian(readers["partner_few"])
        for who in ("cpip_few", "manager", "partner_many"):
            yield _list_under_policies(who, readers[who])
        yield _detail_under_policies("cpip_few", *_a_case_of(readers["cpip_few"]))
        reader = readers["partner_few"]
        yield _detail_under_policies("partner_few", *_a_document_of(reader))


# -- Many cases ------------------------------------------------------------------------


@contextmanager
def _grown(demo: str, cases: int) -> Iterator[tuple[str, dict[str, User]]]:
    """A database of so many cases, and its readers by name."""
    name = f"{demo}_{cases}_cases"
    clone_database(demo, name)
    use_database(name)
    try:
        yield name, _fill(cases)
    finally:
        use_database(demo)
        drop_database(name)


def _fill(cases: int) -> dict[str, User]:
    row = shared()
    spip = row.case.spip
    rows = {"few": professional(spip), "many": professional(spip)}
    keys = {
        f"row_{who}": recipient_row(row.share, row.content_object, membership).pk
        for who, membership in rows.items()
    }
    readers = {
        "cpip_few": agent(Role.CPIP, spip),
        "cpip_many": agent(Role.CPIP, spip),
        "colleague": agent(Role.CPIP, spip),
        "manager": agent(Role.MANAGER, spip),
        "stranger": agent(Role.CPIP, SpipFactory()),
    }
    keys |= {who: user.pk for who, user in readers.items()}
    keys |= {
        "cases": cases,
        "days_left": 100,  # nothing of theirs is due
        "spip": spip.pk,
        "other_spip": readers["stranger"].spip.pk,
        "each_few": cases // FEW,
        "each_many": cases // MANY,
        "share": row.share_id,
        "row_rest": row.pk,
    }
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(TRIGGER.format("disable"))
        for statement in f"{CASES}{PAPERS}{SHARES}".split(";"):
            cursor.execute(statement, keys)
            cursor.execute("analyze")
        cursor.execute(TRIGGER.format("enable"))
    return readers | {f"partner_{who}": rows[who].user for who in rows}


# -- Flat ------------------------------------------------------------------------------


def _flat(readers: Mapping, small: str, large: str, who: str, path: str) -> Figure:
    clients = {}
    for name in (small, large):
        use_database(name)
        clients[name] = client_of(readers[name][who])

    def wait_in(name: str) -> float:
        use_database(name)
        assert clients[name].get(path).status_code == HTTPStatus.OK
        return median(
            time_of(lambda: clients[name].get(path)) for _time in range(REQUESTS)
        )

    times = interleaved({name: partial(wait_in, name) for name in (small, large)})
    name = f"{path}, {who}, {LARGE} dossiers / {SMALL}"
    return Figure(name, times[large], times[small], FLAT)


# -- Rivals ----------------------------------------------------------------------------


def _beside_hand(who: str, user: User) -> Figure:
    """What each asks of the database, without what Python makes of the answer."""
    columns = ("pk", "uuid", "reference", "milieu", "referent")
    followed = Case.objects.followed_by(user, newest=PAGE)
    newest = followed.order_by("-pk").values_list(*columns)[:PAGE]
    sql, values = newest.query.sql_with_params()
    by_hand = {"user": user.pk, "spip": user.spip.pk}
    with actor(user):
        assert _rows(sql, values) == _rows(BY_HAND, by_hand)
        times = interleaved(
            {
                "portal": partial(_median, partial(_rows, sql, values)),
                "hand": partial(_median, partial(_rows, BY_HAND, by_hand)),
            }
        )
    name = f"les {PAGE} dossiers les plus récents, {who}, à la main"
    return Figure(name, times["portal"], times["hand"], RAW)


def _beside_guardian(user: User) -> Figure:
    mine = ShareRecipient.objects.filter(user=user).order_by("-case", "-content_object")
    stream = mine.select_related("content_object")[:PAGE]
    theirs = get_objects_for_user(
        user, Document.READ, Document, with_superuser=False, accept_global_perms=False
    ).order_by("-case", "-pk")[:PAGE]
    with actor(user):
        ours = [row.content_object_id for row in stream]
        assert ours == [document.pk for document in theirs]
        times = interleaved(
            {
                "portal": partial(_median, lambda: list(stream.all())),
                "guardian": partial(time_of, lambda: list(theirs.all())),
            }
        )
    name = f"les {PAGE} documents reçus en dernier, {FEW} en tout, guardian"
    return Figure(name, times["portal"], times["guardian"], GUARDIAN)


# -- Row-level security ----------------------------------------------------------------


def _list_under_policies(who: str, user: User) -> Figure:
    with actor(user):
        times = _with_and_without(_list_of(user))
    name = f"liste sous les règles de la base, {who}"
    return Figure(name, times["with"], times["without"], LIST)


def _list_of(user: User) -> QuerySet:
    if user.is_agent:
        return Case.objects.listed_to(user).order_by("-pk")[:PAGE]
    return ShareRecipient.objects.filter(user=user).order_by("-pk")[:PAGE]


def _detail_under_policies(who: str, user: User, found: QuerySet) -> Figure:
    """How many ms more."""
    with actor(user):
        times = _with_and_without(found)
    name = f"une fiche sous les règles de la base, {who} : temps ajouté"
    return Figure(name, times["with"] - times["without"], DETAIL_MS, 1)


def _with_and_without(rows: QuerySet) -> dict[str, float]:
    """The same question asked by the application, and by the owner of the tables, whom
    no policy binds."""

    def asked() -> float:
        return _median(lambda: list(rows.all()))

    def without() -> float:
        with as_owner():
            return asked()

    return interleaved({"with": asked, "without": without})


def _a_case_of(user: User) -> tuple[User, QuerySet]:
    with actor(user):
        key = Case.objects.followed_by(user).first().uuid
    return user, Case.objects.visible_to(user).filter(uuid=key)


def _a_document_of(user: User) -> tuple[User, QuerySet]:
    with actor(user):
        key = Document.objects.visible_to(user).first().uuid
    return user, Document.objects.visible_to(user).filter(uuid=key)


def _rows(sql: str, values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _median(play: Callable[[], object]) -> float:
    return median(time_of(play) for _time in range(REQUESTS))
