from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.services.annex_texts import read_annexes
from spip_portal.demo.loading import (
    bulk,
    bulk_network,
    cases,
    contacts,
    forums,
    letters,
    meetings,
    missions,
    network,
    people,
    source,
)
from spip_portal.journal import watch
from spip_portal.journal.models import Verification
from spip_portal.journal.sealing import seal_new_lines
from spip_portal.journal.services import add_months
from spip_portal.security.actor import SystemActor, actor

PAST_MONTHS = 36  # of which the journal tells something


class Command(BaseCommand):
    help = (
        "Charge les données fictives de la démonstration. Une seconde fois, ne fait "
        "rien. --scale N multiplie le réseau, les dossiers, les documents et les "
        "abonnés."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=1, metavar="N")

    def handle(self, *args, scale: int, **options) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("Refusé : load_demo ne sert qu’à la démonstration.")
        if scale < 1:
            raise CommandError("--scale attend un nombre entier, 1 ou plus.")
        with actor(SystemActor.DEMO):
            add_months(since=source.month_start(-PAST_MONTHS))
            people.load()
            network.load()
            missions.load()
            contacts.load()
            forums.load()
            letters.load()
            meetings.load()
        cases.load()  # the vault inspects there what waits
        with actor(SystemActor.DEMO):
            read_annexes()
        _seal_the_journal()
        if scale > 1:
            with actor(SystemActor.DEMO):
                bulk_network.load(scale)
            bulk.load(scale)
        with actor(SystemActor.DEMO):
            people.let_leave()
        self.stdout.write("Données de démonstration en place.")


def _seal_the_journal() -> None:
    """What beat does every minute and every night."""
    with actor(SystemActor.JOURNAL):
        seal_new_lines()
        if not Verification.objects.exists():
            watch.verify_whole()
