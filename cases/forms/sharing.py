from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.enums import InformedHow
from cases.forms.documents import describe
from cases.forms.keyed import KeyedForm
from cases.models import Case, Document, LegalBasis, Measure
from cases.services import sharing as services
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
    informed_on = forms.DateField(
        label=_("Personne suivie informée le"), widget=DateInput
    )
    informed_how = forms.ChoiceField(
        label=_("Comment a-t-elle été informée ?"),
        choices=InformedHow.choices,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args, case: Case, candidates: list[Candidate], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.candidates = {str(c.membership.uuid): c for c in candidates}
        self.fields["documents"].queryset = case.documents.available().select_related(
            "file"
        )
        self.fields["documents"].label_from_instance = describe
        self.fields["legal_basis"].queryset = LegalBasis.objects.offered_in(case.spip)
        self.fields["measure"].queryset = case.measures.all()
        self._suggest()
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

    def _suggest(self) -> None:
        """What the rules allow at most, and what leaves no choice."""
        cleared = [c for c in self.candidates.values() if c.is_cleared]
        current = next((m for m in self.case.measures.all() if not m.is_over), None)
        if current and cleared:
            limit = services.latest_end(current, cleared)
            self.initial |= {"measure": current, "ends_on": limit.day}
            self.fields["ends_on"].help_text = _(
                "Proposé : le plus tard possible (%(reason)s). Vous pouvez l’avancer."
            ) % {"reason": limit.reason}
        bases = self.fields["legal_basis"].queryset[:2]
        if len(bases) == 1:
            self.initial["legal_basis"] = bases[0]

    def clean_recipients(self) -> list[Candidate]:
        return [self.candidates[key] for key in self.cleaned_data["recipients"]]

    def clean_informed_on(self):
        if self.cleaned_data["informed_on"] > today():
            raise ValidationError(_("Cette date est dans le futur."))
        return self.cleaned_data["informed_on"]

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            services.check_shareable(
                self.case,
                data["documents"],
                data["recipients"],
                data["measure"],
                data["ends_on"],
            )
        return data


def describe_candidate(candidate: Candidate) -> str:
    """« Amina Belkacem, éducatrice – habilitation en règle », or why not."""
    membership = candidate.membership
    who = ", ".join(filter(None, [str(membership.user), membership.function]))
    return f"{who} – {candidate.reason or _('habilitation en règle')}"


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=300)
