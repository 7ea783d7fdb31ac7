"""Lists of the network as CSV, for a spreadsheet: what the reader may see, as the list
shows it."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from partners.badges import agreement_state
from partners.models import Agreement
from spip_portal.ui.urls import absolute


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
