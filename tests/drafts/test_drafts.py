"""What is typed is kept, for whoever typed it alone, until it is sent."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from spip_portal.accounts.enums import Role
from spip_portal.drafts import services
from spip_portal.drafts.models import Draft
from spip_portal.security.actor import SystemActor, actor
from tests.accounts.factories import agent, client_of
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db
PAGE = "/dossiers/regles/"
TYPED = {"purpose": ["Accueillir Karim"], "kinds": ["a", "b"]}


def keep(browser, page=PAGE, **content):
    body = {"label": "Règles de partage", "typed": TYPED} | content
    return browser.post(
        f"/brouillons/?page={page}", json.dumps(body), content_type="application/json"
    )


def found(browser, page=PAGE) -> dict:
    return browser.get(f"/brouillons/?page={page}").json()


def test_what_was_typed_is_found_again_on_its_page_only():
    browser = client_of(agent(Role.CPIP))
    assert keep(browser).status_code == 204
    assert found(browser)["typed"] == TYPED
    assert "typed" not in found(browser, "/dossiers/ouvrir/")


def test_kept_again_it_is_the_last_words():
    browser = client_of(agent(Role.CPIP))
    keep(browser)
    keep(browser, typed={"purpose": ["Autre"]})
    assert found(browser)["typed"] == {"purpose": ["Autre"]}
    with as_owner():
        assert Draft.objects.count() == 1


def test_nobody_else_finds_it_and_the_row_is_sealed():
    owner = agent(Role.CPIP)
    keep(client_of(owner))
    assert "typed" not in found(client_of(agent(Role.CPIP, spip=owner.spip)))
    with as_owner():
        draft = Draft.objects.get()
    for words in ("Karim", "regles"):
        assert words.encode() not in bytes(draft.sealed)
    with actor(agent(Role.CPIP)):
        assert not Draft.objects.exists()


def test_the_first_page_leads_back_to_it_until_it_is_forgotten():
    browser = client_of(agent(Role.CPIP))
    assert "Saisies à reprendre" not in browser.get("/").text
    keep(browser)
    assert f'href="{PAGE}"' in browser.get("/").text
    assert browser.delete(f"/brouillons/?page={PAGE}").status_code == 204
    assert "Saisies à reprendre" not in browser.get("/").text


def test_a_form_accepted_forgets_its_draft_and_a_refused_one_keeps_it():
    browser = client_of(agent(Role.MANAGER))
    page = "/dossiers/bases-legales/"
    keep(browser, page)
    browser.post(page, {"label": ""})
    assert "typed" in found(browser, page)
    assert browser.post(page, {"label": "Article fictif"}).status_code == 302
    assert "typed" not in found(browser, page)


def test_a_form_sent_after_the_session_ended_keeps_its_draft():
    """The answer is the way to sign in, not the view's."""
    user = agent(Role.MANAGER)
    page = "/dossiers/bases-legales/"
    keep(client_of(user), page)
    late = client_of(user)
    session = late.session
    session["seen_at"] = 0
    session.save()
    assert "/compte/login/" in late.post(page, {"label": "Article fictif"}).url
    assert "typed" in found(client_of(user), page)


@pytest.mark.parametrize(
    "page", ["", "https://ailleurs.example/", "//ailleurs.example"]
)
def test_a_page_elsewhere_is_refused(page):
    assert keep(client_of(agent(Role.CPIP)), page).status_code == 400


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"label": "x", "typed": 3}'])
def test_what_no_form_sends_is_refused_and_changes_nothing(body):
    browser = client_of(agent(Role.CPIP))
    address = f"/brouillons/?page={PAGE}"
    answer = browser.post(address, body, content_type="application/json")
    assert answer.status_code == 400
    with as_owner():
        assert not Draft.objects.exists()


def test_a_text_longer_than_any_form_is_refused_and_accents_count_once():
    browser = client_of(agent(Role.CPIP))
    assert keep(browser, typed={"a": ["é" * 99_000]}).status_code == 204
    assert keep(browser, typed={"a": ["x" * 100_001]}).status_code == 400


def test_after_thirty_days_it_is_forgotten():
    browser = client_of(agent(Role.CPIP))
    keep(browser)
    keep(browser, "/dossiers/ouvrir/")
    old = timezone.now() - timedelta(days=31)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "update drafts_draft set saved_at = %s where id ="
            " (select min(id) from drafts_draft)",
            [old],
        )
    with actor(SystemActor.DRAFTS):
        assert services.purge() == 1
    assert "typed" in found(browser, "/dossiers/ouvrir/")
