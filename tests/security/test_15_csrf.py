"""SECURITY 15: every route that can change something refuses a post without its token.
One is exempt: the one-click unsubscription of RFC 8058, where a mail reader posts by
itself. No session is borrowed there (a mail reader sends no cookie), the secret of the
address is the whole right, and all it does is to end one subscription."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_callable, get_resolver, resolve

from spip_portal.accounts.enums import Role
from tests.accounts.factories import Browser, agent, client_of
from tests.newsletters.factories import SubscriberFactory
from tests.security.test_01_matrix import administration, cells

EXEMPT = {"newsletters:unsubscribe"}


def callbacks(resolver=None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from callbacks(entry)
        else:
            yield entry


def test_one_route_is_exempt_and_no_other():
    exempt = {
        entry.name
        for entry in callbacks()
        if getattr(entry.callback, "csrf_exempt", False)
    }
    assert exempt == {"unsubscribe"}
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.MANAGER])
def test_every_route_refuses_a_post_without_its_token(role, world):
    """Before anything else is looked at: the answer is 403, right or no right."""
    browser = client_of(agent(role) if role else None)
    browser.handler.enforce_csrf_checks = True
    paths = {cell.url: cell.route for cell in cells(world) if cell.side == "a"}
    paths |= dict.fromkeys(administration(), "admin")
    open_ones = [
        (route, path)
        for path, route in paths.items()
        if route not in EXEMPT and _posted(browser, path) != 403
    ]
    assert open_ones == []


def _posted(browser, path: str) -> int:
    """From a page of ours, so that the token is all that is missing."""
    return browser.post(path, headers={"origin": "https://testserver"}).status_code


@pytest.mark.django_db
def test_the_exempt_one_ends_a_subscription_and_nothing_else():
    reader = SubscriberFactory()
    path = f"/lettres/desabonnement/{reader.uuid}/"
    assert resolve(path).view_name in EXEMPT
    response = Browser(enforce_csrf_checks=True).post(
        path, {"List-Unsubscribe": "One-Click"}
    )
    assert response.status_code == 200
    reader.refresh_from_db()
    assert reader.unsubscribed_at is not None


@pytest.mark.django_db
def test_the_refusal_is_a_page_in_french_and_needs_no_database():
    def away(execute, sql, params, many, context):
        raise OperationalError

    refuse = get_callable(settings.CSRF_FAILURE_VIEW)
    with connection.execute_wrapper(away):
        response = refuse(RequestFactory().post("/compte/login/"))
    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()
