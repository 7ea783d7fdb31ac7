from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.enums import DocumentKind, MeasureKind, Outcome
from cases.models import Rules, RulesVersion
from cases.models.rules import EVERY_MEASURE
from cases.services.rules import CATEGORIES

MEASURES = [(EVERY_MEASURE, _("Toutes les mesures")), *MeasureKind.choices]


class RulesForm(forms.Form):
    """One box for each kind of document and category of structure, under one kind of
    measure or every one; and the days after the measure. Returns the cells as
    `outcomes`."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    days_after_measure = forms.IntegerField(
        label=_("Jours de partage permis après la fin de la mesure"),
        help_text=_("De 0 (aucun) à 90, pour la seule finalité nommée ci-dessous."),
        min_value=0,
        max_value=RulesVersion.MOST_DAYS_AFTER,
    )
    purpose_after_measure = forms.CharField(
        label=_("Finalité de ces jours"), max_length=200, required=False
    )

    def __init__(self, *args, rules: Rules, measure_kind: str, **kwargs) -> None:
        self.cells = {
            f"{kind}-{category}": (kind, category)
            for kind in DocumentKind
            for category in CATEGORIES
        }
        known = {
            name: self._known(rules, *cell, measure_kind)
            for name, cell in self.cells.items()
        }
        initial = known | {
            "based_on": rules.version.number if rules.version else 0,
            "days_after_measure": rules.days_after_measure,
            "purpose_after_measure": rules.purpose_after_measure,
        }
        super().__init__(*args, initial=initial, **kwargs)
        blank = [] if measure_kind == EVERY_MEASURE else [("", _("Règle générale"))]
        for name, (kind, category) in self.cells.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{kind.label} – {category.label}",
                choices=[*blank, *Outcome.choices],
                required=not blank,
            )

    @staticmethod
    def _known(rules: Rules, kind: str, category: str, measure_kind: str) -> str:
        if measure_kind == EVERY_MEASURE:
            return rules.outcome(kind, category, EVERY_MEASURE)
        return rules.cells.get((kind, category, measure_kind), "")

    @property
    def table(self) -> list[tuple[str, list[tuple[forms.BoundField, str]]]]:
        """(kind of document, its boxes in the order of the categories, each with what
        it says now)"""
        return [
            (kind.label, [self._box(f"{kind}-{category}") for category in CATEGORIES])
            for kind in DocumentKind
        ]

    def _box(self, name: str) -> tuple[forms.BoundField, str]:
        box = self[name]
        return box, dict(box.field.choices).get(box.value(), "")

    @property
    def others(self) -> list[forms.BoundField]:
        return [self["days_after_measure"], self["purpose_after_measure"]]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("days_after_measure") and not data.get("purpose_after_measure"):
            self.add_error(
                "purpose_after_measure",
                ValidationError(_("Nommez la finalité pour laquelle ils sont permis.")),
            )
        data["outcomes"] = {
            cell: data.pop(name, "") for name, cell in self.cells.items()
        }
        return data
