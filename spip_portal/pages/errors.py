"""The pages of refusals and faults. They need neither a context nor a database (see
`templates/layout.html`), so that they still answer when everything else is down."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def _page(status: int, template: str = "") -> HttpResponse:
    return HttpResponse(
        render_to_string(template or f"{status}.html"), status=status
    )


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return _page(500)


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    return _page(429)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Most often a page left open past the session, or cookies refused."""
    return _page(403, "403_csrf.html")
