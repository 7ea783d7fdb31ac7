from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from spip_portal.pdf.engine import Engine

# Pango is not safe in two threads at once: it aborts the whole process, and with it the
# requests of everybody else. Python would draw only one at a time anyway.
ONE_AT_A_TIME = Lock()


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1) in French. `template` extends `pdf/base.html`.

    Nothing is fetched but `data:` addresses and our own static files, whatever the
    template or the text of a user in it asks for.
    """
    html = render_to_string(template, context)
    with ONE_AT_A_TIME:
        return _engine().write(html)


@cache
def _engine() -> "Engine":
    # WeasyPrint takes two seconds to import and fails without pango: only a page that
    # makes a PDF pays for it.
    from spip_portal.pdf.engine import Engine  # noqa: PLC0415  slow to load

    return Engine()
