"""What apps offer one another without knowing one another (DESIGN, layout).

An app registers providers in `AppConfig.ready()`; `spip_portal.pages` or a newsletter
asks for them. Kinds: search, home_blocks, calendar, newsletter_items, text_guards,
personal_data, roles, journal_links, sealed.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_providers: dict[str, list[Callable]] = defaultdict(list)


@dataclass(frozen=True)
class HomeBlock:
    """A block of the first page: `template` rendered with `context`, lowest first."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order: int = 50


@dataclass(frozen=True)
class NewsletterItem:
    """What an editor can pick for an issue. `key` is stable: "agreement:<uuid>"."""

    key: str
    section: str
    title: str
    summary: str
    url: str
    date: datetime.date | None = None


@dataclass(frozen=True)
class CalendarEvent:
    """Something with a date that the reader may see. `uid` is stable and `sequence`
    rises with each change: calendars find again the entry they hold."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    title: str
    place: str
    url: str
    kind: str
    uid: str
    sequence: int = 0
    is_cancelled: bool = False
    is_all_day: bool = False  # whole days, from midnight to midnight in Paris


@dataclass(frozen=True)
class RoleChoice:
    """Who one acts as, or may act as: a button of the person's menu, which posts
    `value` as `name` to `url`."""

    label: str
    url: str
    name: str
    value: str
    is_current: bool = False
    receives_documents: bool = False


@dataclass(frozen=True)
class SearchHit:
    title: str
    url: str
    summary: str = ""


@dataclass(frozen=True)
class Searchable:
    """Rows of one kind that the reader may see, to be searched by their words. `rows`
    is a SearchableQuerySet; `list_url` is the list that takes the same `?q=`."""

    label: str
    rows: Any
    describe: Callable[[Any], SearchHit]
    list_url: str


def register(kind: str, provider: Callable) -> None:
    """Add a provider `(user) -> iterable`, once."""
    if provider not in _providers[kind]:
        _providers[kind].append(provider)


def gather(kind: str, user: Any, **asked: Any) -> list:
    """Everything the providers of `kind` offer to `user`, in registration order. What
    is `asked` narrows it: the calendar takes `since` and `until`; the journal gives the
    `objects` of its lines, as (kind, uuid), and is told where some are shown."""
    return [item for provider in _providers[kind] for item in provider(user, **asked)]
