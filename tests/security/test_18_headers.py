"""SECURITY 18: the security headers stand on 100 % of responses, errors, redirects and
static files included; what is private is kept by no cache; cookies are locked to this
host. Under the settings of production: read from a process of its own, then applied
here, so that nothing but tests and demo can loosen them."""

import json
import subprocess
import sys

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client
from django.urls import path

from spip_portal import urls as portal
from spip_portal.pages.errors import too_many_requests
from tests.accounts.factories import PASSWORD, Browser, UserFactory
from tests.security.cast import Persona
from tests.security.cells import is_public
from tests.security.test_01_matrix import cells
from tests.security.test_19_deploy_check import production_environment

pytestmark = pytest.mark.django_db

PREFIXES = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "X_FRAME", "CONTENT_SEC")
DUMP = """
import json
from spip_portal import settings
print(json.dumps({k: v for k, v in vars(settings).items() if k.startswith(%r)}))
"""
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=63072000; includeSubDomains; preload"
# Their addresses hold a secret and their pages a name: no cache keeps them.
LINKS = {"invitation_link", "answer", "unsubscription", "confirmation"}
CSS = "/static/css/portal.css"


@pytest.fixture(scope="module")
def production(tmp_path_factory) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", DUMP % (PREFIXES,)],
        env=production_environment(tmp_path_factory.mktemp("vault")),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _raise(error: Exception):
    @login_not_required
    def view(request):
        raise error

    return view


@login_not_required
def _too_many(request):
    return too_many_requests(request)


class Faulty:
    """The portal, and an address for each way to fail."""

    urlpatterns = [
        path("400/", _raise(BadRequest())),
        path("403/", _raise(PermissionDenied())),
        path("429/", _too_many),
        path("500/", _raise(ZeroDivisionError())),
        *portal.urlpatterns,
    ]


@pytest.fixture(autouse=True)
def _as_in_production(production, settings):
    assert production["SECURE_SSL_REDIRECT"] is True
    for name, value in production.items():
        setattr(settings, name, value)
    settings.ROOT_URLCONF = Faulty


def findings(response, *, is_secure: bool = True) -> list[str]:
    """What is wrong with the headers of one response."""
    policy = response.get("Content-Security-Policy", "")
    permissions = response.get("Permissions-Policy", "")
    wrong = {
        "Content-Security-Policy": "default-src 'none'" not in policy
        or "frame-ancestors 'none'" not in policy
        or "unsafe-" in policy
        or "*" in policy,
        "Permissions-Policy": "camera=()" not in permissions,
        "Strict-Transport-Security": is_secure
        and response.get("Strict-Transport-Security") != HSTS,
    }
    wrong |= {name: response.get(name) != value for name, value in WANTED.items()}
    return [name for name, is_wrong in wrong.items() if is_wrong] + [
        f"cookie {cookie.key}"
        for cookie in response.cookies.values()
        if not (cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax")
        or not cookie.key.startswith("__Host-")
        or cookie["domain"]
        or cookie["path"] != "/"
    ]


# -- Pages, files, calendars, figures -----------------------------------------------


@pytest.mark.parametrize(
    "persona",
    [Persona.VISITOR, Persona.RECIPIENT, Persona.CPIP, Persona.COORDINATOR],
    ids=str,
)
def test_every_route_answers_with_the_headers(persona, world):
    """Page, redirect, refusal, PDF, calendar, JSON: whatever the persona gets. The demo
    is not installed in production."""
    browser, wrong = world.browser(persona), []
    for cell in cells(world):
        if cell.side != "a" or cell.route.startswith("demo:"):
            continue
        response = browser.get(cell.url)
        found = findings(response)
        is_private = (
            persona != Persona.VISITOR
            or not is_public(cell.route)
            or cell.line.object in LINKS
        )
        if is_private and response.status_code == 200:
            found += _kept(response)
        wrong += [(cell.route, response.status_code, each) for each in found]
        response.close()
    assert wrong == []


def _kept(response) -> list[str]:
    return [] if "no-store" in response.get("Cache-Control", "") else ["no-store"]


# -- Refusals and faults ------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_errors_have_them(status):
    response = Browser(raise_request_exception=False).get(f"/{status}/")
    assert response.status_code == status
    assert findings(response) == []


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/rien/du/tout/", 404),
        ("post", "/missions/", 405),
        ("get", "/missions", 301),
        ("get", "/static/rien.css", 404),
        ("head", "/missions/", 200),
        ("options", "/missions/", 405),
    ],
)
def test_refusals_and_redirects_have_them(method, address, status):
    response = getattr(Browser(), method)(address)
    assert response.status_code == status
    assert findings(response) == []


def test_an_address_of_another_host_has_them():
    response = Browser().get("/missions/", headers={"host": "ailleurs.example"})
    assert response.status_code == 400
    assert findings(response) == []


def test_a_form_without_its_token_has_them():
    response = Browser(enforce_csrf_checks=True).post("/compte/login/")
    assert response.status_code == 403
    assert findings(response) == []


def test_plain_http_is_sent_to_https_with_them():
    response = Client().get("/missions/")
    assert (response.status_code, response.url) == (301, "https://testserver/missions/")
    assert findings(response, is_secure=False) == []


def test_the_probe_answers_plain_http_with_them():
    response = Client().get("/sante/")
    assert response.status_code == 200
    assert findings(response, is_secure=False) == []


# -- Static files -------------------------------------------------------------------


def test_a_static_file_has_them_fetched_or_still_fresh():
    response = Browser().get(CSS)
    assert response.status_code == 200
    assert findings(response) == []
    response.close()
    modified = {"if-modified-since": response["Last-Modified"]}
    fresh = Browser().get(CSS, headers=modified)
    assert fresh.status_code == 304
    assert findings(fresh) == []


# -- Cookies ------------------------------------------------------------------------


def test_the_cookies_are_locked_to_this_host():
    """`findings` looks at each; these are all there are."""
    user = UserFactory()
    browser = Browser()
    page = browser.get("/compte/login/")
    signed_in = browser.post(
        "/compte/login/", {"login": user.email, "password": PASSWORD}
    )
    assert signed_in.status_code == 302
    assert findings(page) == findings(signed_in) == []
    assert set(browser.cookies) == {"__Host-session", "__Host-csrf"}
