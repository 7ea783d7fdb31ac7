"""Counts that go no further than anybody turns pages: a long list answers as fast as a
short one."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

MOST = 1_000


@dataclass(frozen=True)
class Count:
    """`number` is `MOST` when there are more, which `is_capped` then says."""

    number: int
    is_capped: bool

    def __str__(self) -> str:
        return _("plus de 1 000") if self.is_capped else str(self.number)


def count_of(rows: QuerySet) -> Count:
    """Ordered, if it must be, as an index is: what is sorted is read whole."""
    found = rows.values("pk")[: MOST + 1].count()
    return Count(min(found, MOST), found > MOST)
