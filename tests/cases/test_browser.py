"""The pages of documents in a real browser, at a desk and on a phone: axe finds
nothing, nothing scrolls sideways, the security policy blocks nothing."""

import pytest

from spip_portal.accounts.enums import Role
from spip_portal.vault.models import StoredFile
from tests.accounts.factories import agent, client_of
from tests.cases.factories import DocumentFactory, incident_of, message_of, shared
from tests.conftest import as_owner
from tests.ui.browser import DESK, ORIGIN, flaws, serve
from tests.vault.factories import stored_file

pytestmark = pytest.mark.django_db


def test_the_pages_of_documents_have_no_flaw(chrome):
    row = shared()
    document = row.content_object
    with as_owner():
        waiting = DocumentFactory(
            case=row.case, file=stored_file(state="quarantined"), replaces=document
        )
    incident = incident_of(row)
    message = message_of(row.membership, row.share, "La personne commence lundi.")
    found = {}
    for user, paths in (
        (
            row.case.referent,
            (
                f"/dossiers/{row.case.uuid}/documents/deposer/",
                f"/documents/{document.uuid}/",
                f"/documents/{waiting.uuid}/",
                f"/documents/{waiting.uuid}/corriger/",
                f"/documents/{waiting.uuid}/remplacer/",
                f"/dossiers/{row.case.uuid}/",
                f"/partages/{row.share.uuid}/messages/",
                f"/partages/incidents/{incident.uuid}/",
                f"/partages/incidents/{incident.uuid}/repondre/",
                "/partages/incidents/",
            ),
        ),
        (
            row.user,
            (
                f"/documents/{document.uuid}/",
                f"/partages/{row.share.uuid}/messages/",
                f"/partages/messages/{message.uuid}/modifier/",
                f"/partages/{row.share.uuid}/incident/",
                f"/partages/incidents/{incident.uuid}/",
                "/partages/",
            ),
        ),
    ):
        context = chrome.new_context(viewport=DESK, ignore_https_errors=True)
        page = context.new_page()
        complaints = serve(page, client_of(user))
        for path in paths:
            page.goto(f"{ORIGIN}{path}")
            found[user, path] = flaws(page)
        found[user] = complaints
        context.close()
    assert {where: what for where, what in found.items() if what} == {}


def test_once_inspected_a_document_says_so_and_can_be_read_without_reloading(chrome):
    with as_owner():
        document = DocumentFactory(file=stored_file(state="quarantined"))
    context = chrome.new_context(viewport=DESK, ignore_https_errors=True)
    page = context.new_page()
    page.clock.install()
    complaints = serve(page, client_of(document.case.referent))
    page.goto(f"{ORIGIN}/documents/{document.uuid}/")
    state = page.locator("dl .portal-progress")
    assert "en cours de vérification" in state.inner_text().lower()
    StoredFile.objects.update(state="available")
    page.clock.fast_forward(2_000)
    page.get_by_role("link", name="Lire le document").wait_for()
    state.get_by_text("disponible").wait_for()
    assert "vérification" not in page.locator("main").inner_text().lower()
    assert page.locator("[data-progress-url]").count() == 0
    assert complaints == []
    context.close()


def words_of(page) -> list[list[str]]:
    """Each paragraph of the one message there, and the room under it."""
    return page.evaluate(
        "[...document.querySelectorAll('.portal-liaison > p:not(.fr-text--sm)')]"
        ".map(p => [p.innerText, getComputedStyle(p).margin])"
    )


def test_a_message_is_read_over_with_its_readers_before_it_is_sent(chrome):
    """The page that only a form leads to."""
    row = shared()
    context = chrome.new_context(viewport=DESK, ignore_https_errors=True)
    page = context.new_page()
    complaints = serve(page, client_of(row.user))
    page.goto(f"{ORIGIN}/partages/{row.share.uuid}/messages/")
    page.get_by_role("textbox", name="Message").fill("Bonjour.\n\nLundi\nà 9 h.")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    page.get_by_role("button", name="Envoyer à 1 personne").wait_for()
    assert flaws(page) == []
    preview = words_of(page)
    page.get_by_role("button", name="Envoyer à 1 personne").click()
    page.get_by_text("Le message est envoyé.").wait_for()
    assert words_of(page) == preview
    assert [words for words, _room in preview] == ["Bonjour.", "Lundi\nà 9 h."]
    assert complaints == []
    context.close()


CUT = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  const cut = [...document.querySelectorAll("td > select")].filter(select => {
    const style = getComputedStyle(select);
    pen.font = style.font;
    const room = select.clientWidth - parseFloat(style.paddingLeft)
      - parseFloat(style.paddingRight);
    return [...select.options].some(o => pen.measureText(o.text).width > room + 1);
  }).length;
  const table = document.querySelector(".fr-table__content");
  return [cut, table.scrollWidth > table.clientWidth];
}"""


def test_the_words_of_every_rule_are_read_whole(chrome):
    """On the screen of an office, without scrolling sideways in the table."""
    context = chrome.new_context(viewport=DESK, ignore_https_errors=True)
    page = context.new_page()
    complaints = serve(page, client_of(agent(Role.MANAGER)))
    page.goto(f"{ORIGIN}/dossiers/regles/?mesure=placement")
    assert page.locator("td > select").count()
    assert page.evaluate(CUT) == [0, False]
    assert flaws(page) == []
    assert complaints == []
    context.close()
