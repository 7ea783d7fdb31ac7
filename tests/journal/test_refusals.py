"""A refusal leaves its line, whatever becomes of the request's own transaction."""

import uuid

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from spip_portal.accounts.enums import Role
from spip_portal.journal.middleware import RefusalMiddleware
from spip_portal.journal.models import Entry, Verb
from spip_portal.journal.services import record
from spip_portal.security.actor import actor
from spip_portal.security.middleware import ActorMiddleware
from tests.accounts.factories import UserFactory, agent, client_of

CASES, NETWORK = "/dossiers/", "/missions/"


@pytest.fixture
def database(committed_database, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def answered(status: int, user, path: str = CASES) -> None:
    """A request that writes, takes all back, and ends with this status."""

    def view(request):
        record(actor=user, verb=Verb.CREATE, motive="défait", request=request)
        transaction.set_rollback(True)
        return HttpResponse(status=status)

    request = RequestFactory().get(path)
    request.user, request.resolver_match = user, resolve(path)
    RefusalMiddleware(ActorMiddleware(view))(request)


@pytest.mark.parametrize("status", [403, 404, 429])
def test_a_request_that_was_undone_still_leaves_its_refusal(database, status):
    user = UserFactory()
    answered(status, user)
    line = Entry.objects.get(actor_id=user.pk)
    assert (line.verb, line.object_kind) == (Verb.REFUSED, "dossiers")
    assert line.ip == "127.0.0.1"


@pytest.mark.parametrize(
    ("status", "path"), [(200, CASES), (302, CASES), (405, CASES), (404, NETWORK)]
)
def test_nothing_else_is_a_refusal(database, status, path):
    user = UserFactory()
    answered(status, user, path)
    assert not Entry.objects.filter(actor_id=user.pk).exists()


@pytest.mark.django_db
def test_a_forged_post_in_the_case_area_is_one_too():
    """403: the token of the form is missing."""
    user = agent(Role.CPIP)
    client = client_of(user)
    client.handler.enforce_csrf_checks = True
    assert client.post("/dossiers/ouvrir/").status_code == 403
    assert Entry.objects.filter(actor_id=user.pk, verb=Verb.REFUSED).count() == 1


@pytest.mark.django_db
def test_it_names_what_was_asked_for():
    user, unknown = agent(Role.CPIP), uuid.uuid4()
    assert client_of(user).get(f"/documents/{unknown}/").status_code == 404
    with actor(user):
        line = Entry.objects.get(actor_id=user.pk, verb=Verb.REFUSED)
    assert (line.object_kind, line.object_uuid) == ("documents", unknown)


@pytest.mark.django_db
def test_whatever_the_address_calls_it():
    user, unknown = agent(Role.CPIP), uuid.uuid4()
    assert client_of(user).get(f"/partages/{unknown}/messages/").status_code == 404
    with actor(user):
        line = Entry.objects.get(actor_id=user.pk, verb=Verb.REFUSED)
    assert (line.object_kind, line.object_uuid) == ("partages messages", unknown)
