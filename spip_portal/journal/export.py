"""What leaves the journal: a ZIP of the lines as a spreadsheet opens them, of what was
asked, and of a signature over both that `verify_journal --export` checks."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from spip_portal.accounts.models import User
from spip_portal.journal import signing
from spip_portal.journal.merkle import moment
from spip_portal.journal.models import Entry, Seal
from spip_portal.journal.sealing import fingerprint

MOST = 50_000
BATCH = 1_000
LINES, MANIFEST, SIGNATURE = "journal.csv", "manifeste.json", "manifeste.sig"
HEADER = (
    "numero",
    "date",
    "compte",
    "personne",
    "fonction",
    "service",
    "acte",
    "objet",
    "reference",
    "partage",
    "nombre",
    "motif",
    "adresse",
)


class ExportError(Exception):
    """Why a file is not an authentic export."""


def make(*, entries: Iterable[Entry], by: User, filters: dict[str, str]) -> bytes:
    """The bytes of the ZIP. Signed with the key of the seals."""
    signer = signing.current()
    rows = list(_rows(entries))
    content = _csv(rows)
    seal = Seal.objects.newest()
    manifest = {
        "date": moment(timezone.now()),
        "demandeur": by.pk,
        "service": by.spip.pk if by.spip else None,
        "filtres": filters,
        "lignes": len(rows),
        "sha256": sha256(content).hexdigest(),
        "dernier_sceau": seal.number if seal else None,
        "empreinte_du_sceau": fingerprint(seal) if seal else None,
        "clef_publique": signer.public_key,
    }
    signature = signer.sign(signing.EXPORT, manifest)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LINES, content)
        archive.writestr(
            MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        )
        archive.writestr(SIGNATURE, signature)
    return packed.getvalue()


def verify(packed: bytes, trusted: dict[str, str]) -> dict[str, Any]:
    """The manifest of an authentic export; raises ExportError on any other file."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            content = archive.read(LINES)
            manifest = json.loads(archive.read(MANIFEST))
            signature = archive.read(SIGNATURE).decode()
            public_key = str(manifest["clef_publique"])
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ExportError(_("Ce fichier n’est pas un export du journal.")) from error
    if public_key not in trusted.values():
        raise ExportError(_("Cet export est signé d’une clef inconnue."))
    if not signing.is_signed(public_key, signature, signing.EXPORT, manifest):
        raise ExportError(_("La signature ne vaut rien : le manifeste a été changé."))
    if sha256(content).hexdigest() != manifest["sha256"]:
        raise ExportError(_("Les lignes ont été changées après l’export."))
    return manifest


def _rows(entries: Iterable[Entry]) -> Iterator[list[object]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield from _named(batch)
            batch = []
    yield from _named(batch)


def _named(batch: list[Entry]) -> Iterator[list[object]]:
    people = User.objects.in_bulk({entry.actor_id for entry in batch} - {None})
    for entry in batch:
        yield [
            entry.pk,
            timezone.localtime(entry.at).isoformat(timespec="seconds"),
            entry.actor_id,
            people.get(entry.actor_id, "") if entry.spip_id else "",
            entry.role,
            entry.spip_id,
            entry.verb,
            entry.object_kind,
            entry.object_uuid,
            entry.share_uuid,
            entry.count,
            entry.motive,
            entry.ip,
        ]


def _csv(rows: Iterable[list[object]]) -> bytes:
    """As a French spreadsheet opens it by a double click."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return ("\ufeff" + text.getvalue()).encode()


def _inert(value: object) -> str:
    """A cell that begins like a formula would be run by the spreadsheet (OWASP)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
