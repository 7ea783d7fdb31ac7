"""Kinds of reception: what a service starts with, and edits in the administration."""

from django.db import migrations

# code, label
RECEPTION_KINDS = [
    ("hebergement", "hébergement"),
    ("placement-exterieur", "placement à l’extérieur"),
    ("tig", "travail d’intérêt général (TIG)"),
    ("autre", "autre accueil"),
]


def create(apps, schema_editor):
    model = apps.get_model("partners", "ReceptionKind")
    model.objects.bulk_create(
        model(code=code, label=label, position=position)
        for position, (code, label) in enumerate(RECEPTION_KINDS, 1)
    )


def delete(apps, schema_editor):
    apps.get_model("partners", "ReceptionKind").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_communes")]
    operations = [migrations.RunPython(create, delete)]
