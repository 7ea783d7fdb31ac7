"""The clauses of what PostgreSQL lets be read of the case area, and written in it, and
each rule without one of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection

POLICIES = (
    "select policyname || ' on ' || tablename, qual from pg_policies"
    r" where tablename like 'cases\_%' and cmd = 'SELECT'"
)
WRITING = (
    "select policyname || ' on ' || tablename, cmd, qual, with_check from pg_policies"
    r" where tablename like 'cases\_%' and cmd <> 'SELECT'"
)
# Who asks, and what they have to do with a row.
FUNCTIONS = """
select proname, p.oid::regprocedure::text, prosrc, pg_get_functiondef(p.oid)
  from pg_proc p
 where pronamespace = 'app'::regnamespace and prosecdef and provolatile = 's'
   and prolang = (select oid from pg_language where lanname = 'plpgsql')
"""
# Written for what is written: nobody reads by them.
NOT_READ = {"is_entrusted_with", "is_cpip_of"}
# By the verbs of the database, or in the table whose policies ask the others.
WRITTEN = {
    "is_entrusted_with": "cases_assignment",
    "is_cpip_of": "cases_assignment",
    "may_receive": "cases_sharerecipient",
    "may_last_until": "cases_share",
}
DECIDERS = """
select proname, p.oid::regprocedure::text, prosrc, pg_get_functiondef(p.oid)
  from pg_proc p
 where pronamespace = 'app'::regnamespace
   and proname in ('is_entrusted_with', 'is_cpip_of', 'may_receive', 'may_last_until',
                   'hand_over', 'break_glass')
"""
# One question, written out for the key of each table.
LIVE = {
    "is_live": "sharerecipient",
    "receives_in": "case",
    "receives_share": "share",
    "receives_document": "document",
}
SHARES = {"ties_of", *LIVE}
# A table whose policy asks it.
ASKED_IN = LIVE | {
    "assists": "case",
    "manages": "assignment",
    "countersigns": "share",
    "managed_spip": "case",
    "looks_into": "case",
    "cpip": "assignment",
    "cpip_spip": "case",
}
ASKERS = {"posting", "cpip", "cpip_spip", "managed_spip", "partner", "ties"}
BEGINS, JOINS, ENDS = (
    {"where", "on"},
    {"and", "or"},
    {"select", "from", "join", "limit", "returning"},
)
MARK = re.compile(
    r"'(?:[^']|'')*'|[(),;]|\b(?:where|on|and|or|select|from|join|limit|returning|as)\b",
    re.IGNORECASE,
)

# What joins two tables; a term about whoever asks joins nothing.
KEY = re.compile(r"\(*(?!mine)\w+\.\w+ = (?!mine)\w+\.\w+\)*")


@dataclass(frozen=True)
class Clause:
    rule: str
    text: str
    removal: str  # the statement that makes the rule forget it
    table: str  # or verb: where that must show

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"


@dataclass
class Chain:
    """What stands between two joining words, one level of parentheses."""

    start: int
    is_condition: bool = False
    cuts: list[tuple[int, int, str]] = field(default_factory=list)
    is_whole: bool = False  # parentheses around terms that are told one by one

    def terms(self, end: int) -> Iterator[tuple[int, int, str]]:
        if not self.cuts and (self.is_whole or not self.is_condition):
            return
        starts = [self.start, *(stop for _, stop, _ in self.cuts)]
        ends = [*(start for start, _, _ in self.cuts), end]
        neutral = "false" if any(word == "or" for *_, word in self.cuts) else "true"
        for begin, stop in zip(starts, ends, strict=True):
            yield begin, stop, neutral


def terms(sql: str) -> Iterator[tuple[int, int, str]]:
    """Where each term of a condition is, and what stands for it once it is removed."""
    outer, chain = [], Chain(0)
    for mark in MARK.finditer(sql):
        word = mark[0].lower()
        if word == "(":
            outer.append(chain)
            chain = Chain(mark.end())
        elif word == ")":
            yield from chain.terms(mark.start())
            outer[-1].is_whole |= bool(chain.cuts) or chain.is_whole
            chain = outer.pop()
        elif word in JOINS:
            chain.cuts.append((*mark.span(), word))
        elif not word.startswith("'"):
            yield from chain.terms(mark.start())
            chain = Chain(mark.end(), is_condition=word in BEGINS)
    yield from chain.terms(len(sql))


def without_each(sql: str) -> Iterator[tuple[str, str]]:
    """(what is removed, the rest)."""
    for start, end, neutral in terms(sql):
        removed = " ".join(sql[start:end].split())
        if not KEY.fullmatch(removed):
            yield removed, f"{sql[:start]} {neutral} {sql[end:]}"


ANYWHERE = "document"


def of_functions(wanted: Callable[[str], bool]) -> Iterator[Clause]:
    for name, function, source, definition in _rows(FUNCTIONS):
        if wanted(name):
            for removed, rest in without_each(source):
                removal = definition.replace(source, rest)
                yield Clause(function, removed, removal, ASKED_IN.get(name, ANYWHERE))


def of_writing() -> Iterator[Clause]:
    """What lets rows be written: policies, each condition as a whole too, and what they
    and the verbs of the database ask."""
    for policy, command, using, check in _rows(WRITING):
        for word, condition in (("using", using), ("with check", check)):
            for removed, rest in _whole_and_parts(condition or ""):
                removal = f"alter policy {policy} {word} ({rest})"
                rule = f"{policy}, {command} {word}"
                yield Clause(rule, removed, removal, policy.partition(" on ")[2])
    for name, function, source, definition in _rows(DECIDERS):
        for removed, rest in without_each(source):
            removal = definition.replace(source, rest)
            yield Clause(function, removed, removal, WRITTEN.get(name, name))


def _whole_and_parts(condition: str) -> Iterator[tuple[str, str]]:
    if condition:
        yield "all of it", "false"
        yield "any condition", "true"
        yield from without_each(condition)


def is_about_agents(name: str) -> bool:
    return name not in NOT_READ | SHARES | ASKERS


def of_policies() -> Iterator[Clause]:
    """Each policy as a whole too: dropped, and open to all."""
    for policy, condition in _rows(POLICIES):
        table = policy.partition(" on cases_")[2]
        for removed, rest in _whole_and_parts(condition):
            yield Clause(
                policy, removed, f"alter policy {policy} using ({rest})", table
            )


def _rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


CLAUSES = {
    "shares": lambda: of_functions(SHARES.__contains__),
    "agents": lambda: of_functions(is_about_agents),
    "askers": lambda: of_functions(ASKERS.__contains__),
    "policies": of_policies,
}
