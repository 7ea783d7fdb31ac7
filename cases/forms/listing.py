from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from cases import due
from cases.enums import MeasureKind, Milieu
from cases.forms.cases import clean_reference
from cases.models import Measure
from partners.forms.filters import FilterForm, choice_field
from spip_portal.accounts.models import Antenne, User


class CaseFilter(FilterForm):
    """Those of the direction: what it lists has nothing due to it."""

    SORTS = {
        "": (_("ouverture, le plus récent d’abord"), ["-pk"]),
        "reference": (_("référence"), ["reference", "pk"]),
    }
    SHOWS_DUE = False

    reference = forms.CharField(
        label=_("Référence exacte"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    antenne = forms.ModelChoiceField(
        label=_("Antenne"),
        queryset=Antenne.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Indifférent"),
    )
    milieu = choice_field(_("Milieu"), Milieu.choices)
    mesure = choice_field(_("Mesure"), MeasureKind.choices)

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if by.spip:
            self.fields["antenne"].queryset = Antenne.objects.filter(spip=by.spip)

    def narrow(self, cases: QuerySet) -> QuerySet:
        if reference := clean_reference(self.asked("reference") or ""):
            cases = cases.filter(reference=reference)
        if antenne := self.asked("antenne"):
            cases = cases.filter(antenne=antenne)
        if milieu := self.asked("milieu"):
            cases = cases.filter(milieu=milieu)
        if kind := self.asked("mesure"):
            # A probe a case: EXISTS would let the planner read every measure.
            some = Measure.objects.filter(case=OuterRef("pk"), kind=kind).values("pk")
            cases = cases.alias(of_kind=Subquery(some[:1])).exclude(of_kind=None)
        return cases


class OwnCaseFilter(CaseFilter):
    """Rows of `due.with_due`."""

    SORTS = {
        "": (_("échéance, la plus proche d’abord"), due.SOONEST_FIRST),
        "reference": (_("référence"), ["reference", "pk"]),
        "recent": (_("ouverture, le plus récent d’abord"), ["-pk"]),
    }
    SHOWS_DUE = True

    a_faire = choice_field(
        _("À faire"), [(code, kind.label) for code, kind in due.KINDS.items()]
    )

    @property
    def is_newest_of_all(self) -> bool:
        return self.asked("sort") == "recent" and not self.is_filtering

    def narrow(self, cases: QuerySet) -> QuerySet:
        cases = super().narrow(cases)
        kind = self.asked("a_faire")
        return due.due_in(cases, kind) if kind else cases
