from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from spip_portal.journal import export, signing
from spip_portal.journal.verification import Report, verify
from spip_portal.security.actor import SystemActor, actor


class Command(BaseCommand):
    help = (
        "Recalcule tous les sceaux du journal des accès, ou vérifie un export. Dit ce "
        "qui ne va pas, et finit alors par le code 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--public-key",
            action="append",
            default=[],
            metavar="HEX",
            help="clef publique à croire, au lieu de celle de JOURNAL_SEAL_KEY",
        )
        parser.add_argument(
            "--anchor",
            default="",
            metavar="EMPREINTE",
            help="empreinte reçue par courriel, que la chaîne doit contenir",
        )
        parser.add_argument("--export", type=Path, metavar="FICHIER")

    def handle(self, *args, **options) -> None:
        pinned = options["public_key"]
        try:
            with actor(SystemActor.JOURNAL):
                if options["export"]:
                    self._verify_export(options["export"], pinned)
                else:
                    self._say(verify(pinned=pinned, anchor=options["anchor"]))
        except (signing.SealKeyError, export.ExportError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _say(self, report: Report) -> None:
        for problem in report.problems:
            self.stderr.write(problem)
        self.stdout.write(
            f"{report.seals} sceaux, {report.lines} lignes dont {report.waiting} pas "
            f"encore scellées, {report.retired} mois retirés."
        )
        if not report.is_clean:
            raise CommandError("Le journal ne répond pas à ses sceaux.", returncode=1)
        self.stdout.write("Le journal répond à tous ses sceaux.")

    def _verify_export(self, path: Path, pinned: list[str]) -> None:
        manifest = export.verify(path.read_bytes(), signing.trusted_keys(pinned))
        self.stdout.write(
            f"Export authentique : {manifest['lignes']} lignes, {manifest['date']}."
        )
