"""Fixtures of the whole suite: a real PostgreSQL under the roles of production."""

import shutil
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections

from spip_portal.security.checks import role_findings
from spip_portal.vault import envelope
from tests.database import (
    clone_database,
    drop_database,
    migrated_database,
    use_database,
    use_role,
)
from tests.ui.browser import chromium
from tests.undefined import undefined_variables_fail


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The longest test begins first: one process plays it while the other does the
    rest. Sorting keeps the random order of all others."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/e2e/"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    connection.settings_dict.setdefault("OPTIONS", {})
    use_role("portal_owner")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_modify_db_settings,
    django_db_blocker,
    testrun_uid,
    worker_id,
):
    """Migrate as the owner, once for all processes, then run each in its clone as the
    application: no test may forget a right."""
    with django_db_blocker.unblock():
        template = migrated_database(testrun_uid)
        own = f"{template}_{worker_id}"
        clone_database(template, own)
        use_database(own)
        use_role("portal_app")
        assert role_findings(connection) == []
    yield
    with django_db_blocker.unblock():
        drop_database(own)


@contextmanager
def as_owner():
    """Factories write past row-level security; what they test reads under it."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        before = cursor.fetchone()[0]
        cursor.execute("set role portal_owner")
        yield
        cursor.execute(f"set role {before}")


@pytest.fixture(scope="session", autouse=True)
def _vault():
    envelope.create_key()
    yield
    shutil.rmtree(settings.VAULT_ROOT.parent)


@pytest.fixture(scope="session", autouse=True)
def _defined_variables():
    with undefined_variables_fail():
        yield


@pytest.fixture(autouse=True)
def _empty_cache():
    """Rate limits of one test do not reach the next."""
    yield
    cache.clear()


@pytest.fixture(scope="module")
def committed_database(request, django_db_setup, django_db_blocker):
    """A database of this module's own, cloned from the migrated one, for tests that
    must commit (workers, live server). Nothing is truncated, so the journal's triggers
    stay on; the clone is dropped at the end. Yields its name."""
    template = connection.settings_dict["NAME"]
    clone = f"{template}_{request.module.__name__.rsplit('.', 1)[-1]}"
    with django_db_blocker.unblock():
        clone_database(template, clone)
        use_database(clone)
        yield clone
        use_database(template)
        drop_database(clone)


@pytest.fixture(scope="module")
def chrome(django_db_blocker):
    """One browser a module. Playwright runs a loop in this thread while it is open,
    which Django takes for concurrency; the requests come one by one all the same."""
    with pytest.MonkeyPatch.context() as environment, chromium() as started:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started
        with django_db_blocker.unblock():
            connections.close_all()  # those of this loop: nobody else can reach them
