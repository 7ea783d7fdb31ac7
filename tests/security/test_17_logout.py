"""SECURITY 17: signing out clears the session, and « Back » shows nothing."""

import pytest

from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of

pytestmark = pytest.mark.django_db


def test_signing_out_ends_the_session_on_the_server():
    browser = client_of(agent(Role.CPIP))
    cookie = browser.cookies["session"].value
    browser.post("/compte/logout/")
    browser.cookies["session"] = cookie
    assert browser.get("/dossiers/").status_code == 302


def test_a_get_signs_nobody_out():
    browser = client_of(agent(Role.CPIP))
    browser.get("/compte/logout/")
    assert browser.get("/dossiers/").status_code == 200


def test_private_pages_are_kept_by_no_cache():
    response = client_of(agent(Role.CPIP)).get("/dossiers/")
    assert response["Cache-Control"] == "no-store"
