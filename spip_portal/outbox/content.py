"""What a mail is made of, checked as it is built: nothing doubtful reaches a row.

In subject, text, html and header values, the sentinel `[[name]]` stands for what
differs from one recipient to the next: `Recipient.merge["name"]`.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.html import escape

SENTINEL = re.compile(r"\[\[([a-z][a-z0-9_]*)\]\]")
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
CONTENT_TYPE = re.compile(r'[\w.+-]+/[\w.+-]+(; [\w-]+=("[\w. :/+-]+"|[\w.+-]+))*')
# Written by the outbox itself, so that no caller can contradict or double them.
OWN_HEADERS = {
    *("from", "sender", "to", "cc", "bcc", "subject", "date", "message-id"),
    *("auto-submitted", "mime-version", "return-path"),
}


def sentinels(*texts: str) -> set[str]:
    """The names that `texts` want a value for. A form whose text goes into a campaign
    asks here: what a person typed must hold none."""
    return {name for text in texts for name in SENTINEL.findall(text)}


def fill(text: str, merge: Mapping[str, str], *, is_html: bool = False) -> str:
    """Put the values in. One pass: a value that looks like a sentinel stays as it is,
    and without values the whole text is literal."""
    if not merge:
        return text
    return SENTINEL.sub(
        lambda found: escape(merge[found[1]]) if is_html else merge[found[1]], text
    )


def single_line(value: str, what: str) -> str:
    """`value`, or ValueError if it could start a header line of its own. Beyond CR and
    LF, some readers also end a line at other control characters and separators."""
    if any(unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} for char in value):
        raise ValueError(f"{what}: line breaks and control characters are refused")
    return value


def mail_address(value: str) -> str:
    """The bare ASCII form of one address (no display name), or ValueError."""
    single_line(value, "address")
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError("address: not a mail address") from error
    local, domain = value.rsplit("@", 1)
    if not local.isascii() or '"' in local:
        raise ValueError("address: only plain ASCII before the @ can be delivered")
    return f"{local}@{punycode(domain)}"


def mailbox(value: str) -> str:
    """An address with or without a display name, in its ASCII header form."""
    name, address = parseaddr(single_line(value, "address"))
    return formataddr((name, mail_address(address)))


@dataclass(frozen=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        single_line(self.filename, "filename")
        if not self.filename or re.search(r"[/\\]", self.filename):
            raise ValueError("filename: a bare file name is wanted")
        if not CONTENT_TYPE.fullmatch(self.content_type):
            raise ValueError("content_type: not a media type")


@dataclass(frozen=True)
class Content:
    subject: str
    text: str
    html: str = ""
    attachments: Sequence[Attachment] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not single_line(self.subject, "subject").strip():
            raise ValueError("subject: empty")
        if not self.text.strip():
            raise ValueError("text: empty; every mail is readable as plain text")
        if "\0" in self.text + self.html:
            raise ValueError("text: NUL is refused")
        for name, value in self.headers.items():
            own = name.lower() in OWN_HEADERS or name.lower().startswith("content-")
            if own or not HEADER_NAME.fullmatch(name):
                raise ValueError(f"header {name!r} cannot be set")
            if not single_line(value, name).isascii():
                raise ValueError(f"header {name}: ASCII only")

    @property
    def wanted(self) -> set[str]:
        """The names every recipient must bring a value for."""
        return sentinels(self.subject, self.text, self.html, *self.headers.values())


@dataclass(frozen=True)
class Recipient:
    email: str
    merge: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()

    def __post_init__(self) -> None:
        mail_address(self.email)
        for name, value in self.merge.items():
            if not SENTINEL.fullmatch(f"[[{name}]]"):
                raise ValueError(f"merge {name!r}: not a sentinel's name")
            single_line(value, f"merge {name}")

    def check_complete(self, wanted: set[str]) -> None:
        if missing := wanted - self.merge.keys():
            raise ValueError(f"no value for {', '.join(sorted(missing))}")
