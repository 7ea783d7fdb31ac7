"""Decide the rules of sharing of a service, and say what they make of one sharing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.enums import DocumentKind, Outcome
from cases.models import Document, Measure, Rules, RulesVersion, SharingRule
from cases.models.rules import EVERY_MEASURE
from partners.clearance import Candidate
from partners.enums import Art46Category
from spip_portal.accounts.models import Spip, User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

STRICTNESS = list(Outcome)  # from the least to the most strict
CATEGORIES = [c for c in Art46Category if c != Art46Category.OTHER]


@transaction.atomic
def decide_rules(
    *,
    by: User,
    based_on: int,
    measure_kind: str,
    outcomes: Mapping[tuple[str, str], str],
    days_after_measure: int,
    purpose_after_measure: str,
) -> RulesVersion:
    """A new version of the rules of the direction's service: those in force, with other
    `outcomes` ((document kind, category) → outcome, empty: as for every measure) for
    one kind of measure, or for every one when it is empty. `based_on` is the number of
    the version that was read, 0 for the shipped rules. Raises ValidationError when
    another version was decided since."""
    if by.spip is None or not by.is_manager:
        raise PermissionDenied
    Spip.objects.select_for_update().get(pk=by.spip.pk)
    rules = Rules.of(by.spip)
    known = rules.version.number if rules.version else 0
    if known != based_on:
        raise ValidationError(
            _(
                "Une autre version des règles a été décidée pendant votre saisie : "
                "rien n’a été enregistré. Rouvrez la page pour la lire."
            )
        )
    version = RulesVersion.objects.create(
        spip=by.spip,
        number=known + 1,
        decided_by=by,
        days_after_measure=days_after_measure,
        purpose_after_measure=purpose_after_measure,
    )
    cells = _cells_of(rules)
    for (kind, category), outcome in outcomes.items():
        cells[(kind, category, measure_kind)] = outcome
    SharingRule.objects.bulk_create(
        SharingRule(
            version=version,
            document_kind=kind,
            category=category,
            measure_kind=measure,
            outcome=outcome,
        )
        for (kind, category, measure), outcome in cells.items()
        if outcome
    )
    record(actor=by, verb=Verb.CHANGE, object_kind="règles", count=version.number)
    return version


def _cells_of(rules: Rules) -> dict[tuple[str, str, str], str]:
    """Every cell in force, those of the shipped rules written out."""
    if rules.version is not None:
        return dict(rules.cells)
    return {
        (kind, category, EVERY_MEASURE): rules.outcome(kind, category, EVERY_MEASURE)
        for kind in DocumentKind
        for category in CATEGORIES
    }


@dataclass(frozen=True)
class Ruling:
    """What the rules make of one sharing: the strictest outcome of its documents and
    structures, and in words why it is impossible (empty when it is not)."""

    outcome: Outcome
    reason: str = ""


def ruling(
    rules: Rules,
    documents: Sequence[Document],
    candidates: Sequence[Candidate],
    measure: Measure,
) -> Ruling:
    strictest = Outcome.ALLOWED
    for document in documents:
        for candidate in candidates:
            outcome = outcome_for(rules, document, candidate, measure)
            if outcome == Outcome.FORBIDDEN:
                return Ruling(outcome, _why_forbidden(document, candidate))
            strictest = max(strictest, outcome, key=STRICTNESS.index)
    return Ruling(strictest)


def outcome_for(
    rules: Rules, document: Document, candidate: Candidate, measure: Measure
) -> Outcome:
    """An expert report goes to health structures only, whatever the matrix says
    (FEATURES 3.5)."""
    partnership = candidate.partnership
    if (
        document.kind == DocumentKind.EXPERTISE
        and not partnership.organisation.kind.is_health
    ):
        return Outcome.FORBIDDEN
    return rules.outcome(document.kind, partnership.art46_category, measure.kind)


def _why_forbidden(document: Document, candidate: Candidate) -> str:
    organisation = candidate.partnership.organisation
    if document.kind == DocumentKind.EXPERTISE and not organisation.kind.is_health:
        return _(
            "Un rapport d’expertise ne se partage qu’avec une structure de santé, sur "
            "autorisation d’un magistrat. %(name)s n’en est pas une."
        ) % {"name": organisation}
    return _(
        "Les règles de votre service ne permettent pas de partager ce document "
        "(%(kind)s) avec %(name)s. Un extrait d’obligations suffit souvent."
    ) % {"kind": document, "name": organisation}
