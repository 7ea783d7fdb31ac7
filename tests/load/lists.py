"""Each list of the network takes as long whether it is small or large."""

from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from statistics import median

from spip_portal.accounts.models import User
from spip_portal.demo.personas import PERSONAS
from tests.accounts.factories import client_of
from tests.database import use_database
from tests.load.figures import Figure, interleaved, time_of

FLAT = 1.5
REQUESTS = 5  # of each page in a round, once the connection is warm
READERS = (None, "coordination", "intervenant")
PAGES = (
    "/missions/",
    "/conventions/",
    "/conventions/?q=hébergement",
    "/actions/",
    "/actions/?q=emploi",
    "/annuaire/",
    "/annuaire/?q=logement",
    "/forums/",
    "/calendrier/",
    "/recherche/?q=insertion",
)


def measure(demo: str, large: str) -> Iterator[Figure]:
    for slug in READERS:
        readers = {name: _reader(name, slug) for name in (demo, large)}
        for path in PAGES:
            times = interleaved(
                {name: partial(readers[name], path) for name in (demo, large)}
            )
            who = slug or "un visiteur"
            yield Figure(f"{path}, {who}", times[large], times[demo], FLAT)


def _reader(database: str, slug: str | None) -> Callable[[str], float]:
    """How long this person waits for a page, in ms."""
    use_database(database)
    user = User.objects.get(email=PERSONAS[slug].email) if slug else None
    client = client_of(user)

    def wait_for(path: str) -> float:
        use_database(database)
        assert client.get(path).status_code == HTTPStatus.OK
        return median(time_of(lambda: client.get(path)) for _time in range(REQUESTS))

    return wait_for
