"""The one door from HTML to PDF (DESIGN, promise 6)."""

from spip_portal.pdf.rendering import render_pdf

__all__ = ["render_pdf"]
