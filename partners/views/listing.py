"""What every list of the network has: filters and order in its address, a count, pages,
the same rows as a CSV, and something to do next when it holds nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from partners.forms.filters import FilterForm
from partners.spreadsheets import csv_response
from spip_portal.ui.counts import Count, count_of

PER_PAGE = 20


@dataclass(frozen=True)
class Listing:
    """The words around the rows. `none_found`: the filters leave nothing; `empty`:
    there is nothing at all, and what to do next."""

    title: str
    none_found: str
    empty: str
    next_url: str
    next_label: str
    filename: str
    rows_of: Callable[[Iterable], Iterable[list]]  # the lines of the file
    intro: str = ""
    parents: list[tuple[str, str]] = field(default_factory=list)
    add_url: str = ""
    add_label: str = ""


class ListPaginator(Paginator):
    """Filters bring near what is beyond its last page, and the file holds it whole."""

    @cached_property
    def _counted(self) -> Count:
        return count_of(self.object_list.order_by())

    @cached_property
    def count(self) -> int:
        return self._counted.number

    @property
    def is_capped(self) -> bool:
        return self._counted.is_capped

    @property
    def label(self) -> str:
        """How many there are, in the title."""
        return str(self._counted)


class KeysFirstPaginator(ListPaginator):
    """An index may hold the order of all rows: their keys are found in it, and only the
    rows of the page are read. Not where a policy would be asked twice."""

    def _get_page(self, object_list: QuerySet, *args: Any) -> Page:
        shown = self.object_list.filter(pk__in=object_list.values("pk"))
        return super()._get_page(shown, *args)


def page_of(
    request: HttpRequest, rows: QuerySet, paginator: type[Paginator] = ListPaginator
) -> Page:
    """The page that the address asks for; the nearest when there is no such page."""
    return paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def show_list(
    request: HttpRequest,
    listing: Listing,
    template: str,
    *,
    form: FilterForm,
    rows: QuerySet,
    shown: Callable[[Any], Any] = lambda row: row,
    paginator: type[Paginator] = KeysFirstPaginator,
    **context: Any,
) -> HttpResponse:
    """`rows`: what the reader may see; `shown`: a row with what its line needs. With
    `?format=csv` the same address gives every row that the filters leave, in the order
    of the page: what is exported is what is read."""
    found = form.apply(rows)
    if request.GET.get("format") == "csv":
        return csv_response(listing.filename, listing.rows_of(found))
    page = page_of(request, found, paginator)
    context |= {
        "listing": listing,
        "form": form,
        "page": page,
        "rows": [shown(row) for row in page],
        "all_url": request.path,
    }
    return render(request, template, context)
