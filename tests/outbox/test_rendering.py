import re

import pytest

from spip_portal.outbox.notices import Notice
from spip_portal.outbox.rendering import render_mail

NBSP = "\N{NO-BREAK SPACE}"


def notice(**changes):
    return Notice(
        **{
            "subject": "Un document vous attend",
            "paragraphs": ["Bonjour,", "Un document vous a été partagé."],
            "why": "vous êtes habilité par votre structure.",
            "label": "Lire le document",
            "url": "https://portail.example/documents/1/?a=1&b=2",
        }
        | changes
    )


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_a_subject_is_one_line_whatever_a_title_holds(end):
    """SECURITY 31: a title typed with a line break cannot start a header."""
    subject, _, _ = render_mail("notice", {"notice": notice(subject=f"a{end}Bcc: b")})
    assert subject == "a Bcc: b"


def test_a_subject_keeps_its_typography():
    """No-break spaces and ampersands arrive as they were written."""
    said = f"L’action «{NBSP}Sport & culture{NBSP}» est ouverte"
    subject, _, _ = render_mail("notice", {"notice": notice(subject=said)})
    assert subject == said


def test_the_plain_version_is_readable():
    """UX: sentences, the address alone, why, whom to call; nothing escaped."""
    _, text, _ = render_mail("notice", {"notice": notice(paragraphs=["a < b & c"])})
    assert "a < b & c" in text
    assert "https://portail.example/documents/1/?a=1&b=2" in text
    assert f"Pourquoi ce message{NBSP}? vous êtes habilité" in text
    assert f"Une question{NBSP}?" in text
    assert "\n\n\n" not in text
    assert not re.search(r"[ \t]\n", text)


def test_the_formatted_version_escapes_and_has_one_button():
    """What a person typed stays text; the button and the address written out."""
    _, _, html = render_mail("notice", {"notice": notice(paragraphs=["<b>x</b>"])})
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert html.count("display:inline-block") == 1
    assert html.count('href="https://portail.example/documents/1/?a=1&amp;b=2"') == 2
    assert '<html lang="fr">' in html


def test_the_formatted_version_fetches_nothing():
    """No image, style sheet, font or script: nothing tells when it was opened."""
    _, _, html = render_mail("notice", {"notice": notice()})
    assert not re.search(r"<(img|link|script|style|iframe)\b|url\(", html)


def test_mails_of_a_portal_without_real_data_say_so(settings):
    """MISSION: until an act allows real data, everything says « Données fictives »."""
    settings.REAL_DATA_ACT = ""
    _, text, html = render_mail("notice", {"notice": notice()})
    assert "Données fictives" in text
    assert "Données fictives" in html
    settings.REAL_DATA_ACT = "Arrêté du 1er janvier"
    _, text, html = render_mail("notice", {"notice": notice()})
    assert "Données fictives" not in text + html
