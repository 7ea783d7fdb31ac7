"""The demo, and the same demo grown large, each in a database of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases

from partners.models import ActionSession, Agreement, Organisation
from spip_portal.demo.loading import bulk_network
from spip_portal.security.actor import SystemActor, actor
from spip_portal.vault import envelope
from tests.database import clone_database, drop_database, use_database, use_role

LARGE = {Organisation: 20_000, Agreement: 5_000, ActionSession: 50_000}  # issue's sizes


@contextmanager
def demo_and_large() -> Iterator[tuple[str, str]]:
    """Names of both databases; statements run as the application's role."""
    connection.settings_dict.setdefault("OPTIONS", {})
    use_role("portal_owner")
    made = setup_databases(0, interactive=False, serialized_aliases=())
    demo = connection.settings_dict["NAME"]
    large = f"{demo}_large"
    try:
        use_role("portal_app")
        _load_demo()
        clone_database(demo, large)
        use_database(large)
        _grow()
        yield demo, large
    finally:
        drop_database(large)
        use_database(demo)
        use_role("portal_owner")
        teardown_databases(made, verbosity=0)


def _load_demo() -> None:
    envelope.create_key()
    with override_settings(DEMO=True):
        call_command("load_demo", stdout=StringIO())


def _grow() -> None:
    """As many times the demo as the largest wanted size asks for. It has the most
    conventions beside that size: their own is asked of them."""
    with actor(SystemActor.DEMO):
        scales = {
            model: -(-size // model.objects.count()) for model, size in LARGE.items()
        }
        bulk_network.load(max(scales.values()), scales[Agreement])
    with connection.cursor() as cursor:
        cursor.execute("set role portal_owner")
        # As autovacuum leaves them: what no index has sorted yet is read row by row.
        cursor.execute("vacuum analyze")
    connection.close()
