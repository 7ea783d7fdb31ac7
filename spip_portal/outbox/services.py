"""What the portal asks of its durable mail (DESIGN, promise 5)."""

import logging
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import parseaddr
from itertools import islice

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from spip_portal.accounts.models import User
from spip_portal.outbox.content import (
    Attachment,
    Content,
    Recipient,
    mail_address,
    mailbox,
)
from spip_portal.outbox.delivery import claim, deliver, one_of_the_rounds
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from spip_portal.outbox.smtp import Courier

logger = logging.getLogger(__name__)

INSERT_BATCH = 1000
# A round inside a task ends after this, so that a worker's other tasks have a turn.
ROUND_SECONDS = 20
CONTENT_KEPT = timedelta(days=90)
# A mail to one person may hold a link that opens an account: no dump keeps it long.
SINGLE_CONTENT_KEPT = timedelta(days=1)


@transaction.atomic
def queue_mail(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str,
    attachments: Sequence[Attachment] = (),
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> Message:
    """Have one mail sent. A second call with the same key returns the first's row, to
    whatever address: it changes, the mail left. The texts are literal: `[[…]]` means
    nothing in a mail to one person."""
    all_headers = dict(headers or {})
    if reply_to:
        all_headers["Reply-To"] = mailbox(reply_to)
    content = Content(subject, text, html, attachments, all_headers)
    campaign = _campaign(key=key, kind=Campaign.SINGLE, content=content)
    if not campaign.messages.exists():
        _add_recipients(campaign, [Recipient(to)], is_bulk=False)
        ring()
    return campaign.messages.get()


@transaction.atomic
def queue_campaign(
    *,
    key: str,
    kind: str,
    label: str,
    created_by: User | None,
    content: Content,
    recipients: Iterable[Recipient],
) -> Campaign:
    """Have one mail sent to each recipient, once per address. Called again with the
    same key (double click, two coordinators), it adds only addresses not there yet and
    keeps the first content."""
    campaign = _campaign(
        key=key, kind=kind, content=content, label=label, created_by=created_by
    )
    wanted = content.wanted
    remaining = _checked(recipients, wanted)
    while batch := list(islice(remaining, INSERT_BATCH)):
        _add_recipients(campaign, batch, is_bulk=True)
    ring()
    return campaign


def _checked(recipients: Iterable[Recipient], wanted: set[str]) -> Iterator[Recipient]:
    for recipient in recipients:
        recipient.check_complete(wanted)
        yield recipient


def _campaign(*, key: str, kind: str, content: Content, **named) -> Campaign:
    campaign, is_new = Campaign.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "subject": content.subject,
            "text": content.text,
            "html": content.html,
            "headers": dict(content.headers),
            **named,
        },
    )
    if is_new:
        CampaignAttachment.objects.bulk_create(
            _file(each, campaign=campaign) for each in content.attachments
        )
    return campaign


def _add_recipients(
    campaign: Campaign, recipients: list[Recipient], *, is_bulk: bool
) -> None:
    domain = mail_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]).rpartition("@")[2]
    rows = [
        Message(
            campaign=campaign,
            recipient=recipient.email,
            merge=dict(recipient.merge),
            message_id=f"<{uuid.uuid4()}@{domain}>",
            is_bulk=is_bulk,
        )
        for recipient in recipients
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    files = {
        row.message_id: recipient.attachments
        for row, recipient in zip(rows, recipients, strict=True)
        if recipient.attachments
    }
    # Only rows that this call added: the others have their files.
    added = campaign.messages.filter(message_id__in=files) if files else ()
    CampaignAttachment.objects.bulk_create(
        _file(each, campaign=campaign, message=row)
        for row in added
        for each in files[row.message_id]
    )


def _file(attachment: Attachment, **owner) -> CampaignAttachment:
    return CampaignAttachment(
        filename=attachment.filename,
        content_type=attachment.content_type,
        content=attachment.content,
        **owner,
    )


def ring() -> None:
    """Wake a worker once the rows are committed. Only a bell: without a broker the
    workers find the rows by themselves, so nothing here may fail a request."""
    if not any(each[1] is _ring_now for each in connection.run_on_commit):
        transaction.on_commit(_ring_now, robust=True)


def _ring_now() -> None:
    try:
        current_app.send_task("outbox.drain", retry=False, ignore_result=True)
    except (BrokerError, OSError):
        logger.warning("the broker does not answer; workers will find the mail alone")


def drain(*, seconds: float | None = None, stop: threading.Event | None = None) -> bool:
    """Send what is due. True when time ran out first: call again. `stop` ends it after
    the mail it is at."""
    end = time.monotonic() + (ROUND_SECONDS if seconds is None else seconds)

    def is_over() -> bool:
        return time.monotonic() >= end or (stop is not None and stop.is_set())

    with one_of_the_rounds() as is_wanted, Courier() as courier:
        while is_wanted and (rows := claim()):
            if not deliver(courier, rows, is_over):
                return is_over()
    return False


def oldest_due_age() -> timedelta | None:
    """For how long the most delayed mail should have left; None when none is late."""
    now = timezone.now()
    oldest = (
        Message.objects.overdue(now).order_by("due_at").values_list("due_at", flat=True)
    ).first()
    return now - oldest if oldest else None


@transaction.atomic
def purge() -> int:
    """Forget what old mails said and carried; who was written to, and when, stays.
    Returns how many were forgotten, a batch at most."""
    now = timezone.now()
    old = Campaign.objects.purgeable(
        before=now - CONTENT_KEPT, single_before=now - SINGLE_CONTENT_KEPT
    )
    chosen = list(old.values_list("pk", flat=True)[:INSERT_BATCH])
    CampaignAttachment.objects.filter(campaign__in=chosen).delete()
    Message.objects.filter(campaign__in=chosen).update(merge={})
    return Campaign.objects.filter(pk__in=chosen).update(
        text="", html="", headers={}, purged_at=now
    )
