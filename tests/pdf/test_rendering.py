"""PDFs fetch nothing (SECURITY 39) and can be read by everybody."""

import http.server
import subprocess
import threading
from io import BytesIO

import pikepdf
import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import engines

from spip_portal.pdf import render_pdf
from spip_portal.pdf.engine import ClosedFetcher, Engine, ForbiddenAddressError

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def template(tmp_path, settings):
    """Write a sheet that extends pdf/base.html and give its name."""
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}
    ]

    def write(content: str) -> str:
        (tmp_path / "sheet.html").write_text(
            '{% extends "pdf/base.html" %}{% block title %}Convocation{% endblock %}'
            "{% block content %}" + content + "{% endblock %}"
        )
        return "sheet.html"

    yield write
    engines._engines.clear()


@pytest.fixture
def trap():
    """A server on this machine that counts who calls."""
    calls = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", calls
        server.shutdown()
        thread.join()


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def test_a_sheet_is_a_tagged_french_pdf(template):
    """PDF/UA-1: structure, language and title for a screen reader."""
    pdf = opened(render_pdf(template("<h1>Bonjour</h1><p>À jeudi.</p>"), {}))
    root = pdf.Root
    assert root.MarkInfo.Marked
    assert "/StructTreeRoot" in root
    assert str(root.Lang) == "fr"
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title) == "Convocation"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_a_sheet_is_set_in_marianne(template):
    """The state's typeface is embedded, from our own static files."""
    pdf = opened(
        render_pdf(
            template("<p><b>Oui</b> {{ long }}</p>"), {"long": "pénitentiaire " * 40}
        )
    )
    fonts = {str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}
    assert fonts
    assert all("Marianne" in font for font in fonts)


def test_a_sheet_says_that_it_is_fictitious(template, settings):
    """On paper as on screen, until real data are allowed."""
    settings.REAL_DATA_ACT = ""
    assert "Document fictif" in text_of(render_pdf(template("<p>x</p>"), {}))
    settings.REAL_DATA_ACT = "Arrêté du 3 mars 2027"
    assert "Document fictif" not in text_of(render_pdf(template("<p>x</p>"), {}))


def test_values_are_escaped(template):
    """What a user typed is text, not markup."""
    pdf = render_pdf(template("<p>{{ who }}</p>"), {"who": "<b>Léa</b>"})
    assert "<b>Léa</b>" in text_of(pdf)


HOSTILE = [
    '<img src="{url}/image.png" alt="x">',
    '<link rel="stylesheet" href="{url}/style.css">',
    '<link rel="attachment" href="{url}/attachment.txt">',
    '<style>@import "{url}/import.css";</style>',
    "<style>@import url({url}/import.css);</style>",
    "<style>@font-face {{ font-family: F; src: url({url}/f.woff2) }}"
    " p {{ font-family: F }}</style><p>x</p>",
    '<p style="background: url({url}/background.png)">x</p>',
    '<ul style="list-style-image: url({url}/bullet.png)"><li>x</li></ul>',
    '<object data="{url}/object.svg" type="image/svg+xml"></object>',
    '<embed src="{url}/embed.svg" type="image/svg+xml">',
    '<svg viewBox="0 0 9 9"><image href="{url}/in.png" width="9" height="9"/></svg>',
    '<svg viewBox="0 0 9 9"><use href="{url}/use.svg#a"/></svg>',
    '<p style="content: url({url}/content.png)">x</p>',
]


@pytest.mark.parametrize("markup", HOSTILE)
def test_nothing_is_asked_of_the_network(template, trap, markup):
    """http:// in any place of a document: 0 calls, and the PDF is made all the same."""
    url, calls = trap
    assert render_pdf(template(markup.format(url=url)), {}).startswith(b"%PDF-")
    assert calls == []


@pytest.mark.parametrize("markup", HOSTILE)
def test_no_file_of_the_host_is_read(template, tmp_path, markup):
    """file:// in any place: the canary of the file is in no PDF."""
    canary = "CANARI-DU-DISQUE"
    for name in (
        "attachment.txt",
        "style.css",
        "import.css",
        "object.svg",
        "embed.svg",
    ):
        (tmp_path / name).write_text(f'p::before {{ content: "{canary}" }} {canary}')
    pdf = render_pdf(template(f"<p>x</p>{markup.format(url=tmp_path.as_uri())}"), {})
    assert canary not in text_of(pdf)
    assert "/EmbeddedFiles" not in opened(pdf).Root.get("/Names", {})


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://portail.invalid/compte/",
        "https://portail.invalid/static/../spip_portal/settings.py",
        "https://portail.invalid/static/%2e%2e/manage.py",
        "https://portail.invalid/static//etc/passwd",
        "https://portail.invalid/static/",
        "https://portail.invalid.example/static/css/pdf.css",
        "ftp://portail.invalid/static/css/pdf.css",
        "css/pdf.css",
    ],
)
def test_the_fetcher_refuses(address):
    """Everything but data: and our own static files."""
    with pytest.raises(ForbiddenAddressError):
        ClosedFetcher().fetch(address)


def test_the_fetcher_gives_data_and_our_static_files():
    """What a sheet needs is there, from where it was written."""
    assert ClosedFetcher().fetch(PIXEL).read().startswith(b"\x89PNG")
    style = ClosedFetcher().fetch(
        f"https://portail.invalid{settings.STATIC_URL}css/pdf.css"
    )
    assert style.content_type == "text/css"
    assert b"Marianne" in style.read()


def test_the_fetcher_finds_collected_files(tmp_path, settings):
    """In production {% static %} gives the manifest's name, found in STATIC_ROOT."""
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "mark.0123456789ab.svg").write_text("<svg/>")
    staticfiles_storage._setup()
    url = f"https://portail.invalid{settings.STATIC_URL}mark.0123456789ab.svg"
    assert ClosedFetcher().fetch(url).read() == b"<svg/>"


def test_two_threads_never_draw_at_once(monkeypatch):
    """Pango would abort the process, and everybody's requests with it."""
    both, met = threading.Barrier(2), []

    def wait_for_the_other(*_):
        try:
            both.wait(timeout=0.2)
        except threading.BrokenBarrierError:
            return
        met.append(True)

    monkeypatch.setattr(Engine, "write", wait_for_the_other)
    drawn = [
        threading.Thread(target=render_pdf, args=["pdf/base.html", {"title": "x"}])
        for _ in range(2)
    ]
    for thread in drawn:
        thread.start()
    for thread in drawn:
        thread.join()
    assert met == []
