"""Drafts as a browser keeps them and puts them back."""

import pytest

from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of
from tests.partners.factories import MissionFactory
from tests.ui.browser import DESK, ORIGIN, flaws, serve

pytestmark = pytest.mark.django_db
ADDRESS = f"{ORIGIN}/missions/une/modifier/"


def opened(context, client):
    """The page, its clock in hand, and what its console complains of."""
    page = context.new_page()
    page.clock.install()
    complaints = serve(page, client)
    page.goto(ADDRESS)
    page.get_by_role("textbox", name="Texte", exact=True).wait_for()
    return page, complaints


def test_a_formatted_text_is_kept_as_one_types_and_put_back_in_its_editor(chrome):
    user = agent(Role.COORDINATOR)
    mission = MissionFactory(spip=user.spip, slug="une", body="<p>Premier.</p>")
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page, complaints = opened(context, client_of(user))
    page.get_by_text("Premier.", exact=True).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Fort")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+b")
    page.clock.fast_forward(10_000)
    page.get_by_text("Brouillon enregistré").wait_for()
    again, more = opened(context, client_of(user))
    again.get_by_text("Une saisie non envoyée a été retrouvée").wait_for()
    assert flaws(again) == []
    again.get_by_role("button", name="Reprendre cette saisie").click()
    again.locator("[role=textbox] strong", has_text="Fort").wait_for()
    again.get_by_role("button", name="Enregistrer").click()
    again.get_by_text("La mission est enregistrée.").wait_for()
    mission.refresh_from_db()
    assert mission.body == "<p><strong>Fort</strong></p>"
    assert complaints + more == []
    context.close()


def test_what_is_sent_after_the_session_ended_stays_on_the_page(chrome):
    user = agent(Role.COORDINATOR)
    mission = MissionFactory(spip=user.spip, slug="une")
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    client = client_of(user)
    page, complaints = opened(context, client)
    page.clock.fast_forward(31 * 60_000)
    client.logout()
    title = page.get_by_role("textbox", name="Titre", exact=True)
    title.fill("Écrit en revenant")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Votre saisie n’est plus enregistrée").wait_for()
    assert title.input_value() == "Écrit en revenant"
    client.cookies = client_of(user).cookies  # signed in again in another window
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("La mission est enregistrée.").wait_for()
    mission.refresh_from_db()
    assert mission.title == "Écrit en revenant"
    assert complaints == []
    context.close()


def test_a_refused_page_keeps_its_newer_text_and_offers_no_older_one(chrome):
    user = agent(Role.COORDINATOR)
    MissionFactory(spip=user.spip, slug="une")
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page, complaints = opened(context, client_of(user))
    title = page.get_by_role("textbox", name="Titre", exact=True)
    title.fill("Ancien")
    page.clock.fast_forward(10_000)
    page.get_by_text("Brouillon enregistré").wait_for()
    title.fill("Récent")
    page.get_by_role("textbox", name="Texte", exact=True).fill("")
    page.get_by_role("button", name="Enregistrer").click()
    page.locator(".fr-input-group--error").first.wait_for()
    page.wait_for_load_state("networkidle")
    offer = page.get_by_text("Une saisie non envoyée a été retrouvée")
    assert (title.input_value(), offer.is_visible()) == ("Récent", False)
    page.clock.fast_forward(10_000)
    page.get_by_text("Brouillon enregistré").wait_for()
    again, more = opened(context, client_of(user))
    again.get_by_role("button", name="Reprendre cette saisie").click()
    kept = again.get_by_role("textbox", name="Titre", exact=True)
    assert kept.input_value() == "Récent"
    assert complaints + more == []
    context.close()
