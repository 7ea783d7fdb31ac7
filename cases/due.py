"""What is due in a case, and when: what the working page of a CPIP sorts by."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields import DateTimeField
from django.db.models.functions import Now, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import MeasureKind, Sensitivity
from cases.models import Incident, Measure, Share, ShareRecipient
from spip_portal.security.dates import today

PLACEMENT_WITHIN = timedelta(days=14)
MEASURE_WITHIN = timedelta(days=60)
RELEASE_WITHIN = timedelta(days=90)


def _incident_day() -> Subquery:
    waiting = Incident.objects.filter(case=OuterRef("pk"), answered_at=None)
    last_day = _day_of(F("answer_due_at") - timedelta(seconds=1))
    return Subquery(waiting.order_by("answer_due_at").values(day=last_day)[:1])


def _measure_day() -> Subquery:
    measures = Measure.objects.filter(
        case=OuterRef("pk"), ends_on__gte=today(), ends_on__lte=today() + MEASURE_WITHIN
    )
    return Subquery(measures.order_by("ends_on").values("ends_on")[:1])


def _share_day() -> Subquery:
    shares = Share.objects.filter(
        case=OuterRef("pk"),
        revoked_at=None,
        ends_at__gt=Now(),
        ends_at__lte=Now() + Share.ENDING_WITHIN,
    )
    last_day = _day_of(F("ends_at") - timedelta(seconds=1))
    return Subquery(shares.order_by("ends_at").values(day=last_day)[:1])


def _reading_day() -> Subquery:
    """Someone may read it, was to within seven days, and has not."""
    waiting = ShareRecipient.objects.unread().filter(
        case=OuterRef("pk"), effective_at__lte=Now() - Share.UNREAD_AFTER
    )
    day = _day_of(F("effective_at") + Share.UNREAD_AFTER)
    return Subquery(waiting.order_by("effective_at").values(day=day)[:1])


def _placement_day() -> Case:
    """A placement that goes on, or is near, while no structure may read anything for
    it: the day it begins. Of a minor nothing is shared, and nothing is due."""
    readers = ShareRecipient.objects.filter(share__measure=OuterRef("pk"))
    waiting = Share.objects.waiting().filter(
        measure=OuterRef("pk"), case__sensitivity__lt=Sensitivity.RESTRICTED
    )
    placements = Measure.objects.not_over().filter(
        ~Exists(readers),
        ~Exists(waiting),
        case=OuterRef("pk"),
        kind=MeasureKind.PLACEMENT,
        starts_on__lte=today() + PLACEMENT_WITHIN,
    )
    first_day = Subquery(placements.order_by("starts_on").values("starts_on")[:1])
    return Case(When(~Q(sensitivity=Sensitivity.MINOR), then=first_day))


def _release_day() -> Case:
    soon = When(release_on__lte=today() + RELEASE_WITHIN, then=F("release_on"))
    return Case(soon, output_field=DateField())


def _day_of(moment: Any) -> TruncDate:
    return TruncDate(ExpressionWrapper(moment, output_field=DateTimeField()))


@dataclass(frozen=True)
class Kind:
    """`day`: when it is due in a case, or null, by a probe in an index."""

    label: Promise
    day: Callable[[], Expression]


# By what the address says.
KINDS = {
    "signalement": Kind(gettext_lazy("réponse à un signalement"), _incident_day),
    "placement": Kind(gettext_lazy("placement sans document partagé"), _placement_day),
    "mesure": Kind(gettext_lazy("fin de mesure"), _measure_day),
    "partage": Kind(gettext_lazy("fin d’un partage"), _share_day),
    "lecture": Kind(gettext_lazy("document non lu depuis 7 jours"), _reading_day),
    "liberation": Kind(gettext_lazy("libération prévue"), _release_day),
}
SOONEST_FIRST = [F("dues").asc(nulls_last=True), "-release_unknown", "-pk"]


class DueLines(Func):
    """Lines such as « 2026-12-01 mesure », soonest first, or null. In it each probe
    stands once: what is written twice, PostgreSQL plans and asks twice."""

    template = (
        "(select array_agg(day || ' ' || kind order by day)"
        " from (values %(expressions)s) due (day, kind) where day is not null)"
    )
    output_field = ArrayField(CharField())


def with_due(cases: QuerySet) -> QuerySet:
    """With `dues`, for `dues_of`."""
    pairs = [
        Func(kind.day(), Value(code), template="(%(expressions)s)")
        for code, kind in KINDS.items()
    ]
    return cases.annotate(dues=DueLines(*pairs))


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
    lines = [line.split() for line in case.dues or []]
    dues = [Due(str(KINDS[code].label), date.fromisoformat(day)) for day, code in lines]
    if case.release_unknown:
        dues.append(Due(_("date de libération à connaître"), None))
    return dues


def due_in(cases: QuerySet, code: str) -> QuerySet:
    """Those in which that is due."""
    is_due = Q(day__isnull=False)
    if code == "liberation":
        is_due |= ~Q(release_unknown="")
    return cases.alias(day=KINDS[code].day()).filter(is_due)


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
        due = dues_of(case) if hasattr(case, "dues") else []
        yield [
            case.reference,
            ", ".join(map(str, measures)),
            max(ends) if ends else "",
            case.get_milieu_display(),
            case.antenne or "",
            ", ".join(each.label for each in due),
            next((each.on for each in due if each.on), ""),
        ]
