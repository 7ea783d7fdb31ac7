"""Finding words in the whole network costs what hand-written SQL costs."""

from collections.abc import Iterator
from functools import partial

from django.db import connection

from spip_portal import registry
from spip_portal.accounts.models import User
from spip_portal.demo.personas import PERSONAS
from spip_portal.search.text import CONFIGURATION
from spip_portal.security.actor import actor
from tests.database import use_database
from tests.load.figures import Figure, interleaved, time_of

TARGET = 1.3  # PERFORMANCE, « French full-text search »
SHOWN = 6  # of each kind, newest first
WORDS = ("hébergement", "citoyenneté", "insertion")
NETWORK = "audience in ('public', 'network') or spip_id = %(spip)s"
VALIDATED = "select organisation_id from partners_partnership where state = 'validated'"
OF_SERVICE = "select organisation_id from partners_partnership where spip_id = %(spip)s"
# (table, name, what an agent may see of it), in the registry's order.
BY_HAND = (
    ("newsletters_issue", "title", "sent_at is not null"),
    ("partners_mission", "title", "published_at <= now() or spip_id = %(spip)s"),
    ("partners_agreement", "title", NETWORK),
    (
        "partners_collectiveaction",
        "title",
        f"spip_id = %(spip)s or (state <> 'draft' and ({NETWORK}))",
    ),
    ("partners_forum", "title", NETWORK),
    (
        "partners_organisation",
        "name",
        f"id in ({VALIDATED}) or id in ({OF_SERVICE})",
    ),
    ("partners_term", "term", "true"),
    ("partners_duty", "who", "true"),
)


def measure(large: str) -> Iterator[Figure]:
    use_database(large)
    user = User.objects.get(email=PERSONAS["cpip"].email)
    for word in WORDS:
        with actor(user):
            assert sorted(_by_portal(user, word)) == sorted(_by_hand(user, word))
            times = interleaved(
                {
                    "portal": partial(time_of, partial(_by_portal, user, word)),
                    "hand": partial(time_of, partial(_by_hand, user, word)),
                }
            )
        name = f"recherche « {word} » dans le grand réseau"
        yield Figure(name, times["portal"], times["hand"], TARGET)


def _by_portal(user: User, word: str) -> list[str]:
    found = []
    for searchable in registry.gather("search", user):
        rows = searchable.rows.with_words(word).order_by("-pk")[:SHOWN]
        found += [searchable.describe(row).title for row in rows]
    return found


def _by_hand(user: User, word: str) -> list[str]:
    """Over the stored words too: what is compared is the way there."""
    found = []
    with connection.cursor() as cursor:
        for table, name, visible in BY_HAND:
            cursor.execute(
                f"select {name} from {table} where ({visible})"
                f" and words @@ to_tsquery('{CONFIGURATION}', %(word)s)"
                f" order by id desc limit {SHOWN}",
                {"spip": user.spip.pk, "word": f"{word}:*"},
            )
            found += [row[0] for row in cursor.fetchall()]
    return found
