"""Formatted text: headings, lists, links, images, and nothing else of HTML.

The text is cleaned where it is written (a service) and again where it is shown, so that
a row written past the service stays harmless.
"""

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

NBSP = "\N{NO-BREAK SPACE}"
TAGS = {"a", "br", "em", "h2", "h3", "img", "li", "ol", "p", "strong", "ul"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# Outside, or a path of ours; « //host » and what browsers read as such is neither.
LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\]))[^\s\\]*", re.IGNORECASE)
# An image is a file of the portal's own: its address ends with an identifier.
IMAGE = re.compile(r"/(?:[a-z-]+/)+[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# As nh3 writes them: double quotes, « > » escaped.
IMAGE_TAG = re.compile(r'<img(?:\s+[a-z]+="[^"]*")*\s*/?>')
END_OF_BLOCK = re.compile(r"</(?:p|h2|h3|li)>")
DEEPEST = 12  # elements in each other
TAG = re.compile(r"</?[a-z]", re.IGNORECASE)
BLANK_LINES = re.compile(r"\n\s*\n")


def _filter(tag: str, name: str, value: str) -> str | None:
    pattern = {"href": LINK, "src": IMAGE}.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_filter,
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
)


def clean(html: str) -> str:
    """Only what is allowed; empty when nothing is left to read. An image that is not
    the portal's disappears."""
    cleaned = _cleaner.clean(html).replace("&nbsp;", NBSP)
    cleaned = IMAGE_TAG.sub(_kept_image, cleaned).strip()
    return cleaned if text_of(cleaned) or "<img" in cleaned else ""


def _kept_image(found: re.Match) -> str:
    return found[0] if ' src="' in found[0] else ""


def shown(
    html: str, *, site: str = "", images: Mapping[str, str] | None = None
) -> SafeString:
    """For a page: the one place where the portal's HTML comes from a row. On paper,
    links to our pages take the name of the `site`, and `images` says what stands for
    the address of each."""
    cleaned = clean(html).replace('href="/', f'href="{site}/')
    for address, inside in (images or {}).items():
        cleaned = cleaned.replace(f'src="{address}"', f'src="{inside}"')
    return mark_safe(cleaned)  # noqa: S308  just cleaned


def text_of(html: str) -> str:
    """The words alone, one block a paragraph."""
    blocks = END_OF_BLOCK.sub("\n\n", html.replace("<br>", "\n"))
    text = unescape(nh3.clean(blocks, tags=set()))
    return BLANK_LINES.sub("\n\n", text).strip()


def from_text(text: str) -> str:
    """Plain text with a blank line between paragraphs, as HTML. Written with tags
    already, it stays as it is."""
    if TAG.search(text):
        return text
    paragraphs = BLANK_LINES.split(text.replace("\r\n", "\n").strip())
    lines = (escape(each).replace("\n", "<br>") for each in paragraphs if each.strip())
    return "".join(f"<p>{each}</p>" for each in lines)


class _Outline(HTMLParser):
    """The images of a cleaned text, and how deep its elements stand in each other."""

    def __init__(self) -> None:
        super().__init__()
        self.images: list[tuple[str, str]] = []
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs) -> None:
        if tag == "img":
            values = dict(attrs)
            self.images.append((values.get("src") or "", values.get("alt") or ""))
        elif tag != "br":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def images_of(html: str) -> list[tuple[str, str]]:
    """(address, alternative text) of each image, in order."""
    return _outline_of(html).images


def is_too_deep(html: str) -> bool:
    """Lists in lists in lists… are no page, and cannot be laid out on paper."""
    return _outline_of(html).deepest > DEEPEST


def _outline_of(html: str) -> _Outline:
    parser = _Outline()
    parser.feed(html)
    return parser
