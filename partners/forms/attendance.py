from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import SessionAttendance
from partners.models.attendance import PARTS


def _count(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=0, max_value=999
    )


class AttendanceForm(forms.ModelForm):
    registered = _count(
        _("Inscrits"), _("Le total des quatre nombres qui suivent. Aucun nom.")
    )
    present = _count(_("Présents"))
    excused = _count(_("Absents excusés"))
    unexcused = _count(_("Absents non excusés"))
    cancelled = _count(_("Annulés"), _("Inscriptions retirées avant la séance."))

    class Meta:
        model = SessionAttendance
        fields = ["registered", *PARTS]

    def clean(self) -> dict:
        data = super().clean()
        counts = [data.get(name) for name in ("registered", *PARTS)]
        if None not in counts and counts[0] != sum(counts[1:]):
            sentence = _("Les quatre autres nombres doivent faire celui des inscrits.")
            self.add_error("registered", sentence)
        return data
