"""Formatted text: a closed list of tags, links that lead somewhere, images of ours."""

import pytest

from spip_portal.ui.rich_text import clean, from_text, images_of, shown, text_of

IMAGE = "/missions/images/0b6f3c0e-3f3c-4c55-9d5e-111111111111"
ALLOWED = (
    "<h2>Titre</h2><h3>Sous-titre</h3><p>Un <strong>mot</strong>, <em>deux</em><br>"
    "à la ligne</p><ul><li><p>un</p></li></ul><ol><li>deux</li></ol>"
    f'<img src="{IMAGE}" alt="Un plan">'
)


def test_what_is_allowed_stays_as_it_was_written():
    assert clean(ALLOWED) == ALLOWED
    assert clean(clean(ALLOWED)) == ALLOWED


HOSTILE = [
    "<script>alert(1)</script>",
    "<p onclick=alert(1)>x</p>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<style>@import 'https://x'</style>",
    "<p style=\"background:url('https://x')\">x</p>",
    "<iframe src=https://x></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=https://x><input name=q><button>x</button></form>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href=" &#1;javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="//ailleurs.example">x</a>',
    '<a href="/\\ailleurs.example">x</a>',
    '<a href="/\t/ailleurs.example">x</a>',
    '<a href="relatif">x</a>',
    '<a href="https://x" target="_blank" onmouseover="x">x</a>',
    '<img src="https://ailleurs.example/pixel.png" alt="x">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>" alt="x">',
    f'<img src="https://ailleurs.example{IMAGE}" alt="x">',
    f'<img src="//ailleurs.example{IMAGE}" alt="x">',
    '<meta http-equiv="refresh" content="0;url=https://x"><base href="https://x">',
    '<p id="contenu" class="fr-modal">x</p>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script>-->",
    "<template><script>alert(1)</script></template>",
]
FORBIDDEN = (
    "<script",
    "<img",
    "<svg",
    "<style",
    "<iframe",
    "<form",
    "<meta",
    "<base",
    "onerror",
    "onclick=",
    "style=",
    "class=",
    "target=",
    "script:",
    "data:",
    "ailleurs.example",
    "relatif",
)


@pytest.mark.parametrize("html", HOSTILE)
def test_what_is_not_allowed_goes(html):
    cleaned = clean(f"<p>avant</p>{html}<p>après</p>")
    assert [word for word in FORBIDDEN if word in cleaned] == []
    assert shown(html) == clean(html)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.justice.gouv.fr/?a=1&amp;b=2#x",
        "mailto:spip@spip.example",
        "tel:+33353011000",
        "/lexique/#tig",
    ],
)
def test_a_link_leads_outside_to_a_person_or_to_a_page_of_ours(address):
    link = f'<a href="{address}" rel="noopener noreferrer">x</a>'
    assert clean(f'<p><a href="{address}">x</a></p>') == f"<p>{link}</p>"


@pytest.mark.parametrize("html", ["", "<p></p>", "<p> &nbsp;</p>", "<h2><br></h2>"])
def test_nothing_to_read_is_nothing(html):
    assert clean(html) == ""


def test_plain_text_becomes_paragraphs_and_comes_back():
    text = "Un « mot » & <deux>.\nSuite.\n\nFin."
    assert from_text("Un.\r\nDeux.\n\nTrois.") == "<p>Un.<br>Deux.</p><p>Trois.</p>"
    assert from_text("Un < deux\n\n& trois") == "<p>Un &lt; deux</p><p>&amp; trois</p>"
    assert from_text("<p>déjà écrit</p>") == "<p>déjà écrit</p>"
    assert text_of("<h2>Titre</h2><p>Un &amp; deux<br>trois</p>") == (
        "Titre\n\nUn & deux\ntrois"
    )
    assert text_of(text.replace("<deux>", "deux")).startswith("Un « mot » & deux.")


def test_images_are_listed_with_what_stands_for_them():
    assert images_of(ALLOWED) == [(IMAGE, "Un plan")]
