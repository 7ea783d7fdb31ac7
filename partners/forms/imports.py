"""A spreadsheet of structures: the file, then each of its lines."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners import spreadsheets
from partners.forms.fields import LineField, PostcodeField, SiretField
from partners.models import OrganisationKind, Theme
from partners.services.imports import Entry
from spip_portal.ui.sizes import file_size

# Sent back as a form field, whose accents take three times the room: below the 2.5 MB
# that Django takes in a form.
MOST_BYTES = 800_000


UNREADABLE = "\N{REPLACEMENT CHARACTER}"  # what `spreadsheets.decode` could not read
WRONG_ENCODING = _(
    "Un caractère est illisible : enregistrez le fichier en « CSV UTF-8 »."
)
OVERFLOW = _(
    "Plus de cellules que de colonnes : entourez de guillemets le texte qui contient "
    "un séparateur."
)


class ImportForm(forms.Form):
    """Its value is the text of the file, once it is known to be a list."""

    file = forms.FileField(
        label=_("Fichier CSV"),
        help_text=_("%(size)s et %(lines)s structures au plus.")
        % {"size": file_size(MOST_BYTES), "lines": spreadsheets.MOST_LINES},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> str:
        uploaded = self.cleaned_data["file"]
        if uploaded.size > MOST_BYTES:
            raise ValidationError(
                _("Ce fichier dépasse %(size)s : importez-le en parties.")
                % {"size": file_size(MOST_BYTES)}
            )
        text = spreadsheets.decode(uploaded.read())
        spreadsheets.read(text)
        return text


class ReadFileForm(forms.Form):
    """The text that was looked over, sent back to be imported."""

    text = forms.CharField(widget=forms.HiddenInput, max_length=MOST_BYTES, strip=False)

    def clean_text(self) -> str:
        spreadsheets.read(self.cleaned_data["text"])
        return self.cleaned_data["text"]


class LineForm(forms.Form):
    """One line. Labels of kinds and themes are looked up in what was loaded once."""

    nom = LineField(label=_("nom"), max_length=150)
    type = LineField(label=_("type"), max_length=120)
    siret = SiretField(label=_("SIRET"))
    adresse = LineField(label=_("adresse"), max_length=200)
    code_postal = PostcodeField()
    commune = LineField(label=_("commune"), max_length=100)
    telephone = LineField(label=_("téléphone"), max_length=20, required=False)
    courriel = forms.EmailField(label=_("courriel"), required=False)
    site = forms.URLField(label=_("site"), required=False, assume_scheme="https")
    presentation = forms.CharField(
        label=_("présentation"), max_length=2000, required=False
    )
    thematiques = LineField(label=_("thématiques"), max_length=500, required=False)

    def __init__(self, line: spreadsheets.Line, *, kinds: dict, themes: dict) -> None:
        super().__init__(line.cells)
        self.line, self.kinds, self.themes = line, kinds, themes

    def clean(self) -> dict:
        if self.line.overflows:
            raise ValidationError(OVERFLOW)
        if any(UNREADABLE in cell for cell in self.line.cells.values()):
            raise ValidationError(WRONG_ENCODING)
        return self.cleaned_data

    def clean_type(self) -> OrganisationKind:
        return _looked_up(self.kinds, self.cleaned_data["type"])

    def clean_thematiques(self) -> list[Theme]:
        labels = self.cleaned_data["thematiques"].split("|")
        return [_looked_up(self.themes, label) for label in labels if label.strip()]

    def entry(self) -> Entry:
        number = self.line.number
        if not self.is_valid():
            name = self.data.get("nom", "")
            return Entry(number, name, errors=tuple(self._reasons()))
        data = self.cleaned_data
        fields = {
            "name": data["nom"],
            "kind": data["type"],
            "address": data["adresse"],
            "postcode": data["code_postal"],
            "city": data["commune"],
            "phone": data["telephone"],
            "email": data["courriel"],
            "website": data["site"],
            "description": data["presentation"],
        }
        return Entry(number, data["nom"], data["siret"], fields, data["thematiques"])

    def _reasons(self) -> Iterable[str]:
        yield from self.non_field_errors()
        for name, errors in self.errors.items():
            if name in self.fields:
                yield f"{self.fields[name].label} : {' '.join(errors)}"


def _looked_up(known: dict, label: str):
    try:
        return known[spreadsheets.plain(label)]
    except KeyError:
        raise ValidationError(
            _("« %(label)s » n’est pas dans la liste."), params={"label": label.strip()}
        ) from None


def entries(text: str) -> list[Entry]:
    """The lines of a file, each well-formed or with its reasons. Two queries."""
    kinds = _by_word(OrganisationKind.objects.all())
    themes = _by_word(Theme.objects.all())
    return [
        LineForm(line, kinds=kinds, themes=themes).entry()
        for line in spreadsheets.read(text)
    ]


def _by_word(rows: Iterable) -> dict:
    """By code and by label, as people write them."""
    return {
        spreadsheets.plain(word): row for row in rows for word in (row.code, row.label)
    }
