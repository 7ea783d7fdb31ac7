"""The usual mail of the portal: some sentences, one button, why, to one person.

Its words stand once, in the `emails.py` of the app that sends it; formatted and plain
versions are laid out from them here. Mails of another shape (newsletter, convocation)
have templates of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from spip_portal.outbox.content import Attachment
from spip_portal.outbox.models import Message
from spip_portal.outbox.rendering import render_mail
from spip_portal.outbox.services import queue_mail


@dataclass(frozen=True)
class Notice:
    """`url` is absolute; it opens a page, and fetching it changes nothing."""

    subject: str
    paragraphs: Sequence[str]
    why: str
    label: str = ""
    url: str = ""
    contact: str = ""
    attachments: Sequence[Attachment] = field(default=())


def send_notice(*, key: str, to: str, notice: Notice) -> Message:
    """Queue it in the current transaction; the same key twice sends one mail."""
    subject, text, html = render_mail("notice", {"notice": notice})
    return queue_mail(
        key=key,
        to=to,
        subject=subject,
        text=text,
        html=html,
        attachments=notice.attachments,
    )
