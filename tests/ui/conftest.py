import pytest
from django.db import connections

from tests.ui.browser import chromium


@pytest.fixture(scope="module")
def browser(django_db_blocker):
    """One browser a module. Playwright runs a loop in this thread while it is open,
    which Django takes for concurrency; the requests come one by one all the same."""
    with pytest.MonkeyPatch.context() as environment, chromium() as started:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started
        with django_db_blocker.unblock():
            connections.close_all()  # those of this loop: nobody else can reach them
