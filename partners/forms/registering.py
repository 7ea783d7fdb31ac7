"""Registering a structure, step after step. Each form reads what was typed as it was
typed: a draft is kept even wrong, and is judged when it is sent."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from partners.enums import Milieu
from partners.forms.fields import (
    LineField,
    PostcodeField,
    SiretField,
    ThemesField,
    paragraphs,
)
from partners.models import OrganisationKind
from partners.services.registration import registered, siret_taken
from partners.validators import clean_siret
from spip_portal.accounts.models import Spip
from spip_portal.vault.fields import PdfField

LONGEST, MOST = 20_000, 60  # characters of a value, values of a field


class FindForm(forms.Form):
    """`siret` is the number that was typed, or nothing where it was a name."""

    q = LineField(
        label=_("SIRET ou nom de la structure"),
        max_length=150,
        help_text=_("14 chiffres, ou les premiers mots du nom."),
    )

    def clean(self) -> dict:
        super().clean()
        words = self.cleaned_data.get("q", "")
        is_number = words.replace(" ", "").isdigit()
        self.cleaned_data["siret"] = ""
        if is_number:
            try:
                self.cleaned_data["siret"] = clean_siret(words)
            except forms.ValidationError as error:
                self.add_error("q", error)
        return self.cleaned_data


class StructureForm(forms.Form):
    """`spip` is asked only where there is a choice; `email` only to mail the way back,
    the contact's own is asked later."""

    spip = forms.ModelChoiceField(
        label=_("Service auquel vous vous adressez"),
        queryset=Spip.objects.all(),
        empty_label=_("Choisissez un service"),
    )
    siret = SiretField()
    name = LineField(label=_("Nom de la structure"), max_length=150)
    description = paragraphs(
        label=_("Présentation"),
        max_length=2000,
        help_text=_(
            "Ce que vous faites, pour qui, et ce que vous proposez au service."
        ),
    )
    resume_email = forms.EmailField(
        label=_("Adresse électronique pour reprendre plus tard"),
        required=False,
        help_text=_("Un lien de reprise y est envoyé dès maintenant."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.spips = list(Spip.objects.all()[:2])
        if len(self.spips) < 2:
            del self.fields["spip"]

    def clean_siret(self) -> str:
        siret = self.cleaned_data["siret"]
        if registered(siret):
            raise siret_taken()
        return siret

    def clean(self) -> dict:
        super().clean()
        if "spip" not in self.fields:
            if not self.spips:
                raise forms.ValidationError(
                    _("Aucun service n’est encore ouvert sur ce portail.")
                )
            self.cleaned_data["spip"] = self.spips[0]
        return self.cleaned_data


class ActivityForm(forms.Form):
    kind = forms.ModelChoiceField(
        label=_("Type de structure"),
        queryset=OrganisationKind.objects.all(),
        empty_label=_("Choisissez un type"),
    )
    address = LineField(label=_("Adresse"), max_length=200)
    postcode = PostcodeField()
    city = LineField(label=_("Commune"), max_length=100)
    phone = LineField(label=_("Téléphone du standard"), max_length=20, required=False)
    themes = ThemesField(required=True)
    milieu = forms.ChoiceField(
        label=_("Milieu fermé ou ouvert"),
        choices=[("", _("Choisissez")), *Milieu.choices],
    )
    publics = LineField(label=_("Publics accueillis"), max_length=300, required=False)
    excluded_publics = LineField(
        label=_("Publics non accueillis"),
        max_length=300,
        required=False,
        help_text=_(
            "Lu par qui oriente une personne ; la recherche vous montre quand même."
        ),
    )


class ContactForm(forms.Form):
    """`file` is what was chosen now; the one that the draft holds is shown beside."""

    first_name = LineField(
        label=_("Prénom du contact"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineField(
        label=_("Nom du contact"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    function = LineField(
        label=_("Fonction du contact"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("Adresse électronique du contact"),
        help_text=_("Un lien y sera envoyé pour confirmer la demande."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    file = PdfField(
        label=_("Statuts ou justificatif"),
        required=False,
    )


class JoinRequestForm(forms.Form):
    first_name = LineField(
        label=_("Prénom"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineField(
        label=_("Nom"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    function = LineField(label=_("Métier"), max_length=80)
    email = forms.EmailField(
        label=_("Adresse électronique professionnelle"),
        help_text=_("Un lien y sera envoyé pour confirmer la demande."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ProofForm(forms.Form):
    """`key` is made when the page is shown: posted twice, it adds one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = PdfField(label=_("Statuts ou justificatif"))


# -- The draft -----------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """`slug` stands in the address."""

    slug: str
    title: str
    form: type[forms.Form]


STEPS = [
    Step("structure", _("La structure"), StructureForm),
    Step("activite", _("Adresse et activité"), ActivityForm),
    Step("contact", _("Contact et justificatif"), ContactForm),
]
SUMMARY = "recapitulatif"
TITLES = [_("Trouver la structure"), *(s.title for s in STEPS), _("Récapitulatif")]


def typed_in(form: type[forms.Form], data: QueryDict) -> dict[str, list[str]]:
    """What the fields of this form were given, as they came, but for NUL, which the
    database cannot keep; a file is no text."""
    return {
        name: [v.replace("\0", "")[:LONGEST] for v in data.getlist(name)[:MOST]]
        for name, field in form.base_fields.items()
        if not isinstance(field, forms.FileField)
    }


def bound(step: Step, typed: dict[str, list[str]]) -> forms.Form:
    return step.form(MultiValueDict(typed))


def shown(step: Step, typed: dict[str, list[str]]) -> forms.Form:
    """As the page shows it: with what was typed, unjudged until it is posted."""
    initial = {}
    for name, field in step.form.base_fields.items():
        if values := typed.get(name):
            is_list = isinstance(field, forms.ModelMultipleChoiceField)
            initial[name] = values if is_list else values[-1]
    return step.form(initial=initial)


def lines_of(form: forms.Form) -> list[tuple[str, str]]:
    """(label, value in words) of each field that is filled in, for the summary."""
    lines = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value and not isinstance(field, forms.FileField):
            lines.append((field.label, _words(field, value)))
    return lines


def _words(field: forms.Field, value) -> str:
    if isinstance(field, forms.ChoiceField) and isinstance(value, str):
        return str(dict(field.choices).get(value, value))
    if isinstance(value, Iterable) and not isinstance(value, str | Model):
        return ", ".join(str(each) for each in value)
    return str(value)
