import pytest

from tests.accounts.factories import client_of


@pytest.fixture
def client():
    """A visitor over https, as production wants it."""
    return client_of(None)
