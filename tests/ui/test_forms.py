"""`{{ form }}` is DSFR markup, whoever wrote the form."""

import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from spip_portal.accounts.models import Posting
from spip_portal.ui.widgets import (
    DateInput,
    DateTimeInput,
    InlineRadioSelect,
    TimeInput,
)

CHOICES = [("a", "Logement"), ("b", "Emploi d'insertion")]


class EveryWidget(forms.Form):
    name = forms.CharField(label="Nom", help_text="Celui du répertoire.")
    email = forms.EmailField(
        label="Adresse", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(label="Nature", choices=CHOICES)
    ends_on = forms.DateField(label="Fin", widget=DateInput)
    starts_at = forms.DateTimeField(label="Début", widget=DateTimeInput)
    opens_at = forms.TimeField(label="Ouverture", widget=TimeInput)
    file = forms.FileField(label="Fichier")
    audience = forms.ChoiceField(
        label="Public", choices=CHOICES, widget=forms.RadioSelect
    )
    presence = forms.ChoiceField(
        label="Présence", choices=CHOICES, widget=InlineRadioSelect
    )
    themes = forms.MultipleChoiceField(
        label="Thèmes",
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="J'ai lu la charte")
    password = forms.CharField(
        label="Mot de passe",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise ValidationError("La fin précède le début.")


def parse(form: forms.Form):
    return html.fromstring(f"<form>{form}</form>")


@pytest.fixture
def blank():
    return parse(EveryWidget())


@pytest.fixture
def refused():
    return parse(EveryWidget({"name": "Arche", "email": "pas-une-adresse"}))


@pytest.mark.parametrize(
    ("field", "group", "css", "kind"),
    [
        ("name", "fr-input-group", "fr-input", "text"),
        ("email", "fr-input-group", "fr-input", "email"),
        ("note", "fr-input-group", "fr-input", None),
        ("kind", "fr-select-group", "fr-select", None),
        ("ends_on", "fr-input-group", "fr-input", "date"),
        ("starts_at", "fr-input-group", "fr-input", "datetime-local"),
        ("opens_at", "fr-input-group", "fr-input", "time"),
        ("file", "fr-upload-group", "fr-upload", "file"),
        ("agreed", "fr-checkbox-group", None, "checkbox"),
        ("password", "fr-password", "fr-input fr-password__input", "password"),
    ],
)
def test_a_widget_wears_its_dsfr_classes(blank, field, group, css, kind):
    """Each widget stands in its group, under a label that names it."""
    widget = blank.get_element_by_id(f"id_{field}")
    assert widget.get("class") == css
    assert widget.get("type") == kind
    groups = [
        box for box in widget.iterancestors("div") if box.find("label") is not None
    ]
    assert group in groups[0].get("class").split()
    assert groups[0].find("label").get("for") == f"id_{field}"


@pytest.mark.parametrize(
    ("field", "box"),
    [("audience", "radio"), ("presence", "radio"), ("themes", "checkbox")],
)
def test_a_group_of_boxes_is_a_fieldset_with_its_legend(blank, field, box):
    """One fieldset; each box in its own group with its own label."""
    fieldset = blank.get_element_by_id(f"id_{field}")
    assert fieldset.tag == "fieldset"
    assert fieldset.find("legend").get("id") == f"id_{field}_legend"
    assert fieldset.get("aria-labelledby") == f"id_{field}_legend"
    groups = fieldset.find_class(f"fr-{box}-group")
    assert [len(group.findall("input")) for group in groups] == [1, 1]
    assert [group.find("label").text for group in groups] == [
        "Logement",
        "Emploi d’insertion",
    ]


def test_two_short_answers_may_share_a_line(blank):
    """InlineRadioSelect says so to the design system."""
    assert len(blank.find_class("fr-fieldset__element--inline")) == 2


def test_help_describes_the_field_without_naming_it(blank):
    """The help stands under the label, outside, and is announced as description."""
    name = blank.get_element_by_id("id_name")
    help_text = blank.get_element_by_id("id_name_helptext")
    assert name.get("aria-describedby") == "id_name_helptext"
    assert help_text.getprevious().tag == "label"
    assert help_text.getnext() is name


def test_optional_is_marked_and_required_is_the_norm(blank):
    """A mark for the two optional fields, none on a lone box."""
    marks = blank.find_class("portal-optional")
    assert [mark.getparent().text.strip() for mark in marks] == ["Note", "Thèmes"]


def test_a_form_of_filters_marks_nothing():
    """Where everything is optional the mark would be noise."""

    class Filters(forms.Form):
        marks_optional = False
        q = forms.CharField(label="Mots", required=False)

    assert not parse(Filters()).find_class("portal-optional")


def test_what_the_form_says_of_a_widget_is_kept(blank):
    """Rows and autocomplete come through."""
    assert blank.get_element_by_id("id_note").get("rows") == "4"
    assert blank.get_element_by_id("id_email").get("autocomplete") == "email"


def test_own_classes_are_added_not_lost():
    """A form may add a class of its own."""

    class Coded(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "wide"}))

    field = parse(Coded()).get_element_by_id("id_code")
    assert field.get("class") == "fr-input wide"


def test_nothing_is_written_inside_a_field():
    """allauth's placeholders go: they vanish when one types."""

    class Login(forms.Form):
        login = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Email"}))

    assert "placeholder" not in str(Login())


def test_an_error_stands_beside_its_field(refused):
    """The group turns red; the field points to the sentence under it."""
    email = refused.get_element_by_id("id_email")
    assert email.get("aria-invalid") == "true"
    assert email.get("aria-describedby") == "id_email_error"
    assert "fr-input-group--error" in email.getparent().get("class")
    (error,) = refused.get_element_by_id("id_email_error").find_class("fr-error-text")
    assert error.text == "Saisissez une adresse de courriel valide."


def test_what_was_typed_is_still_there(refused):
    """A refused form loses nothing."""
    assert refused.get_element_by_id("id_name").get("value") == "Arche"
    assert refused.get_element_by_id("id_email").get("value") == "pas-une-adresse"


def test_the_summary_leads_to_each_field(refused):
    """Every link of the summary has a target that can take the focus."""
    (summary,) = refused.find_class("fr-alert--error")
    targets = [link.get("href")[1:] for link in summary.iter("a")]
    assert targets == [
        "id_email",
        "id_kind",
        "id_ends_on",
        "id_starts_at",
        "id_opens_at",
        "id_file",
        "id_audience_0",
        "id_presence_0",
        "id_agreed",
        "id_password",
    ]
    tags = {refused.get_element_by_id(target).tag for target in targets}
    assert tags == {"input", "select"}


def test_the_summary_comes_first_and_takes_the_focus(refused):
    """Errors on top, focused, and announced."""
    summary = refused[0]
    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    assert "autofocus" in summary.attrib


def test_errors_of_no_field_are_told_too(refused):
    """The whole form's errors and those of hidden fields open the list."""
    (summary,) = refused.find_class("fr-alert--error")
    sentences = [item.text_content() for item in summary.iter("li")]
    assert sentences[0] == "La fin précède le début."
    assert "obligatoire" in sentences[1]


def test_a_group_in_error_is_named_with_its_error(refused):
    """The fieldset's name holds the sentence, since no single box can."""
    fieldset = refused.get_element_by_id("id_audience")
    assert fieldset.get("aria-labelledby") == "id_audience_legend id_audience_error"
    assert "fr-fieldset--error" in fieldset.get("class")


def test_identifiers_are_unique(refused):
    """Labels, links and descriptions would otherwise lead astray."""
    identifiers = refused.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))


def test_the_browser_s_pickers_get_iso_values():
    """A date input shows nothing if its value is French."""

    class Dates(forms.Form):
        day = forms.DateField(widget=DateInput)
        moment = forms.DateTimeField(widget=DateTimeInput)

    form = Dates({"day": "2027-01-14", "moment": "2027-01-14T09:30"})
    assert form.is_valid()
    shown = Dates(initial=form.cleaned_data)
    assert re.findall(r'value="([^"]+)"', str(shown)) == [
        "2027-01-14",
        "2027-01-14T09:30",
    ]


def test_a_file_already_there_can_be_kept_or_removed():
    """The current file of an optional field is named, with a box to remove it."""

    class Annex(forms.Form):
        annex = forms.FileField(label="Annexe", required=False)

    current = SimpleUploadedFile("convention.pdf", b"%PDF-")
    current.url = "/conventions/1/annexe"
    page = parse(Annex(initial={"annex": current}))
    assert page.xpath("//a[@href='/conventions/1/annexe']/text()") == ["convention.pdf"]
    assert page.xpath("//label[@for='annex-clear_id']")


@pytest.mark.django_db
def test_an_empty_choice_is_said_in_words():
    """Django writes dashes, for a field of a model and for a choice of rows."""

    class Posted(forms.ModelForm):
        class Meta:
            model = Posting
            fields = ["spip", "role"]

    empty = parse(Posted()).xpath("//option[@value='']/text()")
    assert empty == ["Choisissez", "Choisissez"]


def test_typed_html_is_escaped():
    """Labels, help and errors of data never become markup."""

    class Hostile(forms.Form):
        field = forms.ChoiceField(
            label="<b>x</b>", help_text="<i>y</i>", choices=[("<u>", "<u>")]
        )

    shown = str(Hostile({"field": "<script>"}))
    assert not re.search(r"<(b|i|u|script)>", shown)


class LinesForm(forms.Form):
    lines = forms.CharField(max_length=5, widget=forms.Textarea)


def test_the_end_of_a_line_counts_once_as_in_the_browser():
    form = LinesForm({"lines": "a\r\nb\r\nc"})
    assert form.is_valid()
    assert form.cleaned_data == {"lines": "a\nb\nc"}
    assert not LinesForm({"lines": "a\r\nb\r\nc\r\nd"}).is_valid()
