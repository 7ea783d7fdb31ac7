"""How the network serves a PDF of the vault."""

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse

from spip_portal.security.headers import FILE_POLICY


def pdf_response(
    request: HttpRequest, chunks: Iterator[bytes], *, name: str, size: int
) -> StreamingHttpResponse:
    """The bytes: never framed, never cached, under a name that says nothing."""
    response = StreamingHttpResponse(chunks, content_type="application/pdf")
    how = "attachment" if "telecharger" in request.GET else "inline"
    response["Content-Disposition"] = f'{how}; filename="{name}.pdf"'
    response["Content-Length"] = size
    response["Content-Security-Policy"] = FILE_POLICY
    return response
