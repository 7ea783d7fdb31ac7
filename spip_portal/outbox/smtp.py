"""One persistent connection to the mail server, one mail at a time.

smtplib's `sendmail` does not tell at which step a connection was cut; the difference
between « not sent » and « perhaps sent » is what bounds duplicates, so the dialogue is
held here, step by step.
"""

import contextlib
import smtplib
from dataclasses import dataclass
from email import message_from_bytes
from enum import Enum
from types import TracebackType
from typing import Self

from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from spip_portal.outbox.mime import Letter

# Answers that speak of the server or of our account whatever the step: closing,
# authentication or encryption wanted. The recipient has nothing to do with them.
SERVER_CODES = {421, 454, 530, 534, 535, 538}
START_OF_DATA = 354
NO_REPLY = -1  # smtplib's own code for an answer that is none


class Verdict(Enum):
    SENT = "sent"
    REFUSED = "refused"  # 5xx to RCPT TO or DATA: final for this recipient
    LATER = "later"  # 4xx, or cut before the content: certainly not sent
    UNKNOWN = "unknown"  # cut after the content: perhaps sent
    UNTRIED = "untried"


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    detail: str = ""


class ServerTroubleError(Exception):
    """The server takes no mail at all now: connection, TLS, authentication, sender."""


class _CutError(Exception):
    """The connection broke before any content was handed over."""


class Prebuilt(mail.EmailMessage):
    """A letter for the backends that are not SMTP: they send what `message()` gives."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(letter.subject, letter.text, letter.sender, [letter.recipient])
        self.data = letter.data

    def message(self):
        return message_from_bytes(self.data)


def describe(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}"[:500]


class Courier:
    """Sends through Django's configured backend; opened by the first letter."""

    def __init__(self) -> None:
        self.backend = mail.get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def send(self, letter: Letter) -> Outcome:
        """Hand one letter over. A server may close a connection that is idle or worn
        out: the first cut before the content is not held against the letter."""
        if not isinstance(self.backend, EmailBackend):
            self.backend.send_messages([Prebuilt(letter)])
            return Outcome(Verdict.SENT)
        for _attempt in range(2):
            smtp = self._open()
            try:
                return self._converse(smtp, letter)
            except _CutError:
                self._close()
        return Outcome(Verdict.LATER, _("Connexion coupée avant le contenu."))

    def _open(self) -> smtplib.SMTP:
        try:
            self.backend.open()
            self.backend.connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            self._close()
            raise ServerTroubleError(
                _("Le serveur de messagerie refuse l’identification du portail (%s).")
                % error.smtp_code
            ) from error
        except OSError as error:
            self._close()
            raise ServerTroubleError(
                _("Connexion au serveur de messagerie impossible (%s).")
                % type(error).__name__
            ) from error
        return self.backend.connection

    def _close(self) -> None:
        with contextlib.suppress(OSError):
            self.backend.close()

    def _converse(self, smtp: smtplib.SMTP, letter: Letter) -> Outcome:
        try:
            code, reply = smtp.mail(letter.sender)
            if code // 100 != 2:
                self._close()
                raise ServerTroubleError(
                    _("Le serveur de messagerie refuse l’expéditeur : %s")
                    % describe(code, reply)
                )
            code, reply = smtp.rcpt(letter.recipient)
            if code // 100 == 2:
                code, reply = smtp.docmd("DATA")
        except OSError as error:
            raise _CutError from error
        if code != START_OF_DATA:
            return self._refusal(smtp, code, reply)
        try:
            smtp.send(letter.data.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
            code, reply = smtp.getreply()
        except OSError:
            code = NO_REPLY
        if code == NO_REPLY:
            self._close()
            return Outcome(Verdict.UNKNOWN, _("Connexion coupée après le contenu."))
        if code // 100 == 2:
            return Outcome(Verdict.SENT)
        return self._refusal(smtp, code, reply)

    def _refusal(self, smtp: smtplib.SMTP, code: int, reply: bytes) -> Outcome:
        if code in SERVER_CODES:
            self._close()
            raise ServerTroubleError(
                _("Le serveur de messagerie ne prend plus de courrier : %s")
                % describe(code, reply)
            )
        try:
            smtp.rset()
        except OSError:
            self._close()
        verdict = Verdict.REFUSED if code // 100 == 5 else Verdict.LATER
        return Outcome(verdict, describe(code, reply))
