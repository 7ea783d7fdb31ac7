import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_posting_uuid")]
    operations = [
        migrations.AddField(
            "antenne", "uuid", models.UUIDField(null=True, editable=False)
        ),
        migrations.RunSQL(
            "update accounts_antenne set uuid = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "antenne",
            "uuid",
            models.UUIDField(default=uuid.uuid4, unique=True, editable=False),
        ),
        migrations.AddField(
            "antenne",
            "opening_hours",
            models.CharField(blank=True, max_length=300, verbose_name="horaires"),
        ),
        migrations.AddField(
            "antenne",
            "territory",
            models.TextField(blank=True, verbose_name="communes couvertes"),
        ),
    ]
