"""SECURITY, promise 1: a request that fails leaves nothing half done, a job that does
not say for whom it acts does nothing, and a database role that would read past
row-level security is refused (`actor()`, `ActorTask`, `guard_connections`)."""

from contextlib import closing

import pytest
from celery import shared_task
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.urls import path

from spip_portal import urls as portal
from spip_portal.accounts.models import Spip
from spip_portal.security.actor import NoActorError, SystemActor, actor
from spip_portal.security.checks import BypassingRoleError, guard_connections
from tests.accounts.factories import Browser, SpipFactory

# -- Requests -----------------------------------------------------------------------


def _writing(then):
    """A view that writes a row, then ends as told."""

    @login_not_required
    def view(request):
        SpipFactory(name="SPIP à moitié fait")
        return then()

    return view


def _fail() -> HttpResponse:
    raise ZeroDivisionError


class Faulty:
    urlpatterns = [
        path("panne/", _writing(_fail)),
        path("refus/", _writing(lambda: HttpResponse(status=503))),
        path("bien/", _writing(lambda: HttpResponse("fait"))),
        *portal.urlpatterns,
    ]


@pytest.fixture
def browser(db, settings):
    settings.ROOT_URLCONF = Faulty
    return Browser(raise_request_exception=False)


def test_a_view_that_fails_undoes_what_it_wrote_and_says_so_in_french(browser):
    response = browser.get("/panne/")
    assert response.status_code == 500
    assert "Le portail a rencontré une panne" in response.content.decode()
    assert not Spip.objects.exists()


def test_an_answer_that_says_that_it_failed_is_undone_too(browser):
    assert browser.get("/refus/").status_code == 503
    assert not Spip.objects.exists()


def test_a_view_that_succeeds_keeps_what_it_wrote(browser):
    assert browser.get("/bien/").status_code == 200
    assert Spip.objects.count() == 1


# -- Jobs ---------------------------------------------------------------------------


@shared_task(name="tests.forgetful")
def forgetful() -> int:
    return Spip.objects.count()


@shared_task(name="tests.careful")
def careful() -> int:
    with actor(SystemActor.HEALTH):
        return Spip.objects.count()


@pytest.mark.django_db
def test_a_task_without_an_actor_asks_the_database_nothing():
    with pytest.raises(NoActorError):
        forgetful()


@pytest.mark.django_db
def test_a_task_that_names_its_actor_works():
    SpipFactory()
    assert careful() == 1


@pytest.mark.django_db
def test_an_actor_does_not_outlive_its_task():
    careful()
    with pytest.raises(NoActorError):
        forgetful()


# -- Connections --------------------------------------------------------------------


@pytest.fixture
def _guarded():
    guard_connections()
    yield
    connection_created.disconnect(dispatch_uid="bypassing-role")


def _connect(role: str):
    """A connection of its own to the test database, under a role."""
    options = connection.settings_dict["OPTIONS"] | {"options": f"-c role={role}"}
    own = connection.copy()
    own.settings_dict = connection.settings_dict | {"OPTIONS": options}
    return own


@pytest.mark.django_db
@pytest.mark.usefixtures("_guarded")
def test_web_and_worker_refuse_to_connect_as_the_owner_of_the_tables():
    with closing(_connect("portal_owner")) as own:
        with pytest.raises(BypassingRoleError, match="possède les tables"):
            own.ensure_connection()


@pytest.mark.django_db
@pytest.mark.usefixtures("_guarded")
def test_they_connect_as_the_application():
    with closing(_connect("portal_app")) as own:
        own.ensure_connection()
        with own.cursor() as cursor:
            cursor.execute("select current_user")
            assert cursor.fetchone() == ("portal_app",)
