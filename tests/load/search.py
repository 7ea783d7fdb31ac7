"""Finding words in the whole network costs what hand-written SQL costs."""

from collections.abc import Iterator
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from spip_portal import registry
from spip_portal.accounts.models import User
from spip_portal.demo.personas import PERSONAS
from spip_portal.search.text import CONFIGURATION
from spip_portal.security.actor import actor
from tests.database import use_database
from tests.load.figures import Figure, interleaved, time_of

TARGET = 1.3  # PERFORMANCE, « French full-text search »
SHOWN = 6  # of each kind, newest first
WORDS = ("hébergement", "insertion")
RARE = "citoyenneté"
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
# A convention is found by the words of its public annexes too.
ANNEXES = f"""
select a.agreement_id from partners_annextext t
  join partners_agreementannex a on a.id = t.annex_id and a.audience = 'public'
  join vault_storedfile f on f.id = a.file_id and f.state = 'available'
 where t.words @@ to_tsquery('{CONFIGURATION}', %(word)s)
"""


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
    with actor(user):
        yield _rare(user)


def _rare(user: User) -> Figure:
    """A word that hardly any row holds leaves nothing to read: the questions alone are
    compared. To write its nine questions takes the ORM 6 ms more, whatever the size."""
    with CaptureQueriesContext(connection) as captured:
        _by_portal(user, RARE)
    asked = [(query["sql"], None) for query in captured]
    by_hand = [(sql, _values(user, RARE)) for sql in (*_by_hand_sql(), ANNEXES)]
    times = interleaved(
        {
            "portal": partial(time_of, partial(_answers, asked)),
            "hand": partial(time_of, partial(_answers, by_hand)),
        }
    )
    name = f"recherche « {RARE} » dans le grand réseau, à la base"
    return Figure(name, times["portal"], times["hand"], TARGET)


def _answers(questions: list[tuple]) -> list[tuple]:
    found = []
    with connection.cursor() as cursor:
        for sql, values in questions:
            cursor.execute(sql, values)
            found += cursor.fetchall()
    return found


def _by_portal(user: User, word: str) -> list[str]:
    found = []
    for searchable in registry.gather("search", user):
        rows = searchable.rows.with_words(word).order_by("-pk")[:SHOWN]
        found += [searchable.describe(row).title for row in rows]
    return found


def _by_hand(user: User, word: str) -> list[str]:
    asked = [(sql, _values(user, word)) for sql in _by_hand_sql()]
    return [name for (name,) in _answers(asked)]


def _by_hand_sql() -> list[str]:
    """Over the stored words too: what is compared is the way there."""
    return [
        f"select {name} from {table} where ({visible})"
        f" and words @@ to_tsquery('{CONFIGURATION}', %(word)s)"
        f" order by id desc limit {SHOWN}"
        for table, name, visible in BY_HAND
    ]


def _values(user: User, word: str) -> dict:
    return {"spip": user.spip.pk, "word": f"{word}:*"}
