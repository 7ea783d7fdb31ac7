"""How much one person may send in a day, where each sending is for somebody to read."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone


def check_pace(sent: QuerySet, *, at: str, most: int, refusal: str) -> None:
    """`sent`: all that they ever sent, dated by the field `at`. Raises ValidationError,
    with that refusal, once there are as many as that since yesterday at this time."""
    since = timezone.now() - timedelta(days=1)
    if sent.filter(**{f"{at}__gt": since}).count() >= most:
        raise ValidationError(refusal)
