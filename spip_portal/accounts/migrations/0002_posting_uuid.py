import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AddField(
            "posting", "uuid", models.UUIDField(null=True, editable=False)
        ),
        migrations.RunSQL(
            "update accounts_posting set uuid = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "posting",
            "uuid",
            models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
        ),
    ]
