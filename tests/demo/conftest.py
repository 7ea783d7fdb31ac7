import pytest
from django.core.management import call_command
from django.test import override_settings

from spip_portal.demo.loading import network, people
from spip_portal.security.actor import SystemActor, actor


@pytest.fixture(scope="module")
def demo(committed_database):
    """The whole demo, loaded once for the module in a database of its own. Cases are
    opened only where fiction is announced, hence DEMO."""
    with override_settings(DEMO=True):
        call_command("load_demo", verbosity=0)
        yield


@pytest.fixture(scope="module")
def demo_people(committed_database):
    """Its people and their structures, without a case: a second is enough."""
    with actor(SystemActor.DEMO):
        people.load()
        network.load()
