from functools import cache
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from spip_portal.pdf.engine import Engine


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1) in French. `template` extends `pdf/base.html`.

    Nothing is fetched but `data:` addresses and our own static files, whatever the
    template or the text of a user in it asks for.
    """
    return _engine().write(render_to_string(template, context))


@cache
def _engine() -> "Engine":
    # WeasyPrint takes two seconds to import and fails without pango: only a page that
    # makes a PDF pays for it.
    from spip_portal.pdf.engine import Engine  # noqa: PLC0415  slow to load

    return Engine()
