"""SECURITY 12: before the second factor no case page answers; a recovery code works
once; a code is not taken twice; ten failures lock the account and mail its owner."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import SignInFailure
from spip_portal.outbox.models import Message
from spip_portal.vault import envelope
from tests.accounts.factories import PASSWORD, agent, client_of, give_second_factor
from tests.cases.factories import shared
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db
LOGIN, CODE = "/compte/login/", "/compte/2fa/authenticate/"


def code_of(secret: str) -> str:
    return format_hotp_value(
        hotp_value(secret, list(yield_hotp_counters_from_time())[1])
    )


def secret_of(user) -> str:
    totp = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return envelope.open_text(totp.data["secret"], purpose="mfa")


def after_password(user) -> Client:
    browser = Client()
    response = browser.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert response.url.startswith(CODE)
    return browser


def test_no_case_page_answers_on_a_password_alone():
    row = shared()
    browser = client_of(row.user, is_proven=False)
    uuid = row.content_object.uuid
    for path in ("/partages/", f"/documents/{uuid}/", f"/documents/{uuid}/fichier"):
        response = browser.get(path)
        assert response.status_code == 302
        assert response.url.startswith(reverse("mfa_reauthenticate"))
    assert client_of(row.user).get(f"/documents/{uuid}/").status_code == 200


def test_an_agent_without_a_second_factor_is_led_to_enrol_one():
    user = agent(Role.CPIP)
    Authenticator.objects.filter(user=user).delete()
    browser = client_of(user, is_proven=False)
    assert browser.get("/missions/").status_code == 200
    for path in ("/dossiers/", "/reunions/", "/compte/"):
        assert browser.get(path).url == reverse("mfa_activate_totp")


def test_a_member_who_receives_no_document_needs_none_for_the_network():
    member = MembershipFactory()
    browser = client_of(member.user, is_proven=False)
    assert browser.get("/conventions/").status_code == 200


def test_password_then_code_signs_in():
    user = agent(Role.CPIP)
    browser = after_password(user)
    assert browser.get("/dossiers/").status_code == 302
    browser.post(CODE, {"code": code_of(secret_of(user))})
    assert browser.get("/dossiers/").status_code == 200


def test_a_code_is_not_taken_twice():
    user = agent(Role.CPIP)
    with time_machine.travel("2026-11-24 10:00:05+01:00", tick=False):
        code = code_of(secret_of(user))
        after_password(user).post(CODE, {"code": code})
        replay = after_password(user)
        assert replay.post(CODE, {"code": code}).status_code == 200
        assert replay.get("/dossiers/").status_code == 302


def test_a_recovery_code_works_once():
    user = agent(Role.CPIP)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    first, second = after_password(user), after_password(user)
    first.post(CODE, {"code": code})
    second.post(CODE, {"code": code})
    assert first.get("/dossiers/").status_code == 200
    assert second.get("/dossiers/").status_code == 302


def test_the_secret_is_sealed_in_the_database():
    user = agent(Role.CPIP)
    Authenticator.objects.filter(user=user).delete()
    secret = give_second_factor(user)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    assert secret_of(user) == secret


def test_ten_wrong_codes_lock_the_account_and_mail_its_owner():
    user = agent(Role.CPIP)
    browser = after_password(user)
    for _ in range(10):
        assert browser.post(CODE, {"code": "000000"}).status_code == 200
    browser.post(CODE, {"code": code_of(secret_of(user))})
    assert browser.get("/dossiers/").status_code == 302
    told = Message.objects.filter(
        recipient=user.email, campaign__key__startswith="locked"
    )
    assert told.count() == 1


def test_ten_wrong_passwords_lock_the_account_for_an_hour_and_mail_its_owner():
    user = agent(Role.CPIP)
    for _ in range(10):
        Client().post(LOGIN, {"login": user.email, "password": "faux"})
    right = {"login": user.email, "password": PASSWORD}
    assert Client().post(LOGIN, right).status_code == 200
    assert Message.objects.filter(recipient=user.email).count() == 1
    SignInFailure.objects.update(failed_at="2026-01-01T00:00:00Z")
    assert Client().post(LOGIN, right).status_code == 302
