import uuid
from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.forms import fields_for_model
from django.utils.translation import gettext_lazy as _

from cases import services
from cases.enums import DocumentKind, InformedHow
from cases.models import Case, Document, LegalBasis, Measure
from partners.clearance import Candidate
from spip_portal.accounts.models import Antenne, User
from spip_portal.security.dates import today
from spip_portal.ui.widgets import DateInput
from spip_portal.vault.fields import PdfField


class KeyedForm(forms.Form):
    """Carries a key made when the page was shown: posted twice, it acts once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class MeasureForm(forms.ModelForm):
    class Meta:
        model = Measure
        fields = ["kind", "ordered_by", "court", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def clean(self) -> dict:
        data = super().clean()
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("La fin précède le début."))
        return data


class CaseForm(MeasureForm):
    """A new case and its first measure, on one page."""

    reference = fields_for_model(Case, ["reference"])["reference"]
    antenne = forms.ModelChoiceField(
        label=_("Antenne"),
        queryset=Antenne.objects.none(),
        required=False,
        empty_label=_("Aucune"),
    )
    sensitivity = fields_for_model(Case, ["sensitivity"])["sensitivity"]
    field_order = ["reference", "antenne", "sensitivity"]

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["antenne"].queryset = by.spip.antennes.all()

    def clean_reference(self) -> str:
        reference = self.cleaned_data["reference"].strip().upper()
        if Case.objects.followed_by(self.by).filter(reference=reference).exists():
            raise ValidationError(services.KNOWN_REFERENCE)
        return reference


class DocumentForm(KeyedForm):
    file = PdfField(label=_("Fichier PDF"))
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Choisissez")), *DocumentKind.choices]
    )
    dated_on = forms.DateField(label=_("Date du document"), widget=DateInput)
    court = forms.CharField(
        label=_("Juridiction ou auteur"), max_length=120, required=False
    )

    def clean_dated_on(self):
        if self.cleaned_data["dated_on"] > today():
            raise ValidationError(_("Cette date est dans le futur."))
        return self.cleaned_data["dated_on"]


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


def describe(document: Document) -> str:
    """« Jugement du 12/03/2026 – TJ de Verdun »"""
    day = document.dated_on.strftime("%d/%m/%Y")
    text = _("%(kind)s du %(day)s") % {"kind": document, "day": day}
    text = text[0].upper() + text[1:]
    return f"{text} – {document.court}" if document.court else text


def describe_candidate(candidate: Candidate) -> str:
    """« Amina Belkacem, éducatrice – habilitation en règle », or why not."""
    membership = candidate.membership
    who = ", ".join(filter(None, [str(membership.user), membership.function]))
    return f"{who} – {candidate.reason or _('habilitation en règle')}"


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("Motif"), max_length=300)


class LegalBasisForm(forms.ModelForm):
    class Meta:
        model = LegalBasis
        fields = ["label"]
