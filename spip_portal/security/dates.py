"""Dates as the law counts them: the last day belongs whole to the period.

Everything is compared in SQL with the database clock, in Europe/Paris (DESIGN 7).
"""

from datetime import date, datetime, time, timedelta

from dateutil.easter import easter
from django.db.models import DateField, Func, Q
from django.utils import timezone


class ParisToday(Func):
    """Today's date in Paris, by the clock of the database."""

    template = "((statement_timestamp() at time zone 'Europe/Paris')::date)"
    output_field = DateField()


def begun(field: str) -> Q:
    return Q(**{f"{field}__lte": ParisToday()})


def not_over(field: str) -> Q:
    """Open-ended, or ending today or later."""
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": ParisToday()})


def end_of_day(day: date) -> datetime:
    """The first instant after `day` in Paris: day + 1 at 00:00 local time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def start_of_day(day: date) -> datetime:
    """00:00 of `day` in Paris."""
    return timezone.make_aware(datetime.combine(day, time.min))


def today() -> date:
    """Today's date in Paris, by the clock of this process (forms, not rights)."""
    return timezone.localdate()


def working_days_before(day: date, count: int) -> date:
    """The latest day since which `count` whole working days have gone by."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_after(day: date, count: int) -> date:
    """The last of the `count` working days that come next."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Monday to Friday, the legal holidays of the Code du travail (L. 3133-1) apart."""
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    moving = {easter(day.year) + timedelta(days=days) for days in (1, 39, 50)}
    return day.weekday() < 5 and (day.month, day.day) not in fixed and day not in moving
