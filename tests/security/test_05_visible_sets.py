"""SECURITY 5: the rule is written twice, in Python and in SQL. A third writing, plain
Python over plain rows, decides: on random data all of them agree for every role. Then
each clause of the rule in SQL is removed in turn, and they agree no more."""

import random
from collections.abc import Iterable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.enums import Sensitivity
from cases.models import (
    BrokenGlass,
    Case,
    Document,
    Incident,
    LiaisonMessage,
    Share,
    ShareRecipient,
)
from cases.models.liaison import readers_of
from partners.models import Agreement, Organisation
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from tests.accounts.factories import agent
from tests.cases.factories import (
    AssignmentFactory,
    BrokenGlassFactory,
    CaseFactory,
    DocumentFactory,
    MeasureFactory,
    shared,
)
from tests.cases.test_locks import AGENT_ENDINGS, DAY, ENDINGS
from tests.conftest import as_owner
from tests.partners.factories import OrganisationKindFactory
from tests.security.clauses import CLAUSES, LIVE, Clause
from tests.security.oracle import Oracle
from tests.security.random_world import World

pytestmark = pytest.mark.django_db


# Worlds in which partners see much.
@pytest.mark.parametrize("seed", [3, 4])
def test_queryset_guardian_and_row_level_security_agree_with_the_oracle(seed):
    """0 differences over all roles."""
    with as_owner():
        World(seed)
        oracle = Oracle()
        expected = due(oracle)
    tables = {table for _, table in expected}
    people = {person for person, _ in expected}
    assert tables == guarded()
    given = seen(people, tables)
    assert {key for key in expected if given[key] != expected[key]} == set()
    seen_by_someone = seen_by_partners = seen_through_glass = 0
    for user in oracle.users.values():
        documents = oracle.documents_of(user)
        with as_owner():
            assert _listed(Document, user) == documents
            assert _listed(Case, user) == oracle.cases_of(user)
            for model in (BrokenGlass, Incident, LiaisonMessage):
                table = model._meta.model_name
                assert _listed(model, user) == given[str(user.pk), table]
            # One query each: a part of them is enough.
            some = random.Random(seed).sample(sorted(oracle.documents), 4)
            for pk in {*list(documents)[:3], *some}:
                answer = user.has_perm("cases.read_document", oracle.documents[pk])
                assert answer == (pk in documents)
        seen_through_glass += sum(
            oracle.broke_glass(user, oracle.cases[oracle.documents[pk].case_id])
            for pk in documents
        )
        seen_by_someone += len(documents)
        seen_by_partners += len(documents) if user.active_posting_id is None else 0
    # Two empty sets would agree too: the world must have given something to see.
    assert seen_by_partners > 2
    assert seen_through_glass > 1
    assert seen_by_someone > seen_by_partners + 3


def test_who_reads_the_messages_of_a_share_is_told_to_whoever_has_a_part_in_it():
    with as_owner():
        World(4)
        oracle = Oracle()
    parts = {True: 0, False: 0}  # by whether they are agents
    shares = list(oracle.shares.values())
    for user in oracle.users.values():
        theirs = [share for share in shares if oracle.has_part(user, share)]
        some = theirs[:2] + random.Random(user.pk).sample(shares, 2)
        with actor(user):
            for share in some:
                told = {reader.user.pk for reader in readers_of(share)}
                has_part = oracle.has_part(user, share)
                assert told == (oracle.readers_of(share) if has_part else set())
                parts[user.is_agent] += has_part
    assert min(parts.values()) > 1


def guarded() -> set[str]:
    """The tables of the case area under row-level security."""
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relrowsecurity")
        names = {name for (name,) in cursor.fetchall()}
    return {name.removeprefix("cases_") for name in names if name.startswith("cases_")}


def _listed(model, user: User) -> set[int]:
    return set(model.objects.visible_to(user).values_list("pk", flat=True))


# -- What the database gives ---------------------------------------------------------

CASES = SystemActor.CASES
SEEN = """
create or replace function pg_temp.seen(people text[])
returns table (person text, what text, row_id bigint) language plpgsql as $$
declare asks bigint;
begin
  foreach person in array people loop
    asks := substring(person from '^[0-9]+$');
    perform set_config('app.user_id', coalesce(asks::text, ''), true),
            set_config('app.system', case when asks is null then person else '' end,
                       true);
    return query {query};
  end loop;
end $$
"""
ONE = """
select coalesce(nullif(current_setting('app.user_id'), ''), 'cases'), '{0}', id
  from cases_{0}"""
Sets = dict[tuple[str, str], set[int]]  # of whom, of which table


def seen(people: Iterable[str], tables: Iterable[str]) -> Sets:
    """All that the database gives to each of them, asked in one go."""
    query = " union all ".join(ONE.format(table) for table in tables)
    sets = {(person, table): set() for person in people for table in tables}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SEEN.format(query=query))
        cursor.execute("select * from pg_temp.seen(%s)", [list(people)])
        for person, table, pk in cursor.fetchall():
            sets[person, table].add(pk)
    return sets


def due(oracle: Oracle) -> Sets:
    """The same, by the oracle."""
    sets = {
        (str(user.pk), table): rows
        for user in oracle.users.values()
        for table, rows in oracle.rows_of(user).items()
    }
    return sets | {(CASES, name): rows for name, rows in oracle.rows_of_a_job().items()}


# -- Each clause removed -------------------------------------------------------------


@pytest.fixture
def expected() -> Sets:
    """By the oracle, in a world drawn by lot and, for what chance left out, where each
    reason to refuse stands alone once."""
    with as_owner():
        World(3)
        for name in ENDINGS.keys() - {STATE}:
            ENDINGS[name](shared())
        mayor = OrganisationKindFactory(code="mairie", is_state=True)
        state_service = shared().membership.organisation_id
        Organisation.objects.filter(pk=state_service).update(kind=mayor)
        for what, fields in [*AGENT_ENDINGS.values(), *NO_ENDINGS]:
            office(shared().case.referent, what, fields)
        rare_cases()
        return of_those_who_matter(due(Oracle()))


def of_those_who_matter(sets: Sets) -> Sets:
    """Agents and recipients: most other accounts only signed something."""
    agents = Posting.objects.values_list("user", flat=True)
    named = ShareRecipient.history.values_list("user", flat=True)
    people = {str(pk) for pk in {*agents, *named}} | {CASES}
    return {key: rows for key, rows in sets.items() if key[0] in people}


# What ends nothing.
NO_ENDINGS = [
    ("user", {"cases_closed_until": timezone.now() - DAY}),
    ("posting", {"ends_on": today() + DAY}),
]


def rare_cases() -> None:
    """Roles that meet where chance seldom makes them."""
    row = shared()
    User.objects.filter(pk=row.user_id).update(cases_closed_until=timezone.now() - DAY)
    # A recipient who took a posting acts as an agent only.
    row = shared()
    posting = agent(Role.COORDINATOR).active_posting
    Posting.objects.filter(pk=posting.pk).update(user=row.user)
    User.objects.filter(pk=row.user_id).update(active_posting=posting)
    # A colleague of the service, and one who was a substitute before they managed it.
    case = CaseFactory(sensitivity=Sensitivity.RESTRICTED)
    colleague = agent(Role.CPIP, case.spip)
    AssignmentFactory(user=colleague)  # on a case of another service
    broken = MeasureFactory(case=CaseFactory(referent=case.referent)).case
    DocumentFactory(case=broken)
    for who in (colleague, agent(Role.CPIP, case.spip)):
        past_glass(broken, who)
        BrokenGlassFactory(case=broken, user=who)
    AssignmentFactory(case=case, user=colleague, ended_at=timezone.now())
    past_glass(CaseFactory(referent=case.referent), colleague)
    for role in (Role.MANAGER, Role.AUDITOR):
        member = agent(role, case.spip)
        AssignmentFactory(case=case, user=member)
        BrokenGlassFactory(case=case, user=member)
        BrokenGlassFactory(case=CaseFactory(spip=case.spip), user=member)
    for state in COUNTERSIGNING:
        countersigned(**state)
    signed = {"countersigned_at": timezone.now(), "countersigned_by": colleague}
    agent(Role.MANAGER, shared(needs_countersignature=True, **signed).case.spip)
    not_yet = Agreement.objects.filter(pk=shared().agreement_id)
    not_yet.update(denounced_on=today() + DAY)


def past_glass(case: Case, user: User) -> None:
    hours = {"starts_at": timezone.now() - DAY / 2, "ends_at": timezone.now() - DAY / 4}
    BrokenGlassFactory(case=case, user=user, **hours)


STATE = "the structure is a State service"
COUNTERSIGNING = [
    {},
    {"revoked_at": timezone.now()},
    {"starts_at": timezone.now() - 2 * DAY, "ends_at": timezone.now() - DAY},
]


def office(person: User, what: str, fields: dict) -> None:
    rows = User.objects if what == "user" else Posting.objects
    key = person.pk if what == "user" else person.active_posting_id
    rows.filter(pk=key).update(**fields)


def countersigned(**state) -> None:
    """A share that waits, in this state, for four directions: of its service, of its
    author, of one who broke the glass, and of another service."""
    row = shared(needs_countersignature=True)
    if "revoked_at" in state:
        state["revoked_by"] = row.share.created_by
    Share.objects.filter(pk=row.share_id).update(**state)
    agent(Role.MANAGER, row.case.spip)
    past_glass(row.case, agent(Role.MANAGER, row.case.spip))
    author = agent(Role.MANAGER, row.case.spip)
    own = shared(needs_countersignature=True, created_by=author)
    Case.objects.filter(pk=own.case_id).update(spip=row.case.spip)


SAID_TWICE = {
    # A membership, a partnership and a person of one recipient's row are one whole.
    "shares": {
        *(f"app.{name}(bigint,app.ties): r.user_id = mine.partner" for name in LIVE),
        "app.ties_of(bigint): m.user_id = who",
    },
    "agents": set(),
    "askers": set(),
    "policies": set(),
}


@pytest.mark.parametrize("kind", CLAUSES)
def test_without_any_one_clause_the_database_gives_something_else(kind, expected):
    every = list(CLAUSES[kind]())
    assert len(every) > 15
    assert not difference(every[0], expected, is_removed=False)
    unnoticed = {str(clause) for clause in every if not difference(clause, expected)}
    assert unnoticed == SAID_TWICE[kind]


def difference(clause: Clause, expected: Sets, *, is_removed: bool = True) -> bool:
    people = list(dict.fromkeys(person for person, _ in expected))
    with transaction.atomic():
        if is_removed:
            with as_owner(), connection.cursor() as cursor:
                cursor.execute(clause.removal)
        given = seen(people, [clause.table])
        found = any(rows != expected[key] for key, rows in given.items())
        transaction.set_rollback(True)
    return found
