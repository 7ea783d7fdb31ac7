from django.core.management.base import BaseCommand, CommandError

from spip_portal.accounts.models import Spip
from spip_portal.accounts.services import create_direction
from spip_portal.security.actor import SystemActor, actor


class Command(BaseCommand):
    help = (
        "Crée le premier compte de direction d’un service. Ne marche qu’une fois par "
        "service : ensuite, la direction confirme les affectations."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("service", help="identifiant (slug) du service")
        parser.add_argument("email")
        parser.add_argument("prenom")
        parser.add_argument("nom")

    def handle(self, *args, **options) -> None:
        with actor(SystemActor.ACCOUNTS):
            spip = Spip.objects.filter(slug=options["service"]).first()
            if spip is None:
                raise CommandError("Aucun service n’a cet identifiant.")
            try:
                create_direction(
                    spip=spip,
                    email=options["email"],
                    first_name=options["prenom"],
                    last_name=options["nom"],
                )
            except ValueError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(
            "Compte créé. La personne choisit son mot de passe par « Mot de passe "
            "oublié », puis active la double authentification."
        )
