from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """A refusal Django has no handler for. The others find their template by its name
    (400, 403, 403_csrf, 404, 500); none needs the database (layout.html)."""
    return render(request, "429.html", status=429)


def unavailable() -> HttpResponse:
    """A file that cannot be served now. Asks the database nothing: it may be away."""
    return HttpResponse(render_to_string("503.html"), status=503)
