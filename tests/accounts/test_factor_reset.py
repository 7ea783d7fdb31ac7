"""A lost second factor: one person starts, another confirms, the account is told and
cases stay shut for a day."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from spip_portal.accounts import services
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import FactorReset
from spip_portal.journal.models import Entry, Verb
from spip_portal.outbox.models import Message
from tests.accounts.factories import agent, client_of, give_second_factor
from tests.cases.factories import CaseFactory

pytestmark = pytest.mark.django_db
PAGE = "/compte/reinitialisations/"


@pytest.fixture
def service():
    """A CPIP who lost their phone, the manager who was called, a second manager."""
    cpip = CaseFactory().referent
    return cpip, agent(Role.MANAGER, cpip.spip), agent(Role.MANAGER, cpip.spip)


def start(cpip, manager) -> FactorReset:
    client_of(manager).post(PAGE, {"user": cpip.pk, "motive": "Rappel au service"})
    return FactorReset.objects.get()


def test_two_people_reset_a_factor_and_the_account_is_told_twice(service):
    cpip, first, second = service
    browser = client_of(cpip)
    reset = start(cpip, first)
    assert Authenticator.objects.filter(user=cpip).exists()
    assert browser.get("/dossiers/").status_code == 200
    client_of(second).post(f"{PAGE}{reset.uuid}/confirmer/")
    assert not Authenticator.objects.filter(user=cpip).exists()
    assert browser.get("/dossiers/").status_code == 302
    assert Message.objects.filter(recipient=cpip.email).count() == 2
    assert Entry.objects.filter(verb=Verb.SECURITY).count() == 2


def test_whoever_started_does_not_confirm(service):
    cpip, first, _ = service
    reset = start(cpip, first)
    assert client_of(first).post(f"{PAGE}{reset.uuid}/confirmer/").status_code == 404
    with pytest.raises(PermissionDenied):
        services.confirm_factor_reset(reset=reset, by=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.update(confirmed_by=first, confirmed_at=timezone.now())


def test_nobody_resets_their_own_factor(service):
    _, first, _ = service
    page = client_of(first).post(PAGE, {"user": first.pk, "motive": "moi"})
    assert page.context["form"].errors
    with pytest.raises(IntegrityError), transaction.atomic():
        services.start_factor_reset(user=first, by=first, spip=first.spip, motive="x")


def test_another_service_has_no_say(service):
    cpip, first, _ = service
    stranger = agent(Role.MANAGER)
    page = client_of(stranger).post(PAGE, {"user": cpip.pk, "motive": "x"})
    assert page.context["form"].errors
    reset = start(cpip, first)
    path = f"{PAGE}{reset.uuid}/confirmer/"
    assert client_of(stranger).get(path).status_code == 404


def test_cases_stay_shut_for_24_hours_even_with_a_new_factor(service):
    cpip, first, second = service
    services.confirm_factor_reset(reset=start(cpip, first), by=second)
    cpip.refresh_from_db()
    give_second_factor(cpip)
    assert len(client_of(cpip).get("/dossiers/").context["page"]) == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        # The database's own clock decides too: it is moved by hand.
        cpip.cases_closed_until = timezone.now() - timedelta(hours=25)
        cpip.save()
    assert len(client_of(cpip).get("/dossiers/").context["page"]) == 1
