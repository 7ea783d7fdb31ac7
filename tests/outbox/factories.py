import uuid
from collections.abc import Iterable, Mapping

from spip_portal.outbox import services
from spip_portal.outbox.content import Attachment, Content, Recipient
from spip_portal.outbox.models import Campaign, Message

CALENDAR = Attachment(
    "invitation.ics",
    "text/calendar; method=REQUEST; charset=utf-8",
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
)
LETTER = Attachment("convocation.pdf", "application/pdf", b"%PDF-1.7\n...\n%%EOF\n")


def content(**changes) -> Content:
    return Content(
        **{
            "subject": "La plénière approche",
            "text": "Bonjour [[name]],\n\nVenez : [[link]]\n",
            "html": "<p>Bonjour [[name]],</p><p><a href='[[link]]'>Venez</a></p>",
            "headers": {"List-Unsubscribe": "<[[link]]>"},
        }
        | changes
    )


def recipient(address: str, merge: Mapping[str, str] | None = None, **more):
    own = {"name": "Léa", "link": f"https://portail.example/{address}"}
    return Recipient(address, own | dict(merge or {}), **more)


def addresses(count: int) -> list[str]:
    return [f"personne{number}@asso.example" for number in range(count)]


def campaign(
    to: Iterable[str] = ("lea@asso.example",),
    *,
    key: str = "",
    kind: str = "invitation",
    what: Content | None = None,
) -> Campaign:
    return services.queue_campaign(
        key=key or str(uuid.uuid4()),
        kind=kind,
        label="Plénière",
        created_by=None,
        content=what or content(),
        recipients=[recipient(address) for address in to],
    )


def single(**changes) -> Message:
    return services.queue_mail(
        **{
            "key": str(uuid.uuid4()),
            "to": "lea@asso.example",
            "subject": "Un document vous attend",
            "text": "Bonjour,\n\nConnectez-vous.\n",
            "html": "<p>Bonjour,</p>",
        }
        | changes
    )
