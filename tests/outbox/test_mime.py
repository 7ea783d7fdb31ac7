import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as policy

import pytest

from spip_portal.outbox.mime import Mailing, header_line
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from tests.outbox.factories import CALENDAR, LETTER

NOW = datetime(2027, 1, 14, 9, 30, tzinfo=UTC)
MERGE = {"name": "Léa & Cie", "link": "https://portail.example/x"}


def letter(*, merge=MERGE, attachments=(), own=(), **campaign):
    shared = Campaign(
        **{
            "subject": "Réunion de [[name]] : « dernière » relance",
            "text": "Bonjour [[name]],\n\n.\nFin de ligne \n[[link]]\n",
            "html": "<p>Bonjour [[name]]</p>",
            "headers": {"List-Unsubscribe": "<[[link]]>"},
        }
        | campaign
    )
    row = Message(
        recipient="lea@asso.example", merge=merge, message_id="<1@spip.example>"
    )
    files = [
        [
            CampaignAttachment(
                filename=each.filename,
                content_type=each.content_type,
                content=each.content,
            )
            for each in group
        ]
        for group in (attachments, own)
    ]
    return Mailing(shared, files[0]).letter(row, now=NOW, attachments=files[1])


def parsed(made):
    return message_from_bytes(made.data, policy=policy)


def words(part) -> str:
    return part.get_content().replace("\r\n", "\n")


def test_headers_of_a_mail(settings):
    """From, To, Subject, Date, Message-ID, Auto-Submitted, then the campaign's own."""
    settings.DEFAULT_FROM_EMAIL = "Portail de l’Aube <portail@spip.example>"
    made = letter()
    mail = parsed(made)
    assert made.sender == "portail@spip.example"
    assert made.recipient == "lea@asso.example"
    assert mail["From"].addresses[0].display_name == "Portail de l’Aube"
    assert mail["From"].addresses[0].addr_spec == "portail@spip.example"
    assert mail["To"] == "lea@asso.example"
    assert mail["Subject"] == "Réunion de Léa & Cie : « dernière » relance"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == "<1@spip.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["MIME-Version"] == "1.0"
    assert mail["List-Unsubscribe"] == "<https://portail.example/x>"
    assert mail.defects == []


def test_text_and_html_are_alternatives_filled_for_the_recipient():
    """The same words twice, escaped in HTML only; blanks and lone dots are kept."""
    mail = parsed(letter())
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert words(text) == (
        "Bonjour Léa & Cie,\n\n.\nFin de ligne \nhttps://portail.example/x\n"
    )
    assert html.get_content_type() == "text/html"
    assert html.get_content() == "<p>Bonjour Léa &amp; Cie</p>"


def test_without_html_the_mail_is_plain_text():
    """Some mails have one version only."""
    mail = parsed(letter(html=""))
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().startswith("Bonjour Léa & Cie")


def test_without_values_the_text_is_literal():
    """A title typed as « [[x]] » in a mail to one person is only a title."""
    made = letter(merge={}, subject="[[x]]", text="[[x]]", html="[[x]]", headers={})
    mail = parsed(made)
    assert mail["Subject"] == "[[x]]"
    assert mail.get_body(["plain"]).get_content().strip() == "[[x]]"


def test_attachments_keep_their_bytes_and_their_whole_type():
    """Calendars read `method`; the shared files come before the recipient's own."""
    mail = parsed(letter(attachments=[CALENDAR], own=[LETTER]))
    assert mail.get_content_type() == "multipart/mixed"
    calendar, pdf = mail.iter_attachments()
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_filename() == "invitation.ics"
    assert calendar.get_payload(decode=True) == CALENDAR.content
    assert pdf.get_filename() == "convocation.pdf"
    assert pdf.get_payload(decode=True) == LETTER.content


def test_every_line_is_ascii_and_short_enough_for_any_server():
    """RFC 5321: 998 bytes a line, no bare CR or LF; no extension is asked for."""
    made = letter(text="é" * 5000 + "\r\nfin\rbis\n", html="<p>" + "x" * 5000 + "</p>")
    assert made.data.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", made.data)
    assert max(map(len, made.data.split(b"\r\n"))) <= 998
    assert words(parsed(made).get_body(["plain"])) == "é" * 5000 + "\nfin\nbis\n"


def test_an_old_row_cannot_break_a_header():
    """SECURITY 31: the last lock, should a row have been written past the others."""
    for end in ("\r\n", "\n", "\r"):
        with pytest.raises(ValueError, match="line breaks"):
            header_line("Subject", f"x{end}Bcc: vole@mal.example")
