"""The persona switch: `/demo/` and `POST /demo/connexion/<slug>/`."""

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from spip_portal.accounts.models import User
from spip_portal.demo.personas import PERSONAS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_people")]

WELCOME = [slug for slug in PERSONAS if slug != "ancien"]


def sign_in(client: Client, slug: str):
    return client.post(reverse("demo:sign_in", args=[slug]))


@pytest.mark.parametrize("slug", WELCOME)
def test_one_click_signs_in_and_lands_on_the_first_page(client, slug):
    response = client.post(reverse("demo:sign_in", args=[slug]), follow=True)
    assert response.redirect_chain == [(reverse("pages:home"), 302)]
    assert response.status_code == 200
    assert response.context["user"].email == PERSONAS[slug].email
    assert PERSONAS[slug].name in response.text


def test_deactivated_account_is_refused(client):
    response = sign_in(client, "ancien")
    assert response.status_code == 403
    assert "Le compte de Pierre Vasseur est désactivé" in response.text
    assert SESSION_KEY not in client.session


def test_refusal_leaves_whoever_is_signed_in_as_they_are(client):
    sign_in(client, "cpip")
    sign_in(client, "ancien")
    user = User.objects.get(pk=client.session[SESSION_KEY])
    assert user.email == PERSONAS["cpip"].email


def test_unknown_persona_is_not_found(client):
    assert sign_in(client, "inconnu").status_code == 404


def test_the_readme_names_each_as_the_page_does():
    """Its table gives slugs, and `/demo/` shows names."""
    readme = (settings.BASE_DIR / "README.md").read_text()
    known = [f"{persona.name} (`{slug}`)" for slug, persona in PERSONAS.items()]
    assert [words for words in known if words not in readme] == []


def test_only_a_post_signs_in(client):
    assert client.get(reverse("demo:sign_in", args=["cpip"])).status_code == 405


def test_sign_in_wants_the_csrf_token():
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, "cpip").status_code == 403


def test_switch_stands_in_for_the_second_factor(client):
    """An agent opens the case area at once."""
    sign_in(client, "cpip")
    assert client.get(reverse("cases:case_list")).status_code == 200


@pytest.mark.parametrize("slug", ["cpip", "intervenant"])
def test_nothing_of_the_session_before_survives(client, slug):
    """Another session key, one proof only, be it the same persona again."""
    sign_in(client, "cpip")
    key = client.session.session_key
    sign_in(client, slug)
    assert client.session.session_key != key
    proofs = client.session["account_authentication_methods"]
    assert [proof["method"] for proof in proofs] == ["demo"]


def test_page_lists_every_persona_without_sql(client, django_assert_num_queries):
    with django_assert_num_queries(3):  # the actor's transaction, nothing else
        response = client.get(reverse("demo:personas"))
    for persona in PERSONAS.values():
        assert reverse("demo:sign_in", args=[persona.slug]) in response.text
    assert reverse("demo:mailbox") in response.text


def test_page_offers_everybody_but_the_current_persona(client):
    sign_in(client, "cpip")
    response = client.get(reverse("demo:personas"))
    assert reverse("demo:sign_in", args=["cpip"]) not in response.text
    assert reverse("demo:sign_in", args=["cpip2"]) in response.text
