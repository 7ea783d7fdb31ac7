"""SECURITY 1 and 2: every route × every persona × {own, other service's, unknown}, by
GET and by POST: 0 unauthorised reads, 0 secrets in any body, 0 server errors, nothing
written by who may not; a foreign and an unknown object answer alike. The table is in
`access.py`; a route that it does not name fails."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from http.cookies import Morsel
from uuid import UUID, uuid4

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.security.access import TABLE
from tests.security.canaries import SECRETS
from tests.security.cast import EVERYONE, SIGNED_OUT, P, Persona
from tests.security.cells import Cell, is_public
from tests.security.lines import Line
from tests.security.world import World

PERSONAS = pytest.mark.parametrize("persona", list(Persona), ids=str)
TOKEN = re.compile(r'name="(csrfmiddlewaretoken|key)" value="[^"]+"')
PLANTED = re.compile(r"CANARI-([A-Z0-9-]+?)-([AB])\b", re.IGNORECASE)
# What a request may always write: who came, and what was refused to whom.
# The journal is written in the table of its month.
TRACES = re.compile(r"(cases_opening|django_session|journal_entry(_\d{4}_\d\d)?)$")
DASHES = ">---------<"  # Django's empty choice
# Posted with everything: fields of which no form must take notice.
FORGED = {
    "organisation": "1",
    "owner": "1",
    "user": "1",
    "posting": "celle-de-personne",
    "membership": "celle-de-personne",
    "case": "1",
    "spip": "1",
    "role": "manager",
    "is_staff": "on",
    "is_superuser": "on",
}


@pytest.fixture(autouse=True)
def _quiet():
    """Thousands of refusals are what is asked for here: their warnings say nothing."""
    logger = logging.getLogger("django.request")
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(logging.NOTSET)


# -- The table and the resolver -----------------------------------------------------


def routes(resolver=None, namespace: str = "") -> Iterator[str]:
    """Every named route; those of the administration are a group of their own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        elif isinstance(entry, URLResolver) and entry.namespace != admin.site.name:
            inner = f"{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, inner)


def test_the_table_names_every_route_and_no_other():
    assert set(routes()) == set(TABLE)


def cells(world: World) -> Iterator[Cell]:
    for route, lines in TABLE.items():
        for line in lines:
            for side in _sides(line, is_first=line is lines[0]):
                yield Cell(route, line, side, _url(world, route, line, side))


def _sides(line: Line, *, is_first: bool) -> Iterator[str]:
    """Whose objects are tried: what is open to all is nobody's; what nobody made is
    asked for once a route."""
    yield "a"
    if line.object and line.readers != EVERYONE and not line.is_button:
        yield "b"
    if line.object and is_first:
        yield "unknown"


def _url(world: World, route: str, line: Line, side: str) -> str:
    args = line.args
    if line.object:
        known = world.objects["b" if side == "b" else "a"][line.object]
        args = (_unknown(known) if side == "unknown" else known, *args)
    return reverse(route, args=args)


def _unknown(value: UUID | int | str) -> UUID | int | str:
    """Of the same form, and nobody's."""
    if isinstance(value, UUID):
        return uuid4()
    return 987_654_321 if isinstance(value, int) else "personne"


# -- What was answered --------------------------------------------------------------


def text_of(response: HttpResponseBase) -> str:
    """Headers and body."""
    content = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n\n{content.decode(errors='replace')}"


def alike(text: str, cell: Cell) -> str:
    """The answer without what differs between any two."""
    return TOKEN.sub("", text.replace(cell.url, "•"))


def secrets_told(text: str, cell: Cell, persona: Persona, world: World) -> set[str]:
    """Those that this persona had no right to read."""
    user = world.users[persona]
    own = f"{user.last_name} {user.email}".upper() if user else ""
    return {
        name
        for name, side in PLANTED.findall(text.upper())
        if f"CANARI-{name}-{side}" not in own
        and name not in cell.line.tells.split()
        and (name not in SECRETS or persona not in SECRETS[name].on(side.lower()))
    }


def written() -> dict[str, int]:
    """How many rows this transaction has tried to write so far, table by table; what
    was undone counts too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, n_tup_ins + n_tup_upd + n_tup_del"
            " from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name: n for name, n in cursor.fetchall() if not TRACES.match(name)}


# -- The walk -----------------------------------------------------------------------


@pytest.mark.django_db
@PERSONAS
def test_each_reads_what_is_theirs_and_nothing_else(persona, world):
    browser = world.browser(persona)
    problems, refusals, before = [], defaultdict(set), written()
    for cell in cells(world):
        if cell.side == "b" and persona.endswith("_b"):
            continue  # with B's things they do as A's people do with A's
        response = browser.get(cell.url)
        text, due = text_of(response), cell.on_get(persona)
        if response.status_code != due:
            problems.append((cell.route, cell.line.object, cell.side, due, response))
        if due == 302 and not is_public(cell.route) and persona in SIGNED_OUT.a:
            assert response["Location"] == f"/compte/login/?next={cell.url}"
        if told := secrets_told(text, cell, persona, world):
            problems.append((cell.route, cell.side, told))
        if DASHES in text:  # no page is as long a walk as this one
            problems.append((cell.route, "an empty choice without words"))
        if due in {302, 404, 405}:
            refusals[cell.route, due].add(alike(text, cell))
    assert problems == []
    assert [key for key, answers in refusals.items() if len(answers) > 1] == []
    assert written() == before


@pytest.mark.django_db
@PERSONAS
def test_who_may_not_post_changes_nothing(persona, world):
    browser = world.browser(persona)
    problems, before = [], written()
    for cell in cells(world):
        if cell.side != "a" or cell.may_post(persona):
            continue  # the personas of B are those who post to what is another's
        response = browser.post(cell.url, FORGED)
        after = written()
        if response.status_code != cell.on_post(persona) or after != before:
            problems.append((cell.route, cell.line.object, response, after))
        if told := secrets_told(text_of(response), cell, persona, world):
            problems.append((cell.route, told))
        before = after
    assert problems == []


@pytest.mark.django_db
@PERSONAS
def test_who_may_post_gets_an_answer_and_no_more_power(persona, world):
    """An empty form with forged fields: no fault, and nobody becomes an administrator,
    a member or an agent by it."""
    browser = world.browser(persona)
    problems = []
    for cell in cells(world):
        if cell.side != "a" or not cell.may_post(persona):
            continue
        cookies = dict(browser.cookies)
        with transaction.atomic():
            response = browser.post(cell.url, FORGED)
            gained = powers() if cell.route not in GIVING else None
            transaction.set_rollback(True)
        _restore(browser, cookies)
        if response.status_code >= 500 or gained not in {None, powers()}:
            problems.append((cell.route, cell.line.object, cell.side, response))
        if told := secrets_told(text_of(response), cell, persona, world):
            problems.append((cell.route, cell.side, told))
    assert problems == []


# Whose empty form is the act itself, and that act gives or takes a right.
GIVING = {
    "accounts:posting_confirm",
    "partners:member_promote",
    "partners:member_end",
    "partners:invitation",
}


def powers() -> tuple[int, ...]:
    """How many administrators, confirmed postings, members and référents there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from accounts_user where is_staff),"
            " (select count(*) from accounts_user where is_superuser),"
            " (select count(*) from accounts_posting where confirmed_at is not null),"
            " (select count(*) from partners_membership where ended_at is null),"
            " (select count(*) from partners_membership where role = 'referent')"
        )
        return cursor.fetchone()


def _restore(browser, cookies: dict[str, Morsel]) -> None:
    """What was undone in the database is undone in the browser: signing out or in."""
    browser.cookies.clear()
    browser.cookies.update(cookies)


# -- The administration -------------------------------------------------------------


def administration() -> Iterator[str]:
    """Every address of it, with an id that exists wherever it wants one."""
    for entry in admin.site.get_urls():
        for pattern in getattr(entry, "url_patterns", [entry]):
            prefix = "" if pattern is entry else str(entry.pattern)
            path = f"{prefix}{pattern.pattern}"
            path = re.sub(r"<path:\w+>|<int:\w+>", "1", path)
            path = re.sub(r"^\^?\(\?P<\w+>([a-z]+).*", r"\1/", path)
            yield f"/administration/{path}".replace("(?P<url>.*)$", "rien")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "persona", [P.VISITOR, P.REFERENT, P.CPIP, P.MANAGER, P.SUPERUSER], ids=str
)
def test_only_the_administrator_enters_the_administration(persona, world):
    browser = world.browser(persona)
    before = written()
    answers = {
        (path, method): getattr(browser, method)(path).status_code
        for path in administration()
        for method in ("get", "post")
        if not path.endswith("logout/")
    }
    if persona == Persona.SUPERUSER:
        assert {code for code in answers.values() if code >= 500} == set()
        assert answers["/administration/", "get"] == 200
    else:
        inside = {key: code for key, code in answers.items() if code < 300}
        assert inside == {}
        assert set(answers.values()) <= {302, 403}
    assert written() == before


def test_the_administration_knows_no_case_no_factor_and_no_address():
    """Of our own models those that SECURITY allows; of the others' none."""
    assert {model._meta.label for model in admin.site._registry} == {
        "accounts.User",
        "accounts.Posting",
        "accounts.Spip",
        "partners.OrganisationKind",
        "partners.ReceptionKind",
        "partners.Theme",
        "partners.Charter",
    }
