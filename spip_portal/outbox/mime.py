"""From a row to the bytes of its mail.

Building a message with the email package costs more than sending it: what a campaign's
mails share is serialised once (`Mailing`), only what differs is made for each row. No
byte is replaced after encoding, so no value can leave its place.
"""

import binascii
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.message import Message as Part
from email.policy import compat32
from email.utils import format_datetime, parseaddr

from django.conf import settings

from spip_portal.outbox.content import fill, mail_address, mailbox
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message

CRLF = b"\r\n"
POLICY = compat32.clone(linesep="\r\n")


@dataclass(frozen=True)
class Letter:
    """One mail, ready for the wire."""

    sender: str
    recipient: str
    subject: str
    text: str
    data: bytes


def header_line(name: str, value: str) -> bytes:
    if "\r" in value or "\n" in value:  # refused when queued; the row may be older
        raise ValueError(f"header {name}: line breaks are refused")
    if not value.isascii():
        value = Header(value, "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode("ascii")


def text_part(content_type: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8")
    return (
        f"Content-Type: {content_type}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode("ascii") + binascii.b2a_qp(lines).replace(b"\n", CRLF)


def attachment_part(attachment: CampaignAttachment) -> bytes:
    """The media type is kept whole: calendars read their `method` parameter."""
    part = Part()
    part["Content-Type"] = attachment.content_type
    name = attachment.filename
    part.add_header(
        "Content-Disposition",
        "attachment",
        filename=name if name.isascii() else ("utf-8", "", name),
    )
    part.set_payload(bytes(attachment.content))
    encode_base64(part)
    return part.as_bytes(policy=POLICY)


def multipart(subtype: str, parts: Iterable[bytes]) -> bytes:
    # « =_ » can occur neither in quoted-printable nor in base64.
    boundary = f"=_{uuid.uuid4().hex}"
    mark = f"\r\n--{boundary}".encode("ascii")
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    return head + b"".join(mark + CRLF + part for part in parts) + mark + b"--\r\n"


class Mailing:
    """What all the mails of one campaign share."""

    def __init__(
        self, campaign: Campaign, attachments: Iterable[CampaignAttachment] = ()
    ) -> None:
        self.campaign = campaign
        self.sender = mail_address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        self.attachments = [attachment_part(each) for each in attachments]
        self.common_headers = b"".join(
            [
                header_line("From", mailbox(settings.DEFAULT_FROM_EMAIL)),
                header_line("Auto-Submitted", "auto-generated"),
                header_line("MIME-Version", "1.0"),
            ]
        )

    def letter(
        self,
        message: Message,
        *,
        now: datetime,
        attachments: Iterable[CampaignAttachment] = (),
    ) -> Letter:
        campaign, merge = self.campaign, message.merge
        recipient = mail_address(message.recipient)
        subject = fill(campaign.subject, merge)
        text = fill(campaign.text, merge)
        headers = [
            self.common_headers,
            header_line("To", recipient),
            header_line("Subject", subject),
            header_line("Date", format_datetime(now)),
            header_line("Message-ID", message.message_id),
            *(header_line(k, fill(v, merge)) for k, v in campaign.headers.items()),
        ]
        body = text_part("text/plain", text)
        if campaign.html:
            html = fill(campaign.html, merge, is_html=True)
            body = multipart("alternative", [body, text_part("text/html", html)])
        files = [*self.attachments, *(attachment_part(each) for each in attachments)]
        if files:
            body = multipart("mixed", [body, *files])
        return Letter(
            sender=self.sender,
            recipient=recipient,
            subject=subject,
            text=text,
            data=b"".join(headers) + body,
        )
