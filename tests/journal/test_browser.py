"""The journal in a real browser, at a desk and on a phone: axe finds nothing, nothing
scrolls sideways, the security policy blocks nothing."""

import uuid

import pytest

from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Verb, Verification
from spip_portal.journal.services import record
from spip_portal.security.actor import SystemActor, actor
from tests.accounts.factories import agent, client_of
from tests.ui.browser import DESK, ORIGIN, PHONE, flaws, serve

MOTIVE = "Préparer l’accueil : lieux et horaires à respecter, personne à joindre."


@pytest.mark.django_db
def test_the_journal_is_read_at_a_desk_and_on_a_phone(chrome):
    auditor = agent(Role.AUDITOR)
    cpip = agent(Role.CPIP, auditor.spip)
    for number in range(30):
        record(
            actor=cpip,
            verb=Verb.SHARE if number % 3 else Verb.REFUSED,
            object_kind="document",
            object_uuid=uuid.uuid4(),
            share_uuid=uuid.uuid4(),
            motive=MOTIVE,
        )
    with actor(SystemActor.JOURNAL):
        Verification.objects.create(seals=3, lines=30, problems=0)
    context = chrome.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    complaints = serve(page, client_of(auditor))
    for window in (DESK, PHONE):
        page.set_viewport_size(window)
        for path in ("", "?verb=share&object=faux", "?account=personne"):
            page.goto(f"{ORIGIN}/journal/{path}")
            assert flaws(page) == [], (path, window)
    page.goto(f"{ORIGIN}/journal/")
    page.get_by_role("link", name="Lignes plus anciennes").click()
    page.get_by_role("link", name="Revenir aux plus récentes").click()
    context.close()
    assert complaints == []
