"""The convocation on paper: one page, personal, with the link and its square code."""

import base64
from io import BytesIO

import qrcode

from meetings.links import reply_url
from meetings.models import Invitation, Meeting
from spip_portal.pdf import render_pdf
from spip_portal.security.dates import today
from spip_portal.ui.urls import absolute

FILE_NAME = "convocation.pdf"


def letter(invitation: Invitation) -> bytes:
    url = reply_url(invitation)
    return _page(invitation.meeting, {"invitation": invitation, "url": url})


def specimen(meeting: Meeting) -> bytes:
    """What the letters will look like; its link opens the first page."""
    return _page(meeting, {"invitation": None, "url": absolute("/")})


def _page(meeting: Meeting, context: dict) -> bytes:
    context |= {"meeting": meeting, "today": today(), "qr": _qr(context["url"])}
    return render_pdf("pdf/meeting_invitation.html", context)


def _qr(url: str) -> str:
    """A `data:` address: the PDF engine fetches nothing else. A bitmap, because drawing
    the squares one by one costs a quarter of the letter."""
    png = BytesIO()
    qrcode.make(url, border=0, box_size=4).save(png)
    return f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
