"""What a service starts with, and who edits it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection

from partners.models import Charter, Duty, OrganisationKind, Theme
from tests.accounts.factories import UserFactory, client_of

data = import_module("partners.migrations.0002_reference_data")


def codes(**flags) -> set[str]:
    return set(OrganisationKind.objects.filter(**flags).values_list("code", flat=True))


def test_kinds_say_which_are_of_the_state_and_which_take_people_in(db):
    assert codes(is_state=True) == {
        "ccas",
        "conseil-departemental",
        "france-travail",
        "mairie",
        "prefecture",
        "protection-sociale",
        "service-etat",
    }
    assert codes(takes_people_in=True) == {
        "act",
        "chrs",
        "hebergement-urgence",
        "pension-de-famille",
        "placement-exterieur",
        "residence-sociale",
    }
    assert Theme.objects.count() == 12


def test_the_migration_can_be_undone_and_done_again(db):
    editor = connection.schema_editor()
    for model in (OrganisationKind, Theme, Charter):
        assert model.objects.exists()
    Duty.objects.all().delete()  # a later migration, undone before
    data.delete(apps, editor)
    for model in (OrganisationKind, Theme, Charter):
        assert not model.objects.exists()
    data.create(apps, editor)
    assert Charter.objects.current().get().version == 1


def test_the_charter_has_the_spaces_that_french_wants(db):
    """No sign at the beginning of a line."""
    text = Charter.objects.get().text
    for sign in " ;", " :", " »", "« ", "15 000", "article 226":
        assert sign not in text


def test_only_reference_data_is_in_the_administration():
    """What people decide goes through the services."""
    models = {
        model.__name__
        for model in admin.site._registry
        if model._meta.app_label == "partners"
    }
    assert models == {"OrganisationKind", "ReceptionKind", "Theme", "Charter"}


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_version_of_the_charter_is_neither_rewritten_nor_deleted(db, page):
    charter = Charter.objects.get()
    superuser = UserFactory(is_staff=True, is_superuser=True, totp=True)
    client = client_of(superuser)
    address = f"/administration/partners/charter/{charter.pk}/{page}/"
    client.post(address, {"text": "Autre", "post": "yes"})
    charter.refresh_from_db()
    assert charter.text.startswith("Article")
    assert client.get("/administration/partners/charter/add/").status_code == 200
