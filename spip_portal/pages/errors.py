from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The one refusal Django has no handler for. The others find their template by its
    name (400, 403, 403_csrf, 404, 500); none needs the database (layout.html)."""
    return render(request, "429.html", status=429)
