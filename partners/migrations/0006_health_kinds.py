"""Which kinds of structure are health ones: an expert report goes to no other."""

from django.db import migrations, models

HEALTH = ["act", "csapa", "caarud", "sante"]


def mark(apps, schema_editor):
    apps.get_model("partners", "OrganisationKind").objects.filter(code__in=HEALTH).update(
        is_health=True
    )


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_words")]
    operations = [
        migrations.AddField(
            "organisationkind",
            "is_health",
            models.BooleanField(default=False, verbose_name="structure de santé"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
