"""The pages of documents in a real browser, at a desk and on a phone: axe finds
nothing, nothing scrolls sideways, the security policy blocks nothing."""

import pytest

from tests.accounts.factories import client_of
from tests.cases.factories import DocumentFactory, shared
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
            ),
        ),
        (row.user, (f"/documents/{document.uuid}/",)),
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
