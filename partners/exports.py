"""Lists of the network as CSV, for a spreadsheet: what the reader may see, as the list
shows it."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from django.utils.translation import gettext as _

from partners.badges import agreement_state
from partners.models import Agreement
from spip_portal.ui.urls import absolute

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it spreadsheets misread accents
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    output = StringIO(newline="")
    output.write(BOM)
    writer = csv.writer(output, delimiter=";")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return output.getvalue()


def _cell(value: object) -> str:
    """Text that a spreadsheet would run as a formula is marked as text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def agreement_rows(agreements: Iterable[Agreement]) -> Iterator[list[object]]:
    """Of rows with `shown_parties`, the structures that the reader may see."""
    yield [
        _("Numéro"),
        _("Intitulé"),
        _("Nature"),
        _("Service"),
        _("Structures"),
        _("Territoire"),
        _("Thématiques"),
        _("Signée le"),
        _("Début"),
        _("Fin"),
        _("Reconduction"),
        _("État"),
        _("Page"),
    ]
    for row in agreements:
        yield [
            row.number,
            row.title,
            row.get_kind_display(),
            row.spip,
            ", ".join(str(party) for party in row.shown_parties),
            row.territory,
            ", ".join(str(theme) for theme in row.themes.all()),
            row.signed_on,
            row.starts_on,
            row.ends_on,
            row.get_renewal_display(),
            agreement_state(row).label,
            absolute(f"/conventions/{row.uuid}/"),
        ]
