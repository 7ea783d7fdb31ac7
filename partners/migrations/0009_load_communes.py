"""The communes, and those of the structures already there. `load_communes` does the same
after an update of the file."""

from django.db import migrations


def load(apps, schema_editor):
    # Here and not above: the models are ready only once a migration runs.
    from partners.models import Organisation
    from partners.services import communes

    communes.load_communes()
    communes.locate(Organisation.objects.all())


class Migration(migrations.Migration):
    dependencies = [("partners", "0008_communes")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
