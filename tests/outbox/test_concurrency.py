"""SECURITY 29, 30 with real commits: workers at once, killed ones, a cut database."""

import os
import queue
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from spip_portal.outbox import delivery, polling, services, tasks
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from tests.outbox import factories

pytestmark = pytest.mark.usefixtures("committed_database", "_empty_outbox")

WORKER = """
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
connection.settings_dict["OPTIONS"]["options"] = "-c role=portal_app"
from django.conf import settings
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {port}
from spip_portal.outbox import services
services.drain()
"""


@pytest.fixture
def _empty_outbox(committed_database):
    yield
    tables = (CampaignAttachment, Message, Campaign)
    with connection.cursor() as cursor:
        for table in tables:  # in SQL: what other apps hang on a campaign is not ours
            cursor.execute(f"delete from {table._meta.db_table}")  # noqa: S608


def in_threads(*jobs) -> None:
    """Run them together; each closes its own connection to the database."""
    start = threading.Barrier(len(jobs))
    errors = []

    def run(job):
        try:
            start.wait()
            job()
        except Exception as error:  # noqa: BLE001  told to the test below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def expire_leases() -> None:
    """What the passing of time would do."""
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.exclude(leased_until=None).update(leased_until=past)


def start_worker(sink, name: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER.format(name=name, port=sink.port)],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "spip_portal.settings"},
    )


def ask(sql: str, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


@contextmanager
def round_elsewhere():
    """Another worker, in a database session of its own, takes a round and keeps it."""
    leave, taken = threading.Event(), queue.Queue()

    def hold():
        with delivery.one_of_the_rounds() as is_taken:
            taken.put(is_taken)
            leave.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    yield taken.get()
    leave.set()
    thread.join()


def test_workers_at_once_send_each_mail_once(sink):
    """SKIP LOCKED: no row is taken twice."""
    to = factories.addresses(250)
    campaign = factories.campaign(to)
    in_threads(*[services.drain] * 2)
    assert sink.received_by == dict.fromkeys(to, 1)
    assert campaign.progress().possible_copies == 0


def test_rows_that_another_worker_is_taking_are_skipped():
    """Between its SELECT and its COMMIT: not waited for, not taken twice."""
    campaign = factories.campaign(factories.addresses(4))
    pks = list(campaign.messages.values_list("pk", flat=True))
    claimed = queue.Queue()

    def claim():
        ask("select set_config('lock_timeout', '5s', false)")
        claimed.put({row.pk for row in delivery.claim()})

    with transaction.atomic():
        list(Message.objects.select_for_update().filter(pk__in=pks[:2]))
        in_threads(claim)
    assert claimed.get() == set(pks[2:])


def test_a_third_round_leaves_the_hands_free(sink):
    """At most two rounds at once: a long mailing never takes every worker."""
    factories.single()
    with round_elsewhere() as first, round_elsewhere() as second:
        assert (first, second) == (True, True)
        assert services.drain() is False
        assert sink.received_by == {}
    services.drain()
    assert sink.received_by == {"lea@asso.example": 1}


def test_two_coordinators_press_send_at_once():
    """SECURITY 30: one campaign, one row per address."""
    to = factories.addresses(50)
    in_threads(*[lambda: factories.campaign(to, key="lettre:7")] * 4)
    assert Campaign.objects.count() == 1
    assert Message.objects.count() == 50


@pytest.mark.parametrize(
    ("kind", "bound"), [("invitation", 1), ("newsletter", delivery.NEWSLETTER_BATCH)]
)
def test_a_worker_killed_while_sending(sink, committed_database, kind, bound):
    """kill -9 with a content accepted and not recorded: nothing is lost, at most one
    batch is sent again, and each possible copy is counted."""
    to = factories.addresses(130)
    campaign = factories.campaign(to, kind=kind)
    for _kill in range(2):
        sink.received.clear()
        sink.answering.clear()
        worker = start_worker(sink, committed_database)
        assert sink.received.wait(30)
        worker.kill()
        worker.wait()
        sink.answering.set()
        expire_leases()
    while services.drain():
        pass
    extra = sum(sink.received_by.values()) - len(to)
    progress = campaign.progress()
    assert progress.sent == len(to)
    assert set(sink.received_by) == set(to)
    assert 2 <= extra <= progress.possible_copies <= 2 * bound
    for address, copies in campaign.messages.values_list("recipient", "copies"):
        assert sink.received_by[address] <= 1 + copies


def test_a_killed_worker_frees_its_round_at_once(sink, committed_database):
    """The lock goes with its session: nobody waits for a dead worker."""
    factories.single()
    sink.answering.clear()
    worker = start_worker(sink, committed_database)
    assert sink.received.wait(30)
    worker.kill()
    worker.wait()
    sink.answering.set()
    with round_elsewhere() as first, round_elsewhere() as second:
        assert (first, second) == (True, True)


def test_a_cut_from_the_database_while_sending_costs_no_copy(sink):
    """The answers of the server are recorded over a second connection."""
    to = factories.addresses(60)
    campaign = factories.campaign(to, kind="newsletter")
    sink.answering.clear()
    session = queue.Queue()

    def work():
        session.put(ask("select pg_backend_pid()"))
        services.drain()

    def cut():
        try:
            assert sink.received.wait(30)
            ask("set role none; select pg_terminate_backend(%s)", session.get())
        finally:
            sink.answering.set()

    in_threads(work, cut)
    while services.drain():
        pass
    assert sink.received_by == dict.fromkeys(to, 1)
    assert campaign.progress().sent == 60


def test_a_worker_polls_without_any_broker(sink):
    """SECURITY 34: Redis stopped, mail leaves through the worker's own look at the
    table; the thread holds no connection between two looks."""
    factories.single()
    polling.poll_once(threading.Event())
    assert sink.received_by == {"lea@asso.example": 1}
    assert connection.connection is None


def test_the_poll_outlives_a_failing_round(sink, monkeypatch, caplog):
    """Whatever one round met, the next one runs."""
    factories.single()
    rounds = iter([RuntimeError("x"), None])
    stop = threading.Event()
    drain = services.drain

    def sometimes(**options):
        if error := next(rounds):
            raise error
        stop.set()
        return drain(**options)

    monkeypatch.setattr(services, "drain", sometimes)
    polling.poll(stop, every=0)
    assert "a round of the outbox failed" in caplog.text
    assert sink.received_by == {"lea@asso.example": 1}


def test_a_round_inside_somebodys_transaction_is_refused():
    """Its commits would be none: a rollback would forget mails that left."""
    factories.single()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        services.drain()


def test_the_tasks_name_their_actor(sink):
    """A job without an actor raises at its first query; these two do not."""
    factories.single()
    tasks.drain()
    tasks.purge()
    assert sink.received_by == {"lea@asso.example": 1}


def test_a_task_that_ran_out_of_time_rings_again(sink, monkeypatch):
    """The rest goes to the end of the queue, behind the other tasks."""
    factories.campaign(factories.addresses(150), kind="newsletter")
    rings: list[int] = []
    monkeypatch.setattr(services, "ROUND_SECONDS", 0)
    monkeypatch.setattr(services, "ring", lambda: rings.append(1))
    tasks.drain()
    assert (len(rings), sum(sink.received_by.values())) == (
        1,
        delivery.NEWSLETTER_BATCH,
    )
    monkeypatch.setattr(services, "ROUND_SECONDS", 60)
    tasks.drain()
    assert (len(rings), sum(sink.received_by.values())) == (1, 150)
