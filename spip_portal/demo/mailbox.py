"""The demo's mail server: receives everything, delivers nothing, keeps it readable."""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope
from django.db import DatabaseError, close_old_connections

from spip_portal.demo.models import ReceivedMail
from spip_portal.security.actor import SystemActor, actor

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Opened:
    """A mail as its receiver reads it."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    files: list[File]


def parse(raw: bytes | memoryview) -> EmailMessage:
    return message_from_bytes(bytes(raw), policy=policy)


def open_mail(raw: bytes | memoryview) -> Opened:
    message = parse(raw)
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    return Opened(
        headers=[(name, str(value)) for name, value in message.items()],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        files=[_file(part) for part in message.iter_attachments()],
    )


def _file(part: EmailMessage) -> File:
    return File(
        name=part.get_filename() or "",
        content_type=part.get_content_type(),
        content=cast(bytes, part.get_payload(decode=True) or b""),
    )


def keep(envelope: Envelope) -> None:
    raw = bytes(envelope.original_content or b"")
    with actor(SystemActor.DEMO):
        ReceivedMail.objects.create(
            sender=envelope.mail_from or "",
            recipients=", ".join(envelope.rcpt_tos),
            subject=str(parse(raw)["Subject"] or ""),
            raw=raw,
        )


class Mailbox:
    """Answers 250 once the mail is committed, so that « sent » means « kept »."""

    def __init__(self) -> None:
        # One thread: one database connection, kept from mail to mail.
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="mailbox")

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  aiosmtpd
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self.writer, self._keep, envelope)
        except DatabaseError:
            logger.warning("a mail could not be kept; its sender will try again")
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Kept"

    @staticmethod
    def _keep(envelope: Envelope) -> None:
        close_old_connections()  # the last mail may be hours ago
        keep(envelope)


async def serve(host: str, port: int, when_ready: Callable[[int], None]) -> None:
    """Until SIGTERM or Ctrl-C. `when_ready` is told the port that was bound."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # each line of a dialogue
    loop, stop, mailbox = asyncio.get_running_loop(), asyncio.Event(), Mailbox()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="localhost", loop=loop), host, port
    )
    async with server:
        when_ready(server.sockets[0].getsockname()[1])
        await stop.wait()
