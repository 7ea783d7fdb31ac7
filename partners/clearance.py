"""Who may receive a document from a service, and what is missing for whom may not."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.models import (
    Agreement,
    Membership,
    Organisation,
    Partnership,
)
from spip_portal.accounts.models import Spip


@dataclass(frozen=True)
class Candidate:
    """A member of a partner structure. `reason` is empty when they may receive a
    document; `agreement` is then the convention in force that ends last."""

    membership: Membership
    partnership: Partnership
    agreement: Agreement | None
    reason: str

    @property
    def is_cleared(self) -> bool:
        return not self.reason


def candidates(spip: Spip, organisation: Organisation | None = None) -> list[Candidate]:
    """Members of the partners of `spip` (or of one of them), cleared or not, by
    structure then name. Three queries, however many they are."""
    partnerships = _partnerships(spip, organisation)
    agreements = Agreement.objects.in_bulk(
        {p.agreement_id for p in partnerships.values() if p.agreement_id}
    )
    members = (
        Membership.objects.with_clearance()
        .live()
        .filter(organisation__in=partnerships, user__is_active=True)
        .order_by("organisation__name", "user__last_name", "user__first_name", "pk")
    )
    found = []
    for membership in members:
        partnership = partnerships[membership.organisation_id]
        agreement = agreements.get(partnership.agreement_id)
        reason = reason_not_entitled(partnership, agreement)
        reason = reason or reason_not_cleared(membership)
        found.append(Candidate(membership, partnership, agreement, reason))
    return found


@dataclass(frozen=True)
class Structure:
    """The members of one structure, and how many of them may receive a document."""

    organisation: Organisation
    candidates: list[Candidate]

    @property
    def cleared(self) -> int:
        return sum(candidate.is_cleared for candidate in self.candidates)


def members_by_structure(found: list[Candidate]) -> dict[str, Structure]:
    """Those candidates by the uuid of their structure; where someone can receive a
    document comes first."""
    structures: dict[str, Structure] = {}
    for candidate in found:
        organisation = candidate.partnership.organisation
        structure = structures.setdefault(
            str(organisation.uuid), Structure(organisation, [])
        )
        structure.candidates.append(candidate)
    return dict(sorted(structures.items(), key=lambda item: item[1].cleared == 0))


def _partnerships(
    spip: Spip, organisation: Organisation | None
) -> dict[int, Partnership]:
    known = Partnership.objects.with_agreement().filter(
        spip=spip,
        state__in=[Partnership.State.VALIDATED, Partnership.State.SUSPENDED],
    )
    if organisation is not None:
        known = known.filter(organisation=organisation)
    return {partnership.organisation_id: partnership for partnership in known}


def reason_not_entitled(partnership: Partnership, agreement: Agreement | None) -> str:
    """Why a structure may receive no named data from this service; empty when it may.
    The same clauses as `Partnership.objects.entitled()`, put in words."""
    missing = {
        _("n’intervient que dans les démarches, sans document"): (
            partnership.organisation.kind.is_state
        ),
        _("partenariat suspendu"): not partnership.is_validated,
        _("page de la structure sans vérification depuis neuf mois"): (
            not partnership.organisation.has_answered
        ),
        _("pas de convention en vigueur"): agreement is None,
        _("catégorie non confirmée par la direction"): (
            partnership.art46_confirmed_at is None
        ),
        _("catégorie qui n’ouvre aucune donnée nominative"): (
            not partnership.has_confirmed_category
        ),
    }
    return next((reason for reason, is_missing in missing.items() if is_missing), "")


def reason_not_cleared(membership: Membership) -> str:
    """Why this person may receive no document; empty when they may. The same clauses as
    `Membership.objects.cleared()`, for a row of `with_clearance()`."""
    clearance = getattr(membership, "clearance", None)
    if clearance is None or clearance.designated_at is None:
        return _("pas encore de désignation par sa structure")
    if clearance.suspended_at is not None:
        return _("habilitation suspendue par le service")
    if clearance.charter_id is None or (
        clearance.charter_id != membership.current_charter_id
    ):
        return _("n’a pas encore accepté la charte")
    if not membership.has_second_factor:
        return _("pas de double authentification")
    return ""
