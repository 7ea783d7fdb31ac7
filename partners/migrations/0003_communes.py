"""The communes of France. After an update of their file, `load_communes` does it again,
and finds the commune of each structure."""

from django.db import migrations


def load(apps, schema_editor):
    # Here and not above: models are ready only once a migration runs.
    from partners.services.communes import load_communes

    load_communes()


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_reference_data")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
