"""SECURITY 6: a view that forgets its filter returns no row of another's case: whoever
asks for everything gets what the database lets them have."""

import pytest
from django.apps import apps
from django.db import connection

from cases.models import Case, Document
from spip_portal.security.actor import actor
from tests.cases.factories import DocumentFactory
from tests.security.access import TABLE
from tests.security.cast import SIGNED_OUT, Persona
from tests.security.world import World

pytestmark = pytest.mark.django_db
PERSONAS = pytest.mark.parametrize(
    "persona", [p for p in Persona if p not in SIGNED_OUT.a], ids=str
)


def everything(model) -> list:
    return list(model._base_manager.all())


def guarded() -> list:
    """The models of the case area whose tables are under row-level security."""
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relrowsecurity")
        tables = {name for (name,) in cursor.fetchall()}
    models = apps.get_app_config("cases").get_models()
    return [model for model in models if model._meta.db_table in tables]


@PERSONAS
def test_whoever_asks_for_all_gets_no_row_of_the_other_service(persona, world: World):
    user = world.users[persona]
    other = "a" if persona.endswith("_b") else "b"
    foreign = set(world.objects[other].values())
    with actor(user):
        assert len(guarded()) > 10
        for model in guarded():
            kept = {getattr(row, "uuid", None) for row in everything(model)}
            assert kept & foreign == set(), model


@PERSONAS
def test_whoever_asks_for_all_documents_gets_theirs(persona, world: World):
    """Exactly those whose page they may open, of the ones that the table of rights
    names."""
    named = {
        (side, line.object): persona in line.readers.on(side)
        for line in TABLE["cases:document"]
        for side in "ab"
    }
    with actor(world.users[persona]):
        given = {document.uuid for document in everything(Document)}
    assert named == {key: world.objects[key[0]][key[1]] in given for key in named}


def test_a_cpip_who_asks_for_all_gets_their_own():
    mine = DocumentFactory()
    DocumentFactory()
    with actor(mine.case.referent):
        assert everything(Document) == [mine]
        assert everything(Case) == [mine.case]


def test_nothing_reads_past_the_policies():
    """Row-level security does not hold whoever reads or writes through a view of the
    tables' owner: what the policies ask stands in functions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class join pg_roles r on r.oid = relowner"
            " where relkind in ('v', 'm') and rolname = 'portal_owner'"
        )
        assert cursor.fetchall() == []
