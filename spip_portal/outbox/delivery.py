"""A worker's round over the table, in short committed transactions:
claim rows → start a batch → (send it) → record it and start the next.

What bounds duplicates: a row is marked SENDING by a commit before its content leaves,
and settled by the commit that follows its batch. A worker killed anywhere leaves at
most one batch in doubt: one message, or `NEWSLETTER_BATCH`. Rows it had claimed and
not started are still DUE: no copy is possible.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from spip_portal.outbox.mime import Letter, Mailing
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from spip_portal.outbox.smtp import Courier, Outcome, ServerTroubleError, Verdict
from spip_portal.security.actor import SystemActor, actor

State = Message.State
Results = list[tuple[Message, Outcome]]

CHUNK = 100
NEWSLETTER = "newsletter"
NEWSLETTER_BATCH = 25
# Rows claimed and not started: an early end of this lease costs nothing, a late one
# keeps them waiting after a kill -9.
CLAIM_LEASE = timedelta(seconds=30)
# Rows handed over: an early end may cost a copy. Twice what the slowest mail takes
# (five answers of EMAIL_TIMEOUT each); a batch starts no mail past the half of it.
SEND_LEASE = timedelta(minutes=5)
# Rounds at once over all workers: a long mailing must leave hands for other tasks.
ROUNDS = 2
LOCK_CLASS = 0x6F757462  # « outb »: the outbox's own space of advisory locks


@contextmanager
def one_of_the_rounds() -> Iterator[bool]:
    """False when enough workers are at it already. The lock belongs to the database
    session: a killed worker frees it at once."""
    taken = next((n for n in range(ROUNDS) if _lock("pg_try_advisory_lock", n)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _lock("pg_advisory_unlock", taken)


def _lock(function: str, number: int) -> bool:
    with actor(SystemActor.OUTBOX), connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", [LOCK_CLASS, number])
        return cursor.fetchone()[0]


def claim() -> list[Message]:
    """Take up to a chunk of rows that nobody else holds."""
    now = timezone.now()
    lease = now + CLAIM_LEASE
    # durable: inside somebody's transaction, the commits promised above would be none.
    with transaction.atomic(durable=True), actor(SystemActor.OUTBOX):
        rows = list(
            Message.objects.claimable(now)
            .select_related("campaign")
            .select_for_update(of=("self",), skip_locked=True)[:CHUNK]
        )
        worn = [row.pk for row in rows if row.attempts >= Message.MAX_ATTEMPTS]
        rows = [row for row in rows if row.pk not in worn]
        _only(rows).update(leased_until=lease)
        if worn:
            Message.objects.filter(pk__in=worn).update(
                state=State.FAILED,
                leased_until=None,
                last_error=_("Envoi interrompu à chaque essai."),
            )
    for row in rows:
        row.leased_until = lease
    return rows


def deliver(
    courier: Courier, rows: list[Message], is_over: Callable[[], bool] = lambda: False
) -> bool:
    """Send claimed rows. False when it stopped before the end: the server takes nothing
    more for now, or the caller's time is over."""
    letters = Letters(rows)
    results: Results = []
    trouble = ""
    for batch in batches(rows):
        started = settle(results, batch)
        results, trouble = send(courier, letters, started)
        if trouble or is_over():
            settle(results)
            give_back(rows, trouble)
            return False
    settle(results)
    return True


def batches(rows: list[Message]) -> Iterator[list[Message]]:
    for is_newsletter, group in groupby(
        rows, key=lambda row: row.campaign.kind == NEWSLETTER
    ):
        alike, size = list(group), NEWSLETTER_BATCH if is_newsletter else 1
        yield from (alike[at : at + size] for at in range(0, len(alike), size))


def send(
    courier: Courier, letters: "Letters", batch: list[Message]
) -> tuple[Results, str]:
    """What became of each row of a started batch, and what troubles the server."""
    results: Results = []
    trouble, stop_at = "", timezone.now() + SEND_LEASE / 2
    for row in batch:
        outcome = Outcome(Verdict.UNTRIED)
        if not trouble and timezone.now() < stop_at:
            try:
                outcome = courier.send(letters.of(row))
            except ServerTroubleError as error:
                trouble = str(error)
            except (LookupError, ValueError):
                # Checked when queued; a row that cannot be read must not stop others.
                outcome = Outcome(Verdict.REFUSED, _("Message impossible à composer."))
        results.append((row, outcome))
    return results, trouble


def settle(results: Results, batch: Sequence[Message] = ()) -> list[Message]:
    """Record what was sent and start the next batch in one commit; return the rows
    that are ours to send.

    The server's answers exist only here: should the database have cut us off
    meanwhile, a second connection saves them from being sent again."""
    for is_last_try in (False, True):
        try:
            return _settle(results, batch)
        except (InterfaceError, OperationalError):
            if is_last_try or connection.in_atomic_block:
                raise
            connection.close()
    raise AssertionError  # the loop returns or raises


def _settle(results: Results, batch: Sequence[Message]) -> list[Message]:
    now = timezone.now()
    lease = now + SEND_LEASE
    if batch and (batch[0].leased_until or now) <= now:
        batch = ()  # claimed too long ago: another worker may have them
    with actor(SystemActor.OUTBOX):
        held = _mark(results, batch, now=now, lease=lease)
        _record_refusals(results, now)
    started = [row for row in batch if row.pk in held]
    for row in started:
        row.attempts, row.leased_until = row.attempts + 1, lease
    return started


# One statement per mail is what a mailing costs; the ORM would take two, and more time
# to write them than PostgreSQL to run them. A row whose lease ran out belongs to
# whoever took it since: it is left alone. Starting a row in doubt counts a copy.
MARK = """
update outbox_message
   set state = case when id = any(%(sent)s::bigint[]) then 'sent' else 'sending' end,
       attempts = attempts + (id = any(%(started)s::bigint[]))::int,
       copies = copies + (id = any(%(started)s::bigint[]) and state = 'sending')::int,
       sent_at = case when id = any(%(sent)s::bigint[]) then %(now)s::timestamptz end,
       leased_until =
           case when id = any(%(started)s::bigint[]) then %(lease)s::timestamptz end,
       last_error = case when id = any(%(sent)s::bigint[]) then '' else last_error end
 where (id = any(%(sent)s::bigint[]) and leased_until = %(sent_lease)s)
    or (id = any(%(started)s::bigint[]) and leased_until = %(claimed_until)s)
returning id
"""


def _mark(
    results: Results, batch: Sequence[Message], *, now: datetime, lease: datetime
) -> set[int]:
    """Sent rows become SENT, those of the batch SENDING; return which were ours."""
    sent = [row.pk for row, outcome in results if outcome.verdict is Verdict.SENT]
    if not sent and not batch:
        return set()
    values = {
        "sent": sent,
        "sent_lease": results[0][0].leased_until if results else None,
        "started": [row.pk for row in batch],
        "claimed_until": batch[0].leased_until if batch else None,
        "now": now,
        "lease": lease,
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK, values)
        return {pk for (pk,) in cursor.fetchall()}


def _record_refusals(results: Results, now: datetime) -> None:
    for row, outcome in results:
        if outcome.verdict is not Verdict.SENT:
            Message.objects.filter(pk=row.pk, leased_until=row.leased_until).update(
                **_after(row, outcome, now)
            )
    _resume([row for row, outcome in results if outcome.verdict is not Verdict.UNTRIED])


def _only(rows: Sequence[Message]):
    return Message.objects.filter(pk__in=[row.pk for row in rows])


def _after(row: Message, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """What a row that was not sent becomes."""
    if outcome.verdict is Verdict.UNTRIED:
        return {
            "state": State.DUE,
            "leased_until": None,
            "attempts": row.attempts - 1,
        }
    change = {"leased_until": None, "last_error": outcome.detail}
    if outcome.verdict is Verdict.REFUSED or row.attempts >= Message.MAX_ATTEMPTS:
        return change | {"state": State.FAILED}
    in_doubt = outcome.verdict is Verdict.UNKNOWN
    return change | {
        "state": State.SENDING if in_doubt else State.DUE,
        "due_at": now + row.delay(),
    }


def _resume(answered: list[Message]) -> None:
    """The server answers again: the campaigns it held up go on."""
    paused = {row.campaign_id for row in answered if row.campaign.paused_at}
    if paused:
        Campaign.objects.filter(pk__in=paused).update(
            paused_at=None, resume_at=None, pause_reason=""
        )


def give_back(rows: list[Message], trouble: str) -> None:
    """Free what was claimed and not sent. When the server is in trouble, its campaigns
    wait, tell why, and try again by themselves."""
    with actor(SystemActor.OUTBOX):
        waiting = _only(rows).waiting()
        if trouble:
            _pause(waiting.values("campaign"), reason=trouble)
        waiting.filter(leased_until__in={row.leased_until for row in rows}).update(
            leased_until=None
        )


def _pause(pks: QuerySet, *, reason: str) -> None:
    now = timezone.now()
    campaigns = Campaign.objects.filter(pk__in=pks).order_by("pk").select_for_update()
    for campaign in campaigns:
        campaign.pause(reason=reason, now=now)
    Campaign.objects.bulk_update(campaigns, ["paused_at", "pause_reason", "resume_at"])


class Letters:
    """Makes the letters of a chunk; reads the attachments of those that have some."""

    def __init__(self, rows: list[Message]) -> None:
        self.mailings: dict[int, Mailing] = {}
        files = CampaignAttachment.objects
        with actor(SystemActor.OUTBOX):
            self.with_own_files = set(
                files.filter(message__in=rows).values_list("message", flat=True)
            )
            self.with_files = set(
                files.filter(
                    message=None, campaign__in={row.campaign_id for row in rows}
                ).values_list("campaign", flat=True)
            )

    def of(self, row: Message) -> Letter:
        own = self._files(message=row) if row.pk in self.with_own_files else []
        mailing = self.mailings.get(row.campaign_id)
        if mailing is None:
            has_files = row.campaign_id in self.with_files
            shared = (
                self._files(campaign=row.campaign_id, message=None) if has_files else []
            )
            mailing = self.mailings[row.campaign_id] = Mailing(row.campaign, shared)
        return mailing.letter(row, now=timezone.localtime(), attachments=own)

    @staticmethod
    def _files(**of_what) -> list[CampaignAttachment]:
        with actor(SystemActor.OUTBOX):
            return list(CampaignAttachment.objects.filter(**of_what))
