"""The glossary, « qui fait quoi », the charges and the antennes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, paragraphs
from partners.forms.filters import FilterForm, model_field, search_field
from partners.models import Charge, Duty, Mission, Term, Theme
from spip_portal.accounts.models import Antenne, Posting, Spip, User


class Compared:
    """A form with a field `seen`: the version shown. Whoever saves after somebody else
    is told, by what `show_saved` gives."""

    def show_version(self, version: int | str) -> None:
        """What was typed stays; it is now compared with that version."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(version)


class SeenForm(Compared, forms.ModelForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.version
        else:
            del self.fields["seen"]

    def show_saved(self):
        """The row as the other person left it."""
        row = type(self.instance).objects.get(pk=self.instance.pk)
        self.show_version(row.version)
        return row


def missions_for(user: User):
    return Mission.objects.visible_to(user)


class TermForm(SeenForm):
    term = LineField(label=_("Terme ou sigle"), max_length=80)
    long_form = LineField(label=_("En toutes lettres"), max_length=150, required=False)
    definition = paragraphs(
        label=_("Définition"),
        max_length=600,
        help_text=_("Deux ou trois phrases simples, sans autre sigle."),
    )

    class Meta:
        model = Term
        fields = ["term", "long_form", "definition", "mission"]
        labels = {"mission": _("Mission qui l’explique")}

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mission"].queryset = missions_for(user)

    def clean_term(self) -> str:
        term = self.cleaned_data["term"]
        same = Term.objects.filter(term__iexact=term).exclude(pk=self.instance.pk)
        if same.exists():
            raise forms.ValidationError(_("Ce terme est déjà dans le lexique."))
        return term


class DutyForm(SeenForm):
    who = LineField(label=_("Qui"), max_length=120)
    does = paragraphs(label=_("Fait quoi"), max_length=1000)
    position = forms.IntegerField(
        label=_("Ordre"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=_("Les plus petits nombres viennent en premier."),
    )

    class Meta:
        model = Duty
        fields = ["who", "side", "does", "theme", "mission", "position"]
        labels = {
            "side": _("Où"),
            "theme": _("Thématique"),
            "mission": _("Mission qui l’explique"),
        }

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mission"].queryset = missions_for(user)


class DutyFilter(FilterForm):
    theme = model_field(_("Thématique"), Theme.objects.all())

    def apply(self, duties):
        if theme := self.asked("theme"):
            duties = duties.filter(theme=theme)
        return duties


class ChargeForm(SeenForm):
    function = LineField(label=_("Fonction"), max_length=120)
    territory = LineField(
        label=_("Territoire"),
        max_length=300,
        required=False,
        help_text=_("Communes, séparées par des virgules. Vide : celui de l’antenne."),
    )
    posting = forms.ModelChoiceField(
        label=_("Agent"),
        queryset=Posting.objects.none(),
        required=False,
        empty_label=_("La fonction seule"),
        help_text=_("Son nom se lit une fois connecté. La ligne finit avec son poste."),
    )
    phone = LineField(label=_("Téléphone direct"), max_length=20, required=False)

    class Meta:
        model = Charge
        fields = [
            "function",
            "theme",
            "antenne",
            "territory",
            "posting",
            "phone",
            "email",
        ]
        labels = {
            "theme": _("Thématique"),
            "antenne": _("Antenne"),
            "email": _("Adresse électronique"),
        }

    def __init__(self, *args, spip: Spip, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["antenne"].queryset = Antenne.objects.filter(spip=spip)
        postings = Posting.objects.live().filter(spip=spip).select_related("user")
        self.fields["posting"].queryset = postings.order_by("user__last_name", "pk")
        self.fields["posting"].label_from_instance = _named


def _named(posting: Posting) -> str:
    return f"{posting.user} ({posting.get_role_display()})"


class AntenneForm(forms.ModelForm):
    name = LineField(label=_("Nom"), max_length=120)
    phone = LineField(label=_("Téléphone"), max_length=20, required=False)
    opening_hours = LineField(label=_("Horaires"), max_length=300, required=False)

    class Meta:
        model = Antenne
        fields = ["name", "kind", "address", "phone", "opening_hours", "territory"]
        labels = {
            "kind": _("Milieu"),
            "address": _("Adresse"),
            "territory": _("Communes couvertes"),
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "territory": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"territory": _("Séparées par des virgules.")}

    def __init__(self, *args, spip: Spip, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.spip = spip  # a name is taken within its service

    def clean(self) -> dict:
        data = super().clean()
        same = Antenne.objects.filter(
            spip=self.instance.spip, name=data.get("name")
        ).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error("name", _("Ce service a déjà une antenne de ce nom."))
        return data


class ContactFilter(FilterForm):
    theme = model_field(_("Thématique"), Theme.objects.all())
    antenne = forms.ModelChoiceField(
        label=_("Antenne"),
        queryset=Antenne.objects.select_related("spip"),
        to_field_name="uuid",
        required=False,
        empty_label=_("Indifférent"),
    )
    q = search_field(_("Commune"))

    def apply(self, charges):
        if theme := self.asked("theme"):
            charges = charges.filter(theme=theme)
        if antenne := self.asked("antenne"):
            charges = charges.filter(antenne=antenne)
        if words := self.asked("q"):
            charges = charges.covering(words)
        return charges
