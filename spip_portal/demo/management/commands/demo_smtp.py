import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from spip_portal.demo import mailbox


class Command(BaseCommand):
    help = (
        "Reçoit les courriels de la démonstration et les garde pour /demo/courriels/."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.EMAIL_HOST)
        parser.add_argument("--port", type=int, default=settings.EMAIL_PORT)

    def handle(self, *, host: str, port: int, **options) -> None:
        def tell(bound: int) -> None:
            self.stdout.write(f"Mailbox ready: {host}:{bound}")
            self.stdout.flush()

        asyncio.run(mailbox.serve(host, port, tell))
