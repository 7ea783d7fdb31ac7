"""What is due in a case, and when: what the working page of a CPIP sorts by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    DateField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.fields import DateTimeField
from django.db.models.functions import Least, Now, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Incident, Measure, Share, ShareRecipient
from spip_portal.security.dates import today

MEASURE_WITHIN = timedelta(days=60)
RELEASE_WITHIN = timedelta(days=90)

# What the address says → where the date is, and its words.
KINDS: dict[str, tuple[str, Promise]] = {
    "signalement": ("incident_due", gettext_lazy("réponse à un signalement")),
    "mesure": ("measure_due", gettext_lazy("fin de mesure")),
    "partage": ("share_due", gettext_lazy("fin d’un partage")),
    "lecture": ("reading_due", gettext_lazy("document non lu depuis 7 jours")),
    "liberation": ("release_due", gettext_lazy("libération prévue")),
}
SOONEST_FIRST = [F("due_on").asc(nulls_last=True), "-release_unknown", "-pk"]


def with_due(cases: QuerySet) -> QuerySet:
    """Each date is one probe in an index of the case's own rows."""
    return cases.annotate(
        incident_due=_incident_due(),
        measure_due=_measure_due(),
        share_due=_share_due(),
        reading_due=_reading_due(),
        release_due=Case(
            When(release_on__lte=today() + RELEASE_WITHIN, then=F("release_on")),
            output_field=DateField(),
        ),
    ).annotate(due_on=Least(*(name for name, _label in KINDS.values())))


def _incident_due() -> Subquery:
    waiting = Incident.objects.filter(case=OuterRef("pk"), answered_at=None)
    last_day = _day_of(F("answer_due_at") - timedelta(seconds=1))
    return Subquery(waiting.order_by("answer_due_at").values(day=last_day)[:1])


def _measure_due() -> Subquery:
    measures = Measure.objects.filter(
        case=OuterRef("pk"), ends_on__gte=today(), ends_on__lte=today() + MEASURE_WITHIN
    )
    return Subquery(measures.order_by("ends_on").values("ends_on")[:1])


def _share_due() -> Subquery:
    shares = Share.objects.filter(
        case=OuterRef("pk"),
        revoked_at=None,
        ends_at__gt=Now(),
        ends_at__lte=Now() + Share.ENDING_WITHIN,
    )
    last_day = _day_of(F("ends_at") - timedelta(seconds=1))
    return Subquery(shares.order_by("ends_at").values(day=last_day)[:1])


def _reading_due() -> Subquery:
    """Someone may read it, was to within seven days, and has not."""
    waiting = ShareRecipient.objects.unread().filter(
        case=OuterRef("pk"), effective_at__lte=Now() - Share.UNREAD_AFTER
    )
    day = _day_of(F("effective_at") + Share.UNREAD_AFTER)
    return Subquery(waiting.order_by("effective_at").values(day=day)[:1])


def _day_of(moment: Any) -> TruncDate:
    return TruncDate(ExpressionWrapper(moment, output_field=DateTimeField()))


@dataclass(frozen=True)
class Due:
    """`on` is None for what has no date yet."""

    label: str
    on: date | None

    @property
    def is_late(self) -> bool:
        return self.on is not None and self.on < today()


def dues_of(case: Any) -> list[Due]:
    """Of a row of `with_due`, soonest first."""
    dated = [
        Due(str(label), getattr(case, name))
        for name, label in KINDS.values()
        if getattr(case, name)
    ]
    dated.sort(key=lambda due: due.on or date.max)
    if case.release_unknown:
        dated.append(Due(_("date de libération à connaître"), None))
    return dated


def due_in(cases: QuerySet, kind: str) -> QuerySet:
    """Rows of `with_due` in which that is due."""
    if kind == "liberation":
        return cases.filter(Q(release_due__isnull=False) | ~Q(release_unknown=""))
    return cases.filter(**{f"{KINDS[kind][0]}__isnull": False})


def export_rows(cases: Iterable[Any]) -> Iterator[list[object]]:
    """The list as a file: no name in it, of nobody."""
    yield [
        _("Référence"),
        _("Mesures"),
        _("Fin prévue"),
        _("Milieu"),
        _("Antenne"),
        _("À faire"),
        _("Échéance"),
    ]
    for case in cases:
        measures = case.measures.all()
        ends = [each.ends_on for each in measures if each.ends_on]
        due = dues_of(case) if hasattr(case, "due_on") else []
        yield [
            case.reference,
            ", ".join(map(str, measures)),
            max(ends) if ends else "",
            case.get_milieu_display(),
            case.antenne or "",
            ", ".join(each.label for each in due),
            next((each.on for each in due if each.on), ""),
        ]
