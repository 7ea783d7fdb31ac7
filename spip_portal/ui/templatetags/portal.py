import re
from datetime import date, datetime, time

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.defaultfilters import stringfilter
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString

from spip_portal.ui import rich_text
from spip_portal.ui.sizes import file_size

register = template.Library()

NBSP = "\N{NO-BREAK SPACE}"
PHONE = re.compile(r"(?:\+\d{2,3} ?|\b0)\d(?: ?\d\d){4}\b")
TAG_OR_TEXT = re.compile(r"(<[^>]*>)")


@register.filter
def long_date(value: date | datetime | None) -> str:
    """« jeudi 14 janvier 2027 », in Paris."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = _in_paris(value)
    with translation.override("fr"):
        day = "1er" if value.day == 1 else str(value.day)
        return format_date(value, f"l {_literal(day + NBSP)}F Y")


@register.filter
def long_time(value: datetime | time | None) -> str:
    """« 9 h 30 », « 14 h » on the hour, in Paris."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = _in_paris(value)
    hour = f"{value.hour}{NBSP}h"
    return f"{hour}{NBSP}{value.minute:02}" if value.minute else hour


@register.filter
def long_datetime(value: datetime | None) -> str:
    """« jeudi 14 janvier 2027 à 9 h 30 », in Paris."""
    return f"{long_date(value)} à {long_time(value)}" if value else ""


def _in_paris(value: datetime) -> datetime:
    paris = timezone.get_default_timezone()
    return value if timezone.is_naive(value) else value.astimezone(paris)


def _literal(text: str) -> str:
    return "".join(f"\\{character}" for character in text)


@register.filter(is_safe=True)
@stringfilter
def french(text: str) -> str:
    """Typographic apostrophes and no-break spaces, for what other packages wrote."""
    parts = TAG_OR_TEXT.split(text)
    parts[::2] = [_typeset(part) for part in parts[::2]]
    return "".join(parts)


def _typeset(text: str) -> str:
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r" (?=[:;?!»])", NBSP, text)
    return text.replace("« ", f"«{NBSP}")


register.filter(file_size)


@register.filter(is_safe=True)
@stringfilter
def whole_phones(text: str) -> str:
    """No-break spaces inside phone numbers: « 01 23 45 67 89 » stays on one line."""
    return PHONE.sub(lambda found: found[0].replace(" ", NBSP), text)


@register.filter("rich_text")
def rich_text_filter(html: str) -> SafeString:
    """Formatted text of a row, cleaned once more."""
    return rich_text.shown(html)


@register.simple_tag
def is_fictitious() -> bool:
    """True until the regulatory act that allows real data is recorded. A tag and not
    a context variable, because the error pages have no context."""
    return not settings.REAL_DATA_ACT


@register.simple_block_tag
def responsive_table(content: str, caption: str, is_caption_hidden: bool = False):
    """A DSFR table: `<thead>` and `<tbody>` go between the tags.

    On a phone each row becomes a card: `data-label` on a `td` names its value there.
    """
    return render_to_string(
        "components/table.html",
        {
            "caption": caption,
            "is_caption_hidden": is_caption_hidden,
            "rows": content,
        },
    )


@register.simple_tag(takes_context=True)
def home_block(context, block) -> SafeString:
    """One block of the first page, worded by the app that offers it."""
    return render_to_string(block.template, block.context, context.get("request"))


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """« 1 … 6 7 8 … 20 » for a pagination."""
    paginator = page.paginator
    return list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
