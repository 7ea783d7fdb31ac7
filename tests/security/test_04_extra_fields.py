"""SECURITY 4: extra fields posted to every form change nothing: what is written is what
the same post writes without them. The form of a share has its own pages, and its own
test in tests/cases/test_sharing_pages.py."""

import logging
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from psycopg2 import sql

from spip_portal.accounts.models import Spip
from tests.conftest import as_owner
from tests.security.access import TABLE
from tests.security.cast import Persona
from tests.security.cells import Cell
from tests.security.filling import filled
from tests.security.test_01_matrix import cells, written
from tests.security.world import World

pytestmark = pytest.mark.django_db
OTHERS = tuple({route.split(":")[0] for route in TABLE} - {"cases", "partners"})
# Whose routes, and of how many the post is at least good enough to write something.
AREAS = {
    "cases": (("cases:",), 18),
    "partners": (("partners:",), 50),
    "others": (OTHERS, 20),
}
NAMES = re.compile(r'name="(?:\w+-)*(\w+)"')
# What the form that an unknown SIRET brings has a field for.
ASKED_NEXT = {"partners:registration": {"spip"}}
Rows = dict[str, dict[str, Counter]]  # how often each value is in a column of a table


@pytest.fixture(autouse=True)
def _quiet():
    logger = logging.getLogger("django.request")
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(logging.NOTSET)


def extra_fields(world: World) -> dict[str, str]:
    """What belongs to the other service, and what makes someone more than they are."""
    stranger, agent = world.users[Persona.PARTNER_B], world.users[Persona.MANAGER_B]
    membership = stranger.memberships.get()
    spip = Spip.objects.get(slug="spip-b")
    people = ("owner", "user", "created_by", "referent", "added_by", "recipient")
    return dict.fromkeys(people, str(agent.pk)) | {
        "organisation": str(membership.organisation_id),
        "membership": str(membership.uuid),
        "partnership": str(membership.organisation.partnerships.first().pk),
        "spip": str(spip.pk),
        "case": str(world.objects["b"]["case"]),
        "uuid": str(world.objects["b"]["document"]),
        "id": "1",
        "pk": "1",
        "role": "manager",
        "state": "validated",
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "",
        "confirmed_at": "2026-01-01",
        "countersigned_at": "2026-01-01",
    }


@pytest.mark.parametrize("area", AREAS)
def test_they_change_nothing_of_what_is_written(area, world: World, settings):
    settings.REAL_DATA_ACT = "Arrêté fictif"  # so that a case can be opened
    extra, changed, wrote = extra_fields(world), [], set()
    for cell, persona in _forms(world, area):
        page = world.browser(persona).get(cell.url)
        form = (page.context or {}).get("form")
        typed = {"sent": ""} | (filled(form) if form is not None else {})
        shown = set(NAMES.findall(page.text))  # what the form asks for is no extra
        shown |= ASKED_NEXT.get(cell.route, set())
        forged = {name: value for name, value in extra.items() if name not in shown}
        once, more = (effect(world, persona, cell, d) for d in (typed, forged | typed))
        # What was written holds chance and time: posted again, it tells which.
        twice = effect(world, persona, cell, typed) if once[1] else once
        wrote |= {cell.route} if once[1] else set()
        found = differences(once[1], twice[1], more[1])
        if more[0] != once[0] or found:
            changed.append((cell.route, once[0], more[0], found))
    assert changed == []
    assert len(wrote) >= AREAS[area][1], wrote


def _forms(world: World, area: str) -> Iterator[tuple[Cell, Persona]]:
    """Each form once: the first address of it that somebody may post to, and who."""
    met = set()
    for cell in cells(world):
        posting = [persona for persona in world.users if cell.may_post(persona)]
        is_new = cell.side == "a" and posting and cell.route not in met
        if is_new and cell.route.startswith(AREAS[area][0]):
            met.add(cell.route)
            yield cell, posting[0]


def effect(world: World, persona: Persona, cell: Cell, data: dict) -> tuple[int, Rows]:
    """The answer, and what is in the tables that it wrote to; then it is undone."""
    cache.clear()
    browser = world.browser(persona)
    with transaction.atomic():
        before = written()
        status = browser.post(cell.url, data).status_code
        tables = {name for name, n in written().items() if n != before.get(name)}
        rows = {table: columns_of(table) for table in tables}
        transaction.set_rollback(True)
    return status, rows


def columns_of(table: str) -> dict[str, Counter]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))
        names = [column.name for column in cursor.description]
        rows = cursor.fetchall()
    return {
        name: Counter(_plain(row[place]) for row in rows)
        for place, name in enumerate(names)
    }


def _plain(value: object) -> str:
    return str(bytes(value) if isinstance(value, memoryview) else value)


def differences(once: Rows, twice: Rows, more: Rows) -> set[str]:
    """Between the posts, chance and time apart: what differs between two alike."""
    names = {(table, name) for table, columns in more.items() for name in columns}
    empty = Counter()
    return {
        f"{table}.{name}"
        for table, name in names | {(t, n) for t, c in once.items() for n in c}
        if (values := once.get(table, {}).get(name, empty))
        == twice.get(table, {}).get(name, empty)
        and values != more.get(table, {}).get(name, empty)
    }
