"""What the technical administrator may do, and may not."""

import pytest
from django.contrib import admin

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Posting, User
from tests.accounts.factories import PostingFactory, UserFactory, agent, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return client_of(UserFactory(is_staff=True, is_superuser=True, totp=True))


def test_no_model_of_the_case_area_is_registered():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels.isdisjoint({"cases", "vault", "journal", "mfa", "outbox"})


def test_an_account_is_made_without_a_password_and_its_address_then_stays(
    administrator,
):
    path = "/administration/accounts/user/"
    form = {"email": "neuf@spip.example", "first_name": "Lou", "last_name": "Neuf"}
    administrator.post(f"{path}add/", {**form, "is_active": "on"})
    user = User.objects.get(email="neuf@spip.example")
    assert not user.has_usable_password()
    changes = {"email": "autre@spip.example", "last_name": "Nouveau", "password": "x"}
    administrator.post(
        f"{path}{user.pk}/change/", {**form, "is_active": "on", **changes}
    )
    user.refresh_from_db()
    assert (user.email, user.last_name) == ("neuf@spip.example", "Nouveau")
    assert not user.has_usable_password()


def test_a_posting_made_there_waits_for_the_direction(administrator):
    user, model = UserFactory(), PostingFactory()
    administrator.post(
        "/administration/accounts/posting/add/",
        {
            "user": user.pk,
            "spip": model.spip_id,
            "role": Role.CPIP,
            "starts_on": "2026-01-01",
            "confirmed_at": "2026-01-01",
        },
    )
    assert Posting.objects.get(user=user).confirmed_at is None
    path = f"/administration/accounts/posting/{model.pk}/change/"
    administrator.post(path, {"role": Role.MANAGER})
    model.refresh_from_db()
    assert model.role == Role.CPIP


def test_closing_an_account_there_ends_its_sessions(administrator):
    user = agent(Role.CPIP)
    browser = client_of(user)
    administrator.post(
        f"/administration/accounts/user/{user.pk}/change/",
        {"first_name": user.first_name, "last_name": user.last_name},
    )
    assert browser.get("/dossiers/").status_code == 302


def test_the_administration_has_no_sign_in_page_of_its_own_and_wants_a_factor():
    anonymous = client_of(None).get("/administration/login/")
    assert anonymous.url.startswith("/compte/login/")
    unproven = client_of(
        UserFactory(is_staff=True, is_superuser=True, totp=True), is_proven=False
    )
    assert unproven.get("/administration/").url.startswith("/compte/2fa/")
