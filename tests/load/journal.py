"""What a line of the journal costs, what its verification costs, and whether its page
takes as long when it is long."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from statistics import median
from threading import Barrier
from unittest.mock import patch

from django.db import connection

from cases.models import Case
from spip_portal.accounts.models import User
from spip_portal.demo.personas import PERSONAS
from spip_portal.journal import lines
from spip_portal.journal.sealing import seal_new_lines
from spip_portal.journal.verification import verify
from spip_portal.security.actor import SystemActor, actor
from tests.accounts.factories import client_of
from tests.database import use_database
from tests.load.figures import Figure, interleaved, time_of

WRITERS, READINGS = 24, 4  # each writer opens a case so many times a round
VERIFIED, SHORT, LONG = 100_000, 10_000, 1_000_000  # lines
LINE_TARGET = 1.5  # PERFORMANCE, « journal line, 24 writers »
VERIFY_TARGET = 2.0  # « ≥ 0.5× » of the pace is at most twice the time
FLAT = 1.5
GROW = """
insert into journal_entry
  (at, spip_id, actor_id, role, verb, object_kind, object_uuid, motive)
select now() - n * interval '2 seconds', %(spip)s, 1 + n %% 500, 'cpip',
       (array['read', 'open', 'list', 'share'])[1 + n %% 4], 'document',
       gen_random_uuid(), 'Préparer l’accueil'
  from generate_series(1, %(count)s) n
"""
PAGES = ("", "?verb=share", "?verb=security", "?account=sylvie.roche@spip.example")


def measure(demo: str, large: str) -> Iterator[Figure]:
    yield _line(demo)
    yield _verification(large)
    yield from _page(demo, large)


# -- One line --------------------------------------------------------------------------


def _line(database: str) -> Figure:
    """The page of a case, opened by 24 people at once, with its line and without."""
    use_database(database)
    user = User.objects.get(email=PERSONAS["cpip"].email)
    with actor(user):
        path = f"/dossiers/{Case.objects.followed_by(user).first().uuid}/"
    clients = [client_of(user) for _writer in range(WRITERS)]

    def with_line() -> float:
        return _all_at_once(clients, path)

    def without() -> float:
        with patch("cases.views.cases.record"):
            return _all_at_once(clients, path)

    times = interleaved({"with": with_line, "without": without})
    name = f"une ligne du journal, {WRITERS} écrivains"
    return Figure(name, times["with"], times["without"], LINE_TARGET)


def _all_at_once(clients: list, path: str) -> float:
    """The median of what each waits for a page, in ms."""
    start = Barrier(len(clients))

    def play(client) -> list[float]:
        start.wait()
        found = [time_of(lambda: client.get(path)) for _time in range(READINGS)]
        connection.close()  # this thread's own
        return found

    with ThreadPoolExecutor(len(clients)) as writers:
        return median(time for found in writers.map(play, clients) for time in found)


# -- Verification ----------------------------------------------------------------------


def _verification(database: str) -> Figure:
    _grow(database, VERIFIED)
    with actor(SystemActor.JOURNAL):
        seal_new_lines()
    times = interleaved(
        {"verify": partial(_timed, _verify), "hash": partial(_timed, _hash)}
    )
    name = f"vérification de {VERIFIED} lignes, contre leur SHA-256"
    return Figure(name, times["verify"], times["hash"], VERIFY_TARGET)


def _timed(play: Callable[[], object]) -> float:
    with actor(SystemActor.JOURNAL):
        return time_of(play)


def _verify() -> None:
    report = verify()
    assert report.is_clean, report.problems
    assert not report.waiting


def _hash() -> None:
    """The same rows, read and written the same way, in one plain SHA-256."""
    whole = sha256()
    for row in lines.between():
        whole.update(lines.canonical_line(row))
    whole.digest()


# -- The page --------------------------------------------------------------------------


def _page(demo: str, large: str) -> Iterator[Figure]:
    """As quick at a million lines as at ten thousand."""
    _grow(demo, SHORT)
    _grow(large, LONG)
    for page in PAGES:
        readers = {name: _reader(name) for name in (demo, large)}
        times = interleaved({n: partial(readers[n], page) for n in (demo, large)})
        name = f"/journal/{page}, {LONG} lignes"
        yield Figure(name, times[large], times[demo], FLAT)


def _grow(database: str, count: int) -> None:
    """So many lines more, of the last weeks of the auditor's service."""
    use_database(database)
    auditor = User.objects.get(email=PERSONAS["auditeur"].email)
    with connection.cursor() as cursor:
        cursor.execute(GROW, {"spip": auditor.spip.pk, "count": count})
        cursor.execute("set role portal_owner")
        cursor.execute("analyze journal_entry")
    connection.close()


def _reader(database: str) -> Callable[[str], float]:
    use_database(database)
    client = client_of(User.objects.get(email=PERSONAS["auditeur"].email))

    def wait_for(page: str) -> float:
        use_database(database)
        client.get("/journal/")  # the connection is warm
        return median(
            time_of(lambda: client.get(f"/journal/{page}")) for _time in range(5)
        )

    return wait_for
