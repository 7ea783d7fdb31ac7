from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 20


def page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page that the address asks for; the nearest when there is no such page."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
