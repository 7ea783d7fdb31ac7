"""Each night: verify the whole journal, and leave a witness of it elsewhere."""

import logging

from django.conf import settings
from django.db import transaction

from spip_portal.journal import emails
from spip_portal.journal.models import Seal, Verification
from spip_portal.journal.sealing import fingerprint
from spip_portal.journal.verification import verify
from spip_portal.outbox.notices import send_notice
from spip_portal.security.dates import today

logger = logging.getLogger(__name__)


@transaction.atomic
def mail_anchor() -> None:
    """Once a day, and only when there is a seal."""
    seal = Seal.objects.newest()
    if seal and settings.JOURNAL_ANCHOR_EMAIL:
        send_notice(
            key=f"journal-anchor:{today()}",
            to=settings.JOURNAL_ANCHOR_EMAIL,
            notice=emails.anchor(seal, fingerprint(seal)),
        )


@transaction.atomic
def verify_whole() -> Verification:
    """Keep what was found for the page of the journal; tell of anything wrong."""
    report = verify()
    verification = Verification.objects.create(
        seals=report.seals,
        lines=report.lines - report.waiting,
        problems=len(report.problems),
        first_problem=report.problems[0] if report.problems else "",
    )
    if not verification.is_clean:
        logger.error("the journal does not verify: %s problems", len(report.problems))
        if settings.JOURNAL_ANCHOR_EMAIL:
            send_notice(
                key=f"journal-alarm:{today()}",
                to=settings.JOURNAL_ANCHOR_EMAIL,
                notice=emails.alarm(verification),
            )
    return verification
