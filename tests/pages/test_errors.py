"""The error pages answer when nothing else does."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError, connection
from django.http import Http404
from django.test import RequestFactory
from django.urls import path
from django.views import defaults
from django.views.csrf import csrf_failure
from lxml import html

from spip_portal import urls as portal
from spip_portal.pages.errors import too_many_requests
from tests.accounts.factories import Browser, UserFactory, client_of


def refuse(execute, sql, params, many, context):
    raise OperationalError("the database is away")


@pytest.fixture
def _no_database(db):
    """Every statement fails, as when PostgreSQL is away."""
    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def request_():
    """A request that no middleware has seen: no user, no session, no messages."""
    return RequestFactory().get("/quelque/part/")


PAGES = [
    (defaults.bad_request, 400, "Cette requête n’a pas été comprise"),
    (defaults.permission_denied, 403, "Vous ne pouvez pas faire cela"),
    (defaults.page_not_found, 404, "Page introuvable"),
    (defaults.server_error, 500, "Le portail a rencontré une panne"),
    (too_many_requests, 429, "Trop de demandes en peu de temps"),
    (csrf_failure, 403, "Ce formulaire a expiré"),
]


@pytest.mark.usefixtures("_no_database")
@pytest.mark.parametrize(("handler", "status", "heading"), PAGES)
def test_an_error_page_needs_no_database(handler, status, heading, request_):
    """A whole page in French: heading, way back, footer."""
    arguments = [] if status in {429, 500} else [Exception("detail")]
    response = handler(request_, *arguments)
    page = html.fromstring(response.content.decode())
    assert response.status_code == status
    assert page.get("lang") == "fr"
    assert [h1.text for h1 in page.iter("h1")] == [heading]
    assert page.xpath("//main//a[@href='/']")
    assert page.xpath("//footer//a[@href='/accessibilite/']")


@pytest.mark.parametrize(("handler", "status", "heading"), PAGES)
def test_an_error_page_tells_nothing_of_its_cause(handler, status, heading, request_):
    """What an exception says may name somebody."""
    arguments = [] if status in {429, 500} else [Exception("dossier de Jean")]
    assert b"Jean" not in handler(request_, *arguments).content


def _raise(error):
    def view(request):
        raise error

    return login_not_required(view)


@pytest.fixture
def _faults(settings):
    """Addresses that fail, one for each handler."""
    faulty = [
        path("400/", _raise(BadRequest())),
        path("403/", _raise(PermissionDenied())),
        path("404/", _raise(Http404())),
        path("500/", _raise(ZeroDivisionError())),
    ]
    settings.ROOT_URLCONF = (*faulty, *portal.urlpatterns)


@pytest.mark.django_db
@pytest.mark.usefixtures("_faults")
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_the_portal_answers_with_these_pages(status):
    """Each kind of exception ends on its page, through the whole stack."""
    client = Browser(raise_request_exception=False)
    response = client.get(f"/{status}/")
    assert response.status_code == status
    assert f"Erreur {status}" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_database_that_is_away_still_gives_the_page(is_signed_in):
    """Through the whole stack: nothing on the way out asks who is there."""
    client = client_of(UserFactory() if is_signed_in else None)
    client.raise_request_exception = False
    with connection.execute_wrapper(refuse):
        response = client.get("/missions/")
    assert response.status_code == 500
    assert "Le portail a rencontré une panne" in response.content.decode()
    assert response.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_form_without_its_token_is_explained():
    """The visitor learns that the page expired, not that a token is missing."""
    response = Browser(enforce_csrf_checks=True).post("/compte/login/", {})
    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()
