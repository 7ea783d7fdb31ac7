from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.identity import Identity, plain
from cases.models import Case, Person
from partners.forms.fields import LineField
from partners.forms.words import Compared
from spip_portal.accounts.models import User
from spip_portal.security.dates import today
from spip_portal.ui.widgets import DateInput

OLDEST = timedelta(days=130 * 366)
NAMES = ("last_name", "first_name", "born_on")


def name_field(label) -> LineField:
    # Browsers remember what is typed into a field; not this.
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return LineField(label=label, max_length=100, required=False, widget=widget)


class IdentityForm(forms.Form):
    """All three or none."""

    last_name = name_field(_("Nom de la personne suivie"))
    first_name = name_field(_("Prénom"))
    born_on = forms.DateField(
        label=_("Date de naissance"),
        required=False,
        widget=DateInput(attrs={"autocomplete": "off"}),
    )

    def clean_born_on(self):
        born_on = self.cleaned_data["born_on"]
        if born_on and not today() - OLDEST < born_on <= today():
            raise ValidationError(_("Vérifiez cette date de naissance."))
        return born_on

    def clean(self) -> dict:
        data = super().clean()
        given = [name for name in NAMES if data.get(name)]
        for name in set(NAMES) - set(given) - set(self.errors):
            if given or set(NAMES) & set(self.errors):
                self.add_error(
                    name, _("Donnez le nom, le prénom et la date de naissance.")
                )
        for name in NAMES[:2]:
            if data.get(name) and not plain(data[name]):
                self.add_error(name, _("Écrivez ce nom en lettres."))
        return data

    @property
    def identity(self) -> Identity | None:
        values = [self.cleaned_data[name] for name in NAMES]
        return Identity(*values) if all(values) else None


class PersonForm(Compared, IdentityForm):
    """Whom a case is about, or nobody yet."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, by: User, case: Case, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.of_case = (
            Person.objects.visible_to(by).filter(case=case).select_related("case")
        )
        if person := self.of_case.first():
            shown = {name: getattr(person.identity, name) for name in NAMES}
            self.initial = {**shown, "seen": person.version}

    def show_saved(self) -> Identity | None:
        person = self.of_case.first()
        self.show_version(person.version if person else "")
        return person.identity if person else None


class PersonSearchForm(IdentityForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name].required = True
