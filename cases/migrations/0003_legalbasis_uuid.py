import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_row_level_security")]
    operations = [
        migrations.AddField(
            "legalbasis", "uuid", models.UUIDField(null=True, editable=False)
        ),
        migrations.RunSQL(
            "update cases_legalbasis set uuid = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "legalbasis",
            "uuid",
            models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
        ),
    ]
