from django.core.management.base import BaseCommand

from spip_portal.vault import envelope


class Command(BaseCommand):
    help = "Crée une clef du coffre s’il n’y en a pas encore (--new : une de plus)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--new", action="store_true", help="rotation")

    def handle(self, *args, **options) -> None:
        if options["new"] or not envelope.key_paths():
            self.stdout.write(f"Clef créée : {envelope.create_key()}")
