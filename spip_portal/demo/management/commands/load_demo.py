from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from spip_portal.demo.loading import (
    bulk,
    cases,
    contacts,
    forums,
    letters,
    meetings,
    missions,
    network,
    people,
)
from spip_portal.security.actor import SystemActor, actor


class Command(BaseCommand):
    help = (
        "Charge les données fictives de la démonstration. Une seconde fois, ne fait "
        "rien. --scale N multiplie les dossiers, les documents et les abonnés."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=1, metavar="N")

    def handle(self, *args, scale: int, **options) -> None:
        if not (settings.DEMO or settings.TESTING):
            raise CommandError("Refusé : load_demo ne sert qu’à la démonstration.")
        if scale < 1:
            raise CommandError("--scale attend un nombre entier, 1 ou plus.")
        with actor(SystemActor.DEMO):
            people.load()
            network.load()
            missions.load()
            contacts.load()
            forums.load()
            letters.load()
            meetings.load()
        cases.load()
        if scale > 1:
            bulk.load(scale)
        self.stdout.write("Données de démonstration en place.")
