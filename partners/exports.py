"""Lists of the network as CSV, for a spreadsheet: what the reader may see, as the list
shows it. Each gives its header, then a line a row."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.badges import agreement_state
from partners.clearance import reason_not_cleared
from partners.models import (
    ActionRequest,
    Agreement,
    CollectiveAction,
    Forum,
    Membership,
    Mission,
    Organisation,
    Partnership,
)
from partners.spreadsheets import COLUMNS
from spip_portal.ui.urls import absolute


def mission_rows(missions: Iterable[Mission]) -> Iterator[list]:
    yield [_("Mission"), _("Résumé"), _("Service"), _("Publiée le"), _("Page")]
    for row in missions:
        yield [
            row.title,
            row.summary,
            row.spip,
            _moment(row.published_at),
            _page("mission", row.slug),
        ]


def agreement_rows(agreements: Iterable[Agreement]) -> Iterator[list]:
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
            _page("agreement", row.uuid),
        ]


def action_rows(actions: Iterable[CollectiveAction]) -> Iterator[list]:
    """Of rows of `with_next_session()`."""
    yield [
        _("Action"),
        _("Thématique"),
        _("Service"),
        _("Public"),
        _("Milieu"),
        _("Lieu"),
        _("Places"),
        _("Prochaine séance"),
        _("État"),
        _("Page"),
    ]
    for row in actions:
        yield [
            row.title,
            row.theme,
            row.spip,
            row.target_public,
            row.get_milieu_display(),
            row.place,
            row.capacity,
            _moment(row.next_at),
            row.get_state_display(),
            _page("action", row.uuid),
        ]


def forum_rows(forums: Iterable[Forum]) -> Iterator[list]:
    """Neither people nor material: the page tells them to those who go."""
    yield [
        _("Forum"),
        _("Premier jour"),
        _("Dernier jour"),
        _("Lieu"),
        _("Stand"),
        _("État"),
        _("Page"),
    ]
    for row in forums:
        yield [
            row.title,
            row.starts_on,
            row.ends_on,
            row.place,
            row.stand,
            row.state.label,
            _page("forum", row.uuid),
        ]


def organisation_rows(organisations: Iterable[Organisation]) -> Iterator[list]:
    """In the columns that an import reads: public fields, and nobody's name. Rows of
    `telling_addresses_to()`."""
    yield list(COLUMNS)
    for row in organisations:
        is_shown = row.tells_address
        yield [
            row.name,
            row.kind.label,
            row.siret if is_shown else "",  # leads to the address
            row.address if is_shown else "",
            row.postcode if is_shown else "",
            row.city,
            row.phone,
            row.email,
            row.website,
            row.description,
            "|".join(theme.label for theme in row.themes.all()),
        ]


def place_request_rows(requests: Iterable[ActionRequest]) -> Iterator[list]:
    """By reference only: the portal holds no name."""
    yield [
        _("Action"),
        _("Structure"),
        _("Référence"),
        _("Places"),
        _("État"),
        _("Motif"),
        _("Demandée le"),
    ]
    for row in requests:
        yield [
            row.action,
            row.organisation or row.action.spip,
            row.reference,
            row.places,
            row.get_state_display(),
            row.reason,
            _moment(row.asked_at),
        ]


def partnership_rows(partnerships: Iterable[Partnership]) -> Iterator[list]:
    yield [
        _("Structure"),
        _("Type"),
        _("SIRET"),
        _("Commune"),
        _("État"),
        _("Depuis le"),
        _("Motif"),
        _("Catégorie (article 46)"),
        _("Page"),
    ]
    for row in partnerships:
        yield [
            row.organisation,
            row.organisation.kind,
            row.organisation.siret,
            row.organisation.city,
            row.get_state_display(),
            _moment(row.state_changed_at),
            row.reason,
            row.get_art46_category_display(),
            _page("partnership", row.uuid),
        ]


def member_rows(members: Iterable[Membership]) -> Iterator[list]:
    """Of rows of `with_clearance()`."""
    yield [
        _("Personne"),
        _("Structure"),
        _("Rôle"),
        _("Métier"),
        _("Membre depuis le"),
        _("Réception de documents"),
    ]
    for row in members:
        yield [
            row.user,
            row.organisation,
            row.get_role_display(),
            row.function,
            _moment(row.started_at),
            reason_not_cleared(row) or _("en règle"),
        ]


def _moment(value) -> str:
    """As a spreadsheet sorts it, in Paris."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def _page(route: str, key) -> str:
    return absolute(reverse(f"partners:{route}", args=[key]))
