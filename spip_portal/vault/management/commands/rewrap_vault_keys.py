from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from spip_portal.vault import envelope, rotation


class Command(BaseCommand):
    help = (
        "Enveloppe par la clef du coffre la plus récente tout ce qu’une plus ancienne "
        "protège, puis dit quelles clefs ne servent plus. Par le rôle propriétaire : "
        "lui seul voit toutes les lignes."
    )
    requires_system_checks = ()  # they refuse that role, rightly, anywhere else

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new", action="store_true", help="créer une clef d’abord")

    def handle(self, *args, **options) -> None:
        self._check_role()
        if options["new"]:
            self.stdout.write(f"Clef créée : {envelope.create_key()}")
        for name, count in rotation.rewrap_all().items():
            self.stdout.write(f"{name} : {count}")
        for key, count in sorted(rotation.in_use().items()):
            use = f"{count} en dépendent" if count else "ne sert plus"
            self.stdout.write(f"{key}.key : {use}")

    @staticmethod
    def _check_role() -> None:
        """Rows that row-level security hides would be left under the old key, and lost
        with it."""
        with connection.cursor() as cursor:
            cursor.execute("select row_security_active('cases_document')")
            if cursor.fetchone()[0]:
                raise CommandError("À lancer avec DATABASE_URL=$DATABASE_OWNER_URL.")
