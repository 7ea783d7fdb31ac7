from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from spip_portal import registry
from spip_portal.registry import Searchable, SearchHit
from spip_portal.search.forms import SearchForm

SHOWN = 5


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more_url` leads to the rest, empty when there is
    none."""

    label: str
    hits: list[SearchHit]
    more_url: str


@require_safe
@login_not_required
def results(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see that holds the words, newest first, by kind; when
    nothing does, what looks like them."""
    form = SearchForm(request.GET or None)
    groups, is_resembling = [], False
    if form.is_valid():
        words = form.cleaned_data["q"]
        searchables = registry.gather("search", request.user)
        groups = _groups(searchables, words, "with_words")
        if not groups:
            groups = _groups(searchables, words, "resembling")
            is_resembling = bool(groups)
    context = {"form": form, "groups": groups, "is_resembling": is_resembling}
    return render(request, "search/results.html", context)


def _groups(searchables: Iterable[Searchable], words: str, how: str) -> list[Group]:
    """One query a kind, however much there is."""
    groups = []
    for searchable in searchables:
        matching = getattr(searchable.rows, how)(words)
        rows = list(matching.order_by("-pk")[: SHOWN + 1])
        if rows:
            more = len(rows) > SHOWN and searchable.list_url
            groups.append(
                Group(
                    label=searchable.label,
                    hits=[searchable.describe(row) for row in rows[:SHOWN]],
                    more_url=f"{more}?{urlencode({'q': words})}" if more else "",
                )
            )
    return groups
