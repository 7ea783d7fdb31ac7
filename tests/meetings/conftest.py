import pytest

from tests.accounts.factories import SpipFactory, client_of
from tests.meetings.factories import coordinator


@pytest.fixture
def spip(db):
    return SpipFactory(email="spip@justice.example")


@pytest.fixture
def jeanne(spip):
    """The coordination of the service."""
    return coordinator(spip)


@pytest.fixture
def browser(jeanne):
    """Her browser."""
    return client_of(jeanne)
