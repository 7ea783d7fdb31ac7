"""A real mail server on 127.0.0.1 that refuses or cuts at the step it is told to."""

import asyncio
import logging
import threading
from collections import Counter, defaultdict, deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as policy

from aiosmtpd.smtp import SMTP, AuthResult

logging.getLogger("mail.log").setLevel(logging.WARNING)

CUT = "cut"
# The steps of a dialogue; CONTENT is the answer to a content wholly received.
STEPS = ("BANNER", "MAIL", "RCPT", "DATA", "CONTENT")


class Dialogue(SMTP):
    def __init__(self, sink: "Sink", **options) -> None:
        super().__init__(self, hostname="localhost", ident="sink", **options)
        self.sink = sink

    async def push(self, status) -> None:
        if isinstance(status, str) and status.startswith("220 localhost"):
            self.sink.connections += 1
            status = self.sink.answer("BANNER") or status
        if status == CUT:
            self.transport.abort()
        else:
            await super().push(status)

    async def smtp_MAIL(self, arg):  # noqa: N802  aiosmtpd
        await self._say("MAIL", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg):  # noqa: N802  aiosmtpd
        await self._say("RCPT", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg):  # noqa: N802  aiosmtpd
        await self._say("DATA", super().smtp_DATA, arg)

    async def _say(self, step, accept, arg):
        if answer := self.sink.answer(step, arg):
            await self.push(answer)
        else:
            await accept(arg)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd
        recipient = envelope.rcpt_tos[0]
        answer = self.sink.answer("CONTENT", recipient)
        if answer is None or answer == CUT:
            self.sink.contents.append((recipient, envelope.original_content))
        self.sink.received.set()
        await self.loop.run_in_executor(None, self.sink.answering.wait)
        if answer == CUT:
            self.transport.abort()
            raise ConnectionResetError
        return answer or "250 OK"


class Sink:
    def __init__(self, *, rejects_login: bool = False) -> None:
        self.contents: list[tuple[str, bytes]] = []
        self.connections = 0
        self.script: dict[str, deque] = defaultdict(deque)
        self.refused_recipients: dict[str, str] = {}
        self.received = threading.Event()
        self.answering = threading.Event()
        self.answering.set()
        self.options = {}
        if rejects_login:
            self.options = {
                "auth_require_tls": False,
                "authenticator": lambda *_: AuthResult(success=False, handled=False),
            }

    def on(self, step: str, *answers: str) -> None:
        """The next answers to a step, one each; afterwards it accepts again."""
        assert step in STEPS
        self.script[step].extend(answers)

    def answer(self, step: str, arg: str = "") -> str | None:
        if self.script[step]:
            return self.script[step].popleft()
        if step == "RCPT":
            address = arg.removeprefix("TO:<").removesuffix(">")
            return self.refused_recipients.get(address)
        return None

    @property
    def received_by(self) -> Counter:
        return Counter(recipient for recipient, _ in self.contents)

    def mail(self, index: int = 0) -> EmailMessage:
        return message_from_bytes(self.contents[index][1], policy=policy)

    def __enter__(self) -> "Sink":
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            self.loop.create_server(
                lambda: Dialogue(self, loop=self.loop, **self.options), "127.0.0.1", 0
            )
        )
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.answering.set()
        self.loop.call_soon_threadsafe(self._stop)
        self.thread.join()
        self.loop.close()

    def _stop(self) -> None:
        self.server.close()
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        gathered = asyncio.gather(*tasks, return_exceptions=True)
        gathered.add_done_callback(lambda _: self.loop.stop())
