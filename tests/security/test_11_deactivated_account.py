"""SECURITY 11: a deactivated account has every session dead at once."""

import pytest

from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.accounts.services import deactivate_account
from tests.accounts.factories import agent, client_of

pytestmark = pytest.mark.django_db


def test_every_open_session_is_dead_at_the_next_request():
    user = agent(Role.CPIP)
    browsers = [client_of(user), client_of(user)]
    assert [b.get("/dossiers/").status_code for b in browsers] == [200, 200]
    deactivate_account(user=user)
    assert [b.get("/dossiers/").status_code for b in browsers] == [302, 302]


def test_a_session_of_before_stays_dead_when_the_account_opens_again():
    user = agent(Role.CPIP)
    browser = client_of(user)
    deactivate_account(user=user)
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert browser.get("/dossiers/").status_code == 302
