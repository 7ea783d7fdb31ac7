"""The communes of France in our own table, and each structure in its commune."""

from collections import defaultdict

from django.db import connection, transaction
from django.db.models import QuerySet

from partners.communes import commune_key, departement_of, read_communes
from partners.models import Commune, Organisation
from partners.models.communes import the_one

# One statement, and no temporary table: the application may not make one. What says
# nothing new is left alone, so that a second time writes no row.
MERGE = """
insert into partners_commune as known
  (code, name, key, postcodes, departement, latitude, longitude)
select code, name, key, postcodes::varchar[], departement, latitude::float,
  longitude::float
from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
  %s::text[]) as read (code, name, key, postcodes, departement, latitude, longitude)
on conflict (code) do update set
  (name, key, postcodes, departement, latitude, longitude) =
  (excluded.name, excluded.key, excluded.postcodes, excluded.departement,
   excluded.latitude, excluded.longitude)
where (known.name, known.key, known.postcodes, known.departement, known.latitude,
  known.longitude) is distinct from
  (excluded.name, excluded.key, excluded.postcodes, excluded.departement,
   excluded.latitude, excluded.longitude)
"""


def load_communes() -> int:
    """Bring the table to what the file says, and give how many rows changed. Nothing is
    taken away: people go on typing the names of communes that have merged."""
    columns = zip(*map(_row, read_communes()), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(MERGE, [list(column) for column in columns])
        return cursor.rowcount


def _row(read: dict[str, str]) -> list[str]:
    """In the order of the statement."""
    return [
        read["code"],
        read["name"],
        commune_key(read["name"]),
        f"{{{read['postcodes'].replace(' ', ',')}}}",
        departement_of(read["code"]),
        read["latitude"],
        read["longitude"],
    ]


@transaction.atomic
def locate(organisations: QuerySet[Organisation]) -> int:
    """Find the commune of each by its postcode and the name that was typed, and give
    how many moved. One that is not found is left empty, never refused. Two queries and
    an update, however many they are."""
    rows = list(organisations.only("postcode", "city", "commune"))
    by_key = defaultdict(list)
    keys = {commune_key(row.city) for row in rows}
    for commune in Commune.objects.filter(key__in=keys):
        by_key[commune.key].append(commune)
    moved = []
    for row in rows:
        found = the_one(by_key[commune_key(row.city)], row.postcode)
        if row.commune_id != (found.pk if found else None):
            row.commune = found
            moved.append(row)
    Organisation.objects.bulk_update(moved, ["commune"], batch_size=1000)
    return len(moved)
