"""The lines of the journal as they are sealed: read in a stream, written one way."""

import json
from collections.abc import Iterator

from django.db import connection

BATCH = 5_000
# In alphabetical order, as canonical JSON wants them. PostgreSQL writes the values that
# Python would be slow to read.
COLUMNS = {
    "actor_id": "actor_id",
    "at": """to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "count": "count",
    "id": "id",
    "ip": "host(ip)",
    "is_restricted": "is_restricted",
    "motive": "motive",
    "object_kind": "object_kind",
    "object_uuid": "object_uuid::text",
    "role": "role",
    "share_uuid": "share_uuid::text",
    "spip_id": "spip_id",
    "verb": "verb",
    "xact_id": "xact_id",
}
NAMES = tuple(COLUMNS)
ID, XACT = NAMES.index("id"), NAMES.index("xact_id")
MONTH = "to_char(at at time zone 'Europe/Paris', 'YYYY-MM')"
SELECT = ", ".join([*COLUMNS.values(), MONTH])
SQL = (
    "select {columns} from journal_entry"
    " where xact_id >= %s and xact_id < %s{condition} order by xact_id, id"
)
_START = "to_date(%s, 'YYYY-MM')::timestamp"
OF_MONTH = (
    f" and at >= {_START} at time zone 'Europe/Paris'"
    f" and at < ({_START} + interval '1 month') at time zone 'Europe/Paris'"
)
EVERY = 2**63 - 1
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def canonical_line(row: tuple) -> bytes:
    return _encode(dict(zip(NAMES, row, strict=False))).encode()


def between(
    since: int = 0, below: int = EVERY, *, month: str | None = None
) -> Iterator[tuple]:
    """Rows of `COLUMNS` and the month, in the order of the seals, in constant memory.
    `month`: those of one month only ("2026-11")."""
    condition = OF_MONTH if month else ""
    parameters: list[int | str] = [since, below, *([month, month] if month else [])]
    with connection.chunked_cursor() as cursor:
        cursor.execute(SQL.format(columns=SELECT, condition=condition), parameters)
        while rows := cursor.fetchmany(BATCH):
            yield from rows
