"""Forums of the département."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, paragraphs
from partners.forms.publishing import partners_of
from partners.models import Forum, Organisation
from spip_portal.accounts.models import Posting, Spip, User
from spip_portal.ui.widgets import DateInput


class ForumForm(forms.ModelForm):
    title = LineField(label=_("Intitulé"), max_length=150)
    place = LineField(label=_("Lieu"), max_length=150)
    stand = LineField(
        label=_("Stand"),
        max_length=150,
        required=False,
        help_text=_("Son numéro, son emplacement ou son thème."),
    )
    agents = forms.ModelMultipleChoiceField(
        label=_("Agents du service qui s’y rendent"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Leurs noms ne sont montrés qu’au service et aux structures présentes."
        ),
    )
    organisations = forms.ModelMultipleChoiceField(
        label=_("Structures qui s’y rendent"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    material = paragraphs(
        label=_("Matériel à apporter"), required=False, max_length=2000
    )

    class Meta:
        model = Forum
        fields = [
            "title",
            "place",
            "starts_on",
            "ends_on",
            "stand",
            "is_covered",
            "agents",
            "organisations",
            "material",
            "audience",
        ]
        labels = {
            "starts_on": _("Premier jour"),
            "ends_on": _("Dernier jour"),
            "is_covered": _("Le service ou un partenaire y est présent"),
            "audience": _("Qui peut le voir ?"),
        }
        help_texts = {
            "is_covered": _("Une fois passé, un forum sans présence est « manqué ».")
        }
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args, spip: Spip, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        postings = Posting.objects.live().filter(spip=spip)
        agents = User.objects.filter(is_active=True, postings__in=postings)
        self.fields["agents"].queryset = agents.distinct()
        self.fields["organisations"].queryset = partners_of(spip)

    def clean(self) -> dict:
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("Le dernier jour précède le premier."))
        return data
