"""allauth's pages, in French and in the frame of the portal."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from lxml import html

from tests.accounts.factories import PASSWORD, UserFactory, client_of

pytestmark = pytest.mark.django_db

ENGLISH = re.compile(
    r"\b(the|your|you|please|password|sign|email|account|confirm|code is)\b",
    re.IGNORECASE,
)


def check(response, heading: str):
    """A whole page of ours: one title, French, no style inline; gives its tree."""
    assert response.status_code == 200
    page = html.fromstring(response.content.decode())
    main = page.get_element_by_id("contenu")
    assert [h1.text_content().strip() for h1 in page.iter("h1")] == [heading]
    assert page.findtext("head/title").endswith(" – Portail partenarial du SPIP")
    assert ENGLISH.findall(main.text_content()) == []
    assert not page.xpath("//*[@style]")
    assert {form.get("method") for form in main.iter("form")} <= {"post"}
    return page


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/compte/login/", "Se connecter"),
        ("/compte/signup/", "Comptes sur invitation"),
        ("/compte/inactive/", "Compte fermé"),
        ("/compte/confirm-email/", "Vérifiez votre adresse électronique"),
        ("/compte/confirm-email/inconnu/", "Confirmer une adresse"),
        ("/compte/password/reset/", "Mot de passe oublié"),
        ("/compte/password/reset/done/", "Regardez votre messagerie"),
        ("/compte/password/reset/key/a-b/", "Choisir un mot de passe"),
        ("/compte/password/reset/key/done/", "Mot de passe modifié"),
    ],
)
def test_a_visitor_s_account_pages(path, heading):
    """The way in, and what to do when it is shut."""
    check(client_of(None).get(path), heading)


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/compte/logout/", "Se déconnecter"),
        ("/compte/email/", "Adresse électronique"),
        ("/compte/password/change/", "Changer de mot de passe"),
        ("/compte/reauthenticate/", "Confirmer que c’est vous"),
        ("/compte/2fa/", "Double authentification"),
    ],
)
def test_one_s_own_account_pages(path, heading):
    """Managing the account, without a second factor."""
    check(client_of(UserFactory()).get(path), heading)


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/compte/2fa/", "Double authentification"),
        ("/compte/2fa/reauthenticate/", "Confirmer que c’est vous"),
        ("/compte/2fa/totp/deactivate/", "Désactiver la double authentification"),
        ("/compte/2fa/recovery-codes/generate/", "Créer des codes de secours"),
    ],
)
def test_the_pages_of_a_second_factor(path, heading):
    """Managing the second factor once there is one."""
    client = client_of(UserFactory(totp=True))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    check(client.get(path), heading)


def test_activating_the_second_factor():
    """The key is written under its drawing, for whoever cannot see the drawing."""
    client = client_of(UserFactory())
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = check(
        client.get(reverse("mfa_activate_totp")), "Activer la double authentification"
    )
    assert page.xpath("//main//code/text()")
    assert page.xpath("//main//img[@alt]/@src")[0].startswith("data:image/svg+xml")


def test_new_recovery_codes_are_shown_once():
    """Right after they were made; later, only how to make others."""
    client = client_of(UserFactory(totp=True))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    made = client.post(reverse("mfa_generate_recovery_codes"), follow=True)
    assert len(check(made, "Codes de secours").xpath("//main//li/code")) == 10
    again = check(client.get(reverse("mfa_view_recovery_codes")), "Codes de secours")
    assert not again.xpath("//main//li/code")


def test_the_second_step_of_signing_in():
    """After the password, the code of the telephone; one can give up."""
    user = UserFactory(totp=True)
    client = client_of(None)
    answer = client.post(
        reverse("account_login"),
        {"login": user.email, "password": PASSWORD},
        follow=True,
    )
    page = check(answer, "Double authentification")
    assert page.get_element_by_id("id_code").get("autocomplete") == "one-time-code"
    assert page.xpath("//button[@form='logout-from-stage']")


def test_choosing_a_new_password_from_the_mail():
    """The link of the mail leads to a form that says what a password must be."""
    user = UserFactory()
    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
    page = check(client_of(None).get(path, follow=True), "Choisir un mot de passe")
    assert "14" in page.get_element_by_id("id_password1_helptext").text_content()


def test_confirming_an_address_asks_for_a_click():
    """A GET confirms nothing: mail gateways open links."""
    user = UserFactory()
    address = EmailAddress.objects.create(user=user, email="nouvelle@asso.example")
    path = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    page = check(client_of(None).get(path), "Confirmer une adresse")
    assert "nouvelle@asso.example" in page.text_content()
    address.refresh_from_db()
    assert not address.verified


def test_an_address_waiting_for_its_confirmation():
    """The account page says which address waits, and how to give it up."""
    user = UserFactory()
    EmailAddress.objects.create(user=user, email="nouvelle@asso.example")
    page = check(client_of(user).get("/compte/email/"), "Adresse électronique")
    assert page.xpath("//button[@name='action_send']")
    assert page.xpath("//button[@name='action_remove']")


def test_a_refused_sign_in_is_told_in_french():
    """Errors come with the form, typed address kept."""
    answer = client_of(None).post(
        reverse("account_login"), {"login": "lea@asso.example", "password": "faux"}
    )
    page = check(answer, "Se connecter")
    assert page.get_element_by_id("id_login").get("value") == "lea@asso.example"
    assert page.find_class("fr-alert--error")


def test_a_session_that_ended_is_explained():
    """The sign-in page says why one is back there."""
    page = check(client_of(None).get("/compte/login/?expiree=1"), "Se connecter")
    assert "Votre session est terminée" in page.text_content()
