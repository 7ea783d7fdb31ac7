from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.enums import InformedHow, Outcome
from cases.forms.documents import describe
from cases.forms.keyed import KeyedForm
from cases.models import Case, Document, LegalBasis, Measure, Rules
from cases.services import sharing as services
from cases.services.rules import outcome_for
from partners.clearance import Candidate
from spip_portal.security.dates import today
from spip_portal.ui.widgets import DateInput


class RecipientSelect(forms.CheckboxSelectMultiple):
    """Whoever cannot receive is listed with the reason, and cannot be ticked."""

    unavailable: Collection[str] = frozenset()

    def create_option(self, name, value, *args, **kwargs) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.unavailable:
            option["attrs"]["disabled"] = True
        return option


class ShareForm(KeyedForm):
    """Which documents, to whom by name, why, on what basis, until when, and how the
    person was told. Returns domain values; the rules are those of the service."""

    documents = forms.ModelMultipleChoiceField(
        label=_("Documents"),
        queryset=Document.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )
    recipients = forms.MultipleChoiceField(
        label=_("Destinataires nommés"),
        help_text=_("Seules les personnes habilitées peuvent être choisies."),
        widget=RecipientSelect,
    )
    substitute = forms.ChoiceField(
        label=_("Suppléant"),
        help_text=_(
            "Pourra lire les mêmes documents ; prévenu si un destinataire ne les a pas "
            "lus après deux jours ouvrés."
        ),
        required=False,
    )
    purpose = forms.CharField(
        label=_("Finalité"),
        help_text=_("Pourquoi ces personnes ont besoin de ces documents. Aucun nom."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    legal_basis = forms.ModelChoiceField(
        label=_("Base légale"),
        queryset=LegalBasis.objects.none(),
        empty_label=_("Choisissez"),
    )
    measure = forms.ModelChoiceField(
        label=_("Mesure"), queryset=Measure.objects.none(), empty_label=None
    )
    ends_on = forms.DateField(
        label=_("Dernier jour du partage"),
        help_text=_(
            "Au plus douze mois, la fin de la mesure ou celle de la convention."
        ),
        widget=DateInput,
    )
    goes_past_measure = forms.BooleanField(label="", required=False)
    informed_on = forms.DateField(
        label=_("Personne suivie informée le"), widget=DateInput
    )
    informed_how = forms.ChoiceField(
        label=_("Comment a-t-elle été informée ?"),
        choices=InformedHow.choices,
        widget=forms.RadioSelect,
    )
    person_limits = forms.CharField(
        label=_("Opposition ou limites qu’elle a exprimées"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    authorisation_authority = forms.CharField(
        label=_("Magistrat qui autorise"),
        help_text=_("Seulement si les règles de votre service le demandent."),
        max_length=120,
        required=False,
    )
    authorisation_number = forms.CharField(
        label=_("Numéro de l’autorisation"), max_length=60, required=False
    )
    authorised_on = forms.DateField(
        label=_("Date de l’autorisation"), widget=DateInput, required=False
    )

    def __init__(
        self, *args, case: Case, candidates: list[Candidate], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.rules = Rules.of(case.spip)
        self.candidates = {str(c.membership.uuid): c for c in candidates}
        self.cleared = [c for c in candidates if c.is_cleared]
        self.current = next((m for m in case.measures.all() if not m.is_over), None)
        self._offer_documents()
        self._offer_people()
        self.fields["legal_basis"].queryset = LegalBasis.objects.offered_in(case.spip)
        self.fields["measure"].queryset = case.measures.all()
        self._offer_days_after()
        self._suggest()

    def _offer_documents(self) -> None:
        """The preferred forms first; each with what the rules say of it here."""
        field = self.fields["documents"]
        shareable = self.case.documents.available().current().select_related("file")
        field.queryset = shareable.preferred_first()
        field.label_from_instance = self._describe

    def _describe(self, document: Document) -> str:
        """« Jugement du 12/03/2026 – contresignature de la direction »"""
        text = describe(document)
        if not (self.cleared and self.current):
            return text
        outcome = outcome_for(self.rules, document, self.cleared[0], self.current)
        if outcome == Outcome.ALLOWED:
            return text
        return f"{text} – {outcome.label}"

    def _offer_people(self) -> None:
        recipients = self.fields["recipients"]
        recipients.choices = [
            (key, describe_candidate(c)) for key, c in self.candidates.items()
        ]
        recipients.widget.unavailable = {
            key for key, c in self.candidates.items() if c.reason
        }
        recipients.error_messages["invalid_choice"] = _(
            "Cette personne ne peut pas recevoir de document."
        )
        self.fields["substitute"].choices = [("", _("Aucun"))] + [
            (str(c.membership.uuid), str(c.membership.user)) for c in self.cleared
        ]

    def _offer_days_after(self) -> None:
        """Only where the direction allows some, for the purpose that it named."""
        days = self.rules.days_after_measure
        if not days:
            del self.fields["goes_past_measure"]
            return
        self.fields["goes_past_measure"].label = ngettext(
            "Jusqu’à %(days)s jour après la fin de la mesure, pour : %(purpose)s",
            "Jusqu’à %(days)s jours après la fin de la mesure, pour : %(purpose)s",
            days,
        ) % {"days": days, "purpose": self.rules.purpose_after_measure}

    def _suggest(self) -> None:
        """What the rules allow at most, and what leaves no choice."""
        if self.current and self.cleared:
            limit = services.latest_end(self.current, self.cleared)
            suggested = {"measure": self.current, "ends_on": limit.day}
            self.initial = suggested | self.initial
            self.fields["ends_on"].help_text = _(
                "Proposé : le plus tard possible (%(reason)s). Vous pouvez l’avancer."
            ) % {"reason": limit.reason}
        bases = self.fields["legal_basis"].queryset[:2]
        if len(bases) == 1:
            self.initial.setdefault("legal_basis", bases[0])

    def clean_recipients(self) -> list[Candidate]:
        return [self.candidates[key] for key in self.cleaned_data["recipients"]]

    def clean_substitute(self) -> Candidate | None:
        substitute = self.candidates.get(self.cleaned_data["substitute"])
        if substitute and substitute in self.cleaned_data.get("recipients", []):
            raise ValidationError(_("Cette personne est déjà destinataire."))
        return substitute

    def clean_informed_on(self):
        return self._not_in_future("informed_on")

    def clean_authorised_on(self):
        return self._not_in_future("authorised_on")

    def _not_in_future(self, name: str):
        day = self.cleaned_data[name]
        if day and day > today():
            raise ValidationError(_("Cette date est dans le futur."))
        return day

    def clean(self) -> dict:
        data = super().clean()
        data["authorisation"] = self._authorisation()
        if not self.errors:
            self.outcome = services.check_shareable(
                self.case,
                data["documents"],
                [*data["recipients"], *filter(None, [data["substitute"]])],
                data["measure"],
                data["ends_on"],
                rules=self.rules,
                authorisation=data["authorisation"],
                days_after=self.rules.days_after_measure
                if data.get("goes_past_measure")
                else 0,
            )
        return data

    def _authorisation(self) -> services.Authorisation | None:
        """Whole or not at all; taken out of the separate answers."""
        names = ("authorisation_authority", "authorisation_number", "authorised_on")
        given = [self.cleaned_data.pop(name, None) for name in names]
        if all(given):
            return services.Authorisation(*given)
        for name, value in zip(names, given, strict=True):
            if any(given) and not value and name not in self.errors:
                self.add_error(name, _("Complétez l’autorisation du magistrat."))
        return None


def describe_candidate(candidate: Candidate) -> str:
    """« Amina Belkacem, éducatrice – habilitation en règle », or why not."""
    membership = candidate.membership
    who = ", ".join(filter(None, [str(membership.user), membership.function]))
    return f"{who} – {candidate.reason or _('habilitation en règle')}"


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=300)
