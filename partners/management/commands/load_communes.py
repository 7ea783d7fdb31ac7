import time

from django.core.management.base import BaseCommand

from partners.models import Organisation
from partners.services.communes import load_communes, locate
from spip_portal.security.actor import SystemActor, actor


class Command(BaseCommand):
    help = (
        "Met à jour la table des communes, puis retrouve celle de chaque structure. "
        "Sans effet quand tout est à jour."
    )

    def handle(self, *args, **options) -> None:
        begun = time.monotonic()
        with actor(SystemActor.PARTNERS):
            changed = load_communes()
            moved = locate(Organisation.objects.all())
        if options["verbosity"]:
            self.stdout.write(
                f"Communes : {changed} lignes changées, {moved} structures situées, "
                f"en {time.monotonic() - begun:.1f} s."
            )
