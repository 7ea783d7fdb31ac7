import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from spip_portal.journal import signing
from spip_portal.security.actor import SystemActor, actor


class Command(BaseCommand):
    help = (
        "Écrit une clef de scellement du journal dans un fichier qui n’existe pas "
        "encore. --rotate : l’ancienne clef (JOURNAL_SEAL_KEY) se porte garante de la "
        "nouvelle, et la chaîne reste vérifiable."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument("--rotate", action="store_true")
        parser.add_argument(
            "--if-missing", action="store_true", help="ne fait rien s’il existe"
        )

    def handle(self, *args, **options) -> None:
        path: Path = options["file"]
        if path.exists() and options["if_missing"]:
            return
        secret = signing.new_secret()
        signer = signing.signer_of(secret)
        try:
            with open(
                path, "x", opener=lambda name, flags: os.open(name, flags, 0o400)
            ) as file:
                file.write(secret)
            if options["rotate"]:
                self._hand_over(signer)
        except FileExistsError as error:
            raise CommandError(f"{path} existe déjà.") from error
        except signing.SealKeyError as error:
            path.unlink()
            raise CommandError(str(error)) from error
        self.stdout.write(f"Clef écrite : {path}")
        self.stdout.write(f"Clef publique, à garder ailleurs : {signer.public_key}")

    @staticmethod
    def _hand_over(signer: signing.Signer) -> None:
        with actor(SystemActor.JOURNAL):
            old = signing.current()
            signing.registered(old)
            signing.introduce(signer, by=old)
