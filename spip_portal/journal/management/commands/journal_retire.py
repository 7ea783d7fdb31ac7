from django.core.management.base import BaseCommand, CommandError, CommandParser

from spip_portal.journal import retirement, signing
from spip_portal.security.actor import SystemActor, actor


class Command(BaseCommand):
    help = (
        "Retire du journal les mois au terme de leur conservation (12 mois ; jusqu’à "
        "36 avec un motif écrit). À lancer avec l’adresse de portal_owner."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=retirement.USUAL, metavar="N")
        parser.add_argument("--reason", default="", metavar="MOTIF")
        parser.add_argument(
            "--dry-run", action="store_true", help="dit ce qui serait retiré"
        )

    def handle(self, *args, **options) -> None:
        kept, reason = options["months"], options["reason"].strip()
        due = retirement.past_retention(kept_months=kept)
        for month in due:
            if options["dry_run"]:
                self.stdout.write(f"{month} serait retiré.")
                continue
            try:
                with actor(SystemActor.JOURNAL):
                    gone = retirement.retire(
                        month=month, kept_months=kept, reason=reason
                    )
            except (retirement.RetirementError, signing.SealKeyError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(
                f"{month} retiré : {gone.count} lignes, racine {gone.root}."
            )
        if not due:
            self.stdout.write("Aucun mois n’est au terme de sa conservation.")
