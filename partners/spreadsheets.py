"""Lists of structures as spreadsheets write and read them: French Excel first."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import combining, normalize

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

COLUMNS = (
    "nom",
    "type",
    "siret",
    "adresse",
    "code_postal",
    "commune",
    "telephone",
    "courriel",
    "site",
    "presentation",
    "thematiques",
)
REQUIRED = COLUMNS[:6]
MOST_LINES = 2000
SEPARATORS = ";,\t"


@dataclass(frozen=True)
class Line:
    """One line of a file: `number` as a spreadsheet counts, `cells` by column. One that
    `overflows` has more cells than the header names: a separator cut a text in two."""

    number: int
    cells: dict[str, str]
    overflows: bool = False


def decode(content: bytes) -> str:
    """The text of a file, in UTF-8 or as French Windows writes; what cannot be read of
    it is a U+FFFD, which refuses its line. Raises ValidationError on neither."""
    if b"\0" in content:  # UTF-16, a workbook, a picture
        raise ValidationError(
            _(
                "Ce fichier n’est pas un CSV lisible. Dans votre tableur, "
                "choisissez « Enregistrer sous », puis « CSV UTF-8 »."
            )
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    # « Ã© »: no French text has that, so the file is in UTF-8 but for a few letters.
    is_damaged = "\N{LATIN CAPITAL LETTER A WITH TILDE}" in text
    return content.decode("utf-8-sig", errors="replace") if is_damaged else text


def read(text: str) -> list[Line]:
    """The lines of a list of structures. Raises ValidationError on a file without the
    needed columns, without lines, with too many, or that breaks off in a cell."""
    header, _newline, _rest = text.partition("\n")
    separator = max(SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise ValidationError(
            _("La ligne %(number)s est mal formée : un guillemet ouvert sans fin ?")
            % {"number": reader.line_num}
        ) from error
    names = [column_name(cell) for cell in rows[0][1]] if rows else []
    if missing := [name for name in REQUIRED if name not in names]:
        raise ValidationError(
            _(
                "La première ligne doit nommer les colonnes, séparées par des "
                "points-virgules. Il manque : %(names)s."
            )
            % {"names": ", ".join(missing)}
        )
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise ValidationError(
            _("La première ligne nomme deux fois : %(names)s.")
            % {"names": ", ".join(twice)}
        )
    if len(rows) == 1:
        raise ValidationError(_("Ce fichier ne contient aucune structure."))
    if len(rows) - 1 > MOST_LINES:
        raise ValidationError(
            _("Ce fichier dépasse %(most)s structures : importez-le en parties.")
            % {"most": MOST_LINES}
        )
    return [
        Line(
            number,
            dict(zip(names, map(str.strip, row), strict=False)),
            overflows=any(map(str.strip, row[len(names) :])),
        )
        for number, row in rows[1:]
    ]


def column_name(cell: str) -> str:
    """« Code postal » → code_postal"""
    return re.sub(r"\W+", "_", plain(cell)).strip("_")


def plain(text: str) -> str:
    """In small letters, without accents: how labels are compared."""
    letters = normalize("NFD", text.strip().casefold())
    return "".join(letter for letter in letters if not combining(letter))


def csv_response(filename: str, rows: Iterable[Iterable[object]]) -> HttpResponse:
    """A file that a French spreadsheet opens by a double click."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.write("\ufeff")  # without it spreadsheets misread accents
    # Quoted throughout: one that splits elsewhere too finds no cell inside a cell.
    writer = csv.writer(response, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows(map(_inert, rows))
    return response


def _inert(row: Iterable[object]) -> Iterator[str]:
    """A cell that begins like a formula would be run by the spreadsheet (OWASP, CSV
    injection): an apostrophe makes it text."""
    for value in row:
        text = "" if value is None else str(value)
        yield f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
