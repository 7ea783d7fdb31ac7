"""The search box and its page in a real browser."""

import pytest

from tests.accounts.factories import client_of
from tests.partners.factories import MissionFactory
from tests.ui.browser import DESK, ORIGIN, flaws, serve

pytestmark = pytest.mark.django_db


def test_from_any_page_a_slash_then_words_then_enter(chrome):
    MissionFactory(title="L’hébergement d’urgence")
    page = chrome.new_context(viewport=DESK, locale="fr-FR").new_page()
    complaints = serve(page, client_of(None))
    page.goto(f"{ORIGIN}/accessibilite/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "recherche-portail"
    page.keyboard.type("hebergement")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="L’hébergement d’urgence").wait_for()
    assert page.url == f"{ORIGIN}/recherche/?q=hebergement"
    assert flaws(page) == []
    page.goto(f"{ORIGIN}/recherche/?q=introuvable")
    assert flaws(page) == []
    assert complaints == []
    page.context.close()
