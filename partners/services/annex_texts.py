"""The words of the public annexes of conventions, for the search: read by a worker,
once the vault has inspected the file. A document of a case is never read so."""

import os
import subprocess
from contextlib import suppress

from django.db import transaction

from partners.models import AgreementAnnex, AnnexText
from spip_portal.vault import envelope
from spip_portal.vault import services as vault

MEMORY_BYTES, CPU_SECONDS, WALL_SECONDS = 1024**3, 15, 30
MOST_PAGES, MOST_BYTES = 200, 1_000_000
# A child that may not outgrow these limits. It is handed the bytes and no path, and
# what it writes stays in memory: nothing of the file touches the disk.
READ_PDF = [
    "prlimit",
    f"--as={MEMORY_BYTES}",
    f"--cpu={CPU_SECONDS}",
    f"--fsize={MOST_BYTES}",
    "--core=0",
    *("pdftotext", "-q", "-enc", "UTF-8", "-nopgbrk", "-l", str(MOST_PAGES), "-", "-"),
]


def read_annexes() -> int:
    """Read each public annex that has not been, once, several workers side by side; and
    forget the words of one that only the parties read now. Gives how many were read."""
    AnnexText.objects.exclude(annex__in=AgreementAnnex.objects.public()).delete()
    count = 0
    while _read_next():
        count += 1
    return count


@transaction.atomic
def _read_next() -> bool:
    waiting = AgreementAnnex.objects.public().available().unread()
    waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    annex = waiting.select_related("file").order_by("pk").first()
    if annex is None:
        return False
    try:
        text = text_of(b"".join(vault.open_stream(annex.file)))
    except (envelope.VaultError, OSError):
        text = ""
    AnnexText.objects.create(annex=annex, text=text)
    return True


def text_of(content: bytes) -> str:
    """What a PDF says, on one line and cut at a bound; nothing for a picture of a page.
    What was written before a limit stopped it is kept."""
    output = os.memfd_create("annex")
    try:
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603  a fixed command, no shell, bytes on stdin
                READ_PDF,
                input=content,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                check=False,
            )
        os.lseek(output, 0, os.SEEK_SET)
        written = os.read(output, MOST_BYTES).decode(errors="ignore")
    finally:
        os.close(output)
    words = written.replace("\0", " ").split()
    return " ".join(words)[: AnnexText.MOST_CHARACTERS]
