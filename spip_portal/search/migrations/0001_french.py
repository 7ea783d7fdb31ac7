"""How the portal reads French: words without their accents, cut to their stems, and
trigrams for what was mistyped. Both extensions are `trusted`: the database's owner may
create them (PostgreSQL 13 and after)."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CREATE = """
create text search configuration portal_french (copy = french);
alter text search configuration portal_french
  alter mapping for hword, hword_part, word with unaccent, french_stem;
"""


class Migration(migrations.Migration):
    dependencies = []
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(CREATE, "drop text search configuration portal_french"),
    ]
