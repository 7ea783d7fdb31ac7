"""WeasyPrint, with its fetcher closed. Imported late: see `rendering`."""

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

# Relative addresses resolve here: a host that no name server knows.
BASE_URL = "https://portail.invalid"
STYLE_SHEET = "css/pdf.css"


class ForbiddenAddressError(ValueError):
    """Something other than `data:` or one of our static files was asked for."""


class ClosedFetcher(URLFetcher):
    """The stock fetcher reads files and the network; this one neither."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False)

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = _static_file(url)
        if path is None:
            raise ForbiddenAddressError("Address refused: not a static file of ours.")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def _static_file(url: str) -> Path | None:
    prefix = f"{BASE_URL}{settings.STATIC_URL}"
    if not url.startswith(prefix):
        return None
    name = unquote(urlsplit(url).path).removeprefix(settings.STATIC_URL)
    try:
        # A name of the manifest lives where files were collected, a plain one where
        # it was written.
        collected = Path(staticfiles_storage.path(name))
        if collected.is_file():
            return collected
        found = finders.find(name)
    except SuspiciousFileOperation:
        return None
    return Path(found) if found and Path(found).is_file() else None


class Engine:
    """Fonts and style sheet are read once a process, not once a document."""

    def __init__(self) -> None:
        self.fetcher = ClosedFetcher()
        self.fonts = FontConfiguration()
        self.style = CSS(
            url=f"{BASE_URL}{settings.STATIC_URL}{STYLE_SHEET}",
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )

    def write(self, html: str) -> bytes:
        document = HTML(string=html, base_url=f"{BASE_URL}/", url_fetcher=self.fetcher)
        return document.write_pdf(
            stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/ua-1"
        )
