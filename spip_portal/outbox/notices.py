"""The usual mail of the portal: some sentences, one button, why, to one person.

Its words stand once, in the `emails.py` of the app that sends it; formatted and plain
versions are laid out from them here. Mails of another shape (newsletter, convocation)
have templates of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from spip_portal.accounts.models import Posting
from spip_portal.outbox.content import Attachment
from spip_portal.outbox.models import Message
from spip_portal.outbox.rendering import render_mail
from spip_portal.outbox.services import queue_mail


@dataclass(frozen=True)
class Notice:
    """`url` is absolute; it opens a page, and fetching it changes nothing. `contact`:
    who to call, when it is neither of those that fit most people."""

    subject: str
    paragraphs: Sequence[str]
    why: str
    label: str = ""
    url: str = ""
    contact: str = ""
    attachments: Sequence[Attachment] = field(default=())


def send_notice(*, key: str, to: str, notice: Notice) -> Message:
    """Queue it in the current transaction; the same key twice sends one mail."""
    if not notice.contact and _is_of_a_service(to):
        contact = _(
            "Voyez avec la direction de votre service ou avec qui administre le "
            "portail : cette adresse envoie des messages et n’en lit pas."
        )
        notice = replace(notice, contact=contact)
    subject, text, html = render_mail("notice", {"notice": notice})
    return queue_mail(
        key=key,
        to=to,
        subject=subject,
        text=text,
        html=html,
        attachments=notice.attachments,
    )


def _is_of_a_service(address: str) -> bool:
    """An agent, whose usual correspondent is no "service", or the service's mailbox."""
    named = Q(user__email=address) | Q(spip__email=address)
    return Posting.objects.live().filter(named).exists()
