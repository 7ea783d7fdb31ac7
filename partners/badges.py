"""The three badges of a partnership, in words, with what is missing for each. For rows
of `Partnership.objects.with_agreement()`."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from partners.enums import Art46Category
from partners.models import Agreement, Partnership
from spip_portal.ui.templatetags.portal import long_date


@dataclass(frozen=True)
class Badge:
    """`note` says until when it holds, or what to do to earn it."""

    label: str
    kind: str
    note: str = ""


STATE_KINDS = {
    Partnership.State.VALIDATED: "success",
    Partnership.State.SUBMITTED: "info",
    Partnership.State.REFUSED: "error",
    Partnership.State.SUSPENDED: "warning",
}
AGREEMENT_KINDS = {
    "in_force": "success",
    "coming": "info",
    "unsigned": "info",
    "denounced": "error",
    "over": "warning",
}


def partnership_badges(partnership: Partnership) -> list[Badge]:
    return [
        account_badge(partnership),
        agreement_badge(partnership),
        named_data_badge(partnership),
    ]


def account_badge(partnership: Partnership) -> Badge:
    labels = {
        Partnership.State.DRAFT: _("adresse du contact à confirmer"),
        Partnership.State.SUBMITTED: _("compte en attente de validation"),
        Partnership.State.VALIDATED: _("compte validé"),
        Partnership.State.REFUSED: _("demande refusée"),
        Partnership.State.SUSPENDED: _("partenariat suspendu"),
    }
    notes = {
        Partnership.State.DRAFT: _("Le contact suit le lien reçu par courriel."),
        Partnership.State.SUBMITTED: _("Le service examine la demande."),
        Partnership.State.REFUSED: _("Corrigez la demande et renvoyez-la."),
        Partnership.State.SUSPENDED: _("Appelez le service pour le rétablir."),
    }
    state = Partnership.State(partnership.state)
    return Badge(labels[state], STATE_KINDS.get(state, ""), notes.get(state, ""))


def agreement_badge(partnership: Partnership) -> Badge:
    if partnership.agreement_ends_on is None:
        return Badge(
            _("sans convention en vigueur"),
            "warning",
            _("Une convention est à signer avec le service, qui l’enregistre ici."),
        )
    day = long_date(partnership.agreement_ends_on)
    return Badge(
        _("convention en vigueur"), "success", _("Jusqu’au %(day)s.") % {"day": day}
    )


def named_data_badge(partnership: Partnership) -> Badge:
    """Whether the structure may hold named data; the same clauses as `entitled()`."""
    if partnership.organisation.kind.is_state:
        missing = _("Elle n’intervient que dans les démarches, sans document.")
    elif partnership.art46_category == Art46Category.OTHER:
        missing = _("Sa catégorie ne permet aucune donnée nominative.")
    elif not partnership.art46_category:
        missing = _("Le service doit proposer sa catégorie.")
    elif partnership.art46_confirmed_at is None:
        missing = _("La direction doit confirmer sa catégorie.")
    elif partnership.agreement_ends_on is None:
        missing = _("Il faut une convention en vigueur.")
    elif not partnership.is_validated:
        missing = _("Il faut un partenariat validé.")
    elif not partnership.organisation.has_answered:
        missing = _("Un référent doit d’abord vérifier la page de la structure.")
    else:
        return Badge(_("habilitée aux données nominatives"), "success")
    return Badge(_("non habilitée aux données nominatives"), "", missing)


def agreement_state(agreement: Agreement) -> Badge:
    """The state of a convention, by its dates."""
    state = agreement.state
    return Badge(str(dict(Agreement.STATES)[state]), AGREEMENT_KINDS[state])
