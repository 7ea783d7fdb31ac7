import pytest

from tests.security import world as worlds


@pytest.fixture(scope="module")
def world(committed_database) -> worlds.World:
    """Two services and their people, once a module. A test that asks for the database
    walks through it in a transaction that is undone: all find it as it was built."""
    return worlds.build()
