"""30 minutes idle, 10 hours in all."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from spip_portal.accounts.enums import Role
from tests.accounts.factories import agent, client_of

pytestmark = pytest.mark.django_db


def test_a_session_ends_after_thirty_idle_minutes():
    browser = client_of(agent(Role.CPIP))
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=29), tick=False):
        assert browser.get("/dossiers/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=58), tick=False):
        assert browser.get("/dossiers/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=89), tick=False):
        response = browser.get("/dossiers/")
    assert response.status_code == 302
    assert response.url.startswith("/compte/login/?next=/dossiers/")


def test_a_session_in_use_ends_after_ten_hours():
    browser = client_of(agent(Role.CPIP))
    start = timezone.now()
    for minutes in range(20, 600, 20):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert browser.get("/dossiers/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=601), tick=False):
        assert browser.get("/dossiers/").status_code == 302
