import pytest

from spip_portal.outbox.content import (
    Attachment,
    Content,
    Recipient,
    fill,
    mail_address,
    mailbox,
    sentinels,
)
from tests.outbox import factories

# What has been used somewhere to make one header line into two.
LINE_ENDS = ["\r\n", "\n", "\r", "\n\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85"]
LINE_ENDS += ["\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}", "\0", "\r\n\t", "\r\n "]
INJECTIONS = [f"x{end}Bcc: vole@mal.example" for end in LINE_ENDS]
ADDRESSES = [
    *(f"lea@asso.example{end}Bcc: vole@mal.example" for end in LINE_ENDS),
    *(f"lea{end}@asso.example" for end in LINE_ENDS),
    "lea@asso.example,vole@mal.example",
    "lea@asso.example> RCPT TO:<vole@mal.example",
    "<lea@asso.example>",
    "Léa <lea@asso.example>",
    '"lea@mal.example "@asso.example',
    '"lea\\\r\n"@asso.example',
    '"lea"@asso.example',
    "léa@asso.example",
    "le\N{LATIN SMALL LETTER LONG S}@asso.example",
    "\N{KELVIN SIGN}@asso.example",
    "lea@asso.example ",
    "lea @asso.example",
    "lea@",
    "@asso.example",
    "lea",
    "",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_one_plain_address(address):
    """SECURITY 31: nothing but one address reaches the envelope or the To header."""
    with pytest.raises(ValueError, match="address"):
        Recipient(address)
    with pytest.raises(ValueError, match="address"):
        mail_address(address)


def test_an_international_domain_is_written_in_ascii():
    """Servers without SMTPUTF8 deliver to accented domains too."""
    assert mail_address("lea@café.example") == "lea@xn--caf-dma.example"


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_header_holds_a_line_break(text):
    """SECURITY 31: subject, header values, merged values, file names, reply address."""
    with pytest.raises(ValueError, match="subject"):
        factories.content(subject=text)
    with pytest.raises(ValueError, match="line breaks"):
        factories.content(headers={"List-Unsubscribe": text})
    with pytest.raises(ValueError, match="line breaks"):
        Recipient("lea@asso.example", {"name": text})
    with pytest.raises(ValueError, match="line breaks"):
        Attachment(text, "text/plain", b"")
    with pytest.raises(ValueError, match="media type"):
        Attachment("a.txt", f"text/plain; charset={text}", b"")
    with pytest.raises(ValueError, match="address"):
        mailbox(f"lea@asso.example{text}")


@pytest.mark.parametrize(
    "name",
    [
        *("Bcc", "to", "From", "Subject", "Message-ID", "Content-Type", "Sender"),
        *("X:Y", "X Y", "", "Bcc: x\r\nX", "Àccent", "Return-Path"),
    ],
)
def test_headers_of_the_outbox_cannot_be_set(name):
    """A caller adds headers; it neither doubles nor replaces those of every mail."""
    with pytest.raises(ValueError, match="cannot be set"):
        factories.content(headers={name: "x"})


def test_every_mail_has_a_subject_and_a_text():
    """UX: readable as plain text, and the subject says what to do."""
    with pytest.raises(ValueError, match="subject"):
        factories.content(subject="  ")
    with pytest.raises(ValueError, match="text"):
        factories.content(text="\n")
    with pytest.raises(ValueError, match="NUL"):
        factories.content(html="a\0b")


def test_sentinels_are_found_in_every_part():
    """A recipient who lacks one value is refused before any row is written."""
    wanted = Content("[[a]]", "[[b]]", "[[c]] [[A]] [[ a ]]", (), {"X": "[[d]]"}).wanted
    assert wanted == {"a", "b", "c", "d"}
    assert sentinels("rien [ici] ni [[là]]") == set()


def test_values_are_put_in_once_and_escaped_in_html():
    """A value that looks like a sentinel or like markup stays what it is."""
    merge = {"name": "<b>[[link]]</b>", "link": "https://a.example/?b=1&c=2"}
    assert fill("[[name]] [[link]]", merge) == (
        "<b>[[link]]</b> https://a.example/?b=1&c=2"
    )
    assert fill("[[name]] [[link]]", merge, is_html=True) == (
        "&lt;b&gt;[[link]]&lt;/b&gt; https://a.example/?b=1&amp;c=2"
    )


def test_a_file_name_is_bare():
    """The receiver's mail reader is told no path."""
    for name in ["../a.pdf", "a/b.pdf", "a\\b.pdf", ""]:
        with pytest.raises(ValueError, match="filename"):
            Attachment(name, "application/pdf", b"")
