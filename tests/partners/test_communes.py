"""The communes of France: each structure in its own, by what was typed."""

import pytest
from django.core.management import call_command
from django.db import connection

from partners.communes import commune_key, departement_of
from partners.forms.imports import entries
from partners.models import Commune, Organisation, OrganisationKind
from partners.services.communes import load_communes, locate
from partners.services.imports import import_organisations
from partners.services.organisations import save_organisation
from partners.services.registration import register_organisation
from tests.accounts.factories import client_of
from tests.partners.factories import OrganisationFactory, siret


def located(postcode: str, city: str) -> str:
    """The commune found for what was typed, or nothing."""
    organisation = OrganisationFactory(postcode=postcode, city=city)
    locate(Organisation.objects.filter(pk=organisation.pk))
    organisation.refresh_from_db()
    return str(organisation.commune or "")


def typed(text: str) -> list[str]:
    return [str(commune) for commune in Commune.objects.typed(text)[:3]]


# -- The table -----------------------------------------------------------------------


def test_every_commune_comes_with_the_migrations(db):
    assert Commune.objects.count() == 34870
    verdun = Commune.objects.get(code="55545")
    assert (verdun.postcodes, verdun.departement) == (["55100"], "55")
    assert (round(verdun.latitude, 1), round(verdun.longitude, 1)) == (49.2, 5.4)


def test_loading_twice_again_writes_what_differs_and_nothing_else(db):
    Commune.objects.filter(departement="55").update(name="?")
    changed = Commune.objects.filter(name="?").count()
    Commune.objects.create(
        code="96001",
        name="Disparue",
        key="disparue",
        postcodes=[],
        departement="96",
        latitude=0,
        longitude=0,
    )
    assert load_communes() == changed > 400  # and no other row
    assert Commune.objects.filter(name="Disparue").exists()  # it is still typed


def test_the_command_loads_and_locates(db, capsys):
    OrganisationFactory(postcode="55100", city="Verdun")
    with connection.cursor() as cursor:
        cursor.execute("update partners_commune set name = '?' where code = '55545'")
    call_command("load_communes")
    assert "1 lignes changées, 1 structures situées" in capsys.readouterr().out


# -- Names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St Mihiel", "SAINT-MIHIEL"),
        ("Ste-Menehould", "Sainte-Menehould"),
        ("L’Hôpital", "l'hopital"),
        ("Le Mans", "mans"),
        ("Sœurdres", "SOEURDRES"),
        ("Verdun CEDEX 2", "Verdun"),
        ("Paris 12e arrondissement", "PARIS 12"),
        ("Thierville s/Meuse", "Thierville-sur-Meuse"),
    ],
)
def test_two_ways_to_write_one_name(one, other):
    assert commune_key(one) == commune_key(other)


def test_an_article_alone_stays_a_name():
    assert commune_key("Les") == "les"


@pytest.mark.parametrize(
    ("code", "departement"),
    [
        ("55100", "55"),
        ("20000", "2A"),
        ("20200", "2B"),
        ("2A004", "2A"),
        ("97400", "974"),
    ],
)
def test_the_departement_of_a_code(code, departement):
    assert departement_of(code) == departement


# -- The commune of a structure ------------------------------------------------------


@pytest.mark.parametrize(
    ("postcode", "city", "found"),
    [
        ("55300", "saint mihiel", "Saint-Mihiel (55)"),
        ("55100", "VERDUN", "Verdun (55)"),
        ("09310", "Verdun", "Verdun (09)"),  # a namesake
        ("55107", "Verdun CEDEX", "Verdun (55)"),  # no commune has this postcode
        ("75012", "Paris", "Paris (75)"),
        ("55000", "Fictive-sur-Meuse", ""),
        ("57000", "Verdun", ""),  # in neither of their départements
        ("76000", "---", ""),
    ],
)
def test_by_its_postcode_and_the_name_that_was_typed(db, postcode, city, found):
    assert located(postcode, city) == found


def test_two_namesakes_of_one_departement_are_not_guessed(db):
    verdun = Commune.objects.get(code="55545")
    verdun.pk, verdun.code, verdun.postcodes = None, "55999", []
    verdun.save()
    assert located("55100", "Verdun") == "Verdun (55)"
    assert located("55107", "Verdun") == ""


@pytest.mark.parametrize("count", [1, 3])
def test_locating_costs_the_same_for_any_number(count, db, django_assert_num_queries):
    for _ in range(count):
        OrganisationFactory(postcode="55100", city="Verdun")
    with django_assert_num_queries(5):  # read, find and update, in a savepoint
        assert locate(Organisation.objects.all()) == count
    assert locate(Organisation.objects.all()) == 0


# -- At each writing -----------------------------------------------------------------


def test_a_referent_who_moves_the_structure_moves_it_on_the_map(organisation, referent):
    def move(postcode: str, city: str) -> str:
        save_organisation(
            organisation=organisation,
            by=referent,
            themes=[],
            postcode=postcode,
            city=city,
        )
        organisation.refresh_from_db()
        return str(organisation.commune)

    assert move("55100", "verdun") == "Verdun (55)"
    assert move("55100", "Nulle-Part") == "None"


def test_a_structure_that_registers_is_located(spip):
    form = client_of(None).get("/partenaires/inscription/").context["form"]
    assert "commune" not in form.fields  # typed as it is, never chosen in a list
    register(spip, postcode="55300", city="St Mihiel")
    assert str(Organisation.objects.get().commune) == "Saint-Mihiel (55)"


def register(spip, **where):
    register_organisation(
        spip=spip,
        name="Le Pont",
        kind=OrganisationKind.objects.first(),
        siret=siret(7),
        address="1 rue Haute",
        phone="",
        description="",
        milieu="open",
        publics="",
        excluded_publics="",
        themes=[],
        first_name="Alix",
        last_name="Dupont",
        function="",
        email="alix@asso.example",
        **where,
    )


def test_a_list_that_is_brought_in_is_located(coordinator):
    header = "nom;type;siret;adresse;code postal;commune"
    lines = f"{header}\nLe Pont;CHRS;{siret(8)};1 rue Haute;55100;VERDUN\n"
    import_organisations(by=coordinator, entries=entries(lines))
    assert str(Organisation.objects.get().commune) == "Verdun (55)"
    moved = lines.replace("55100;VERDUN", "55300;Saint Mihiel")
    import_organisations(by=coordinator, entries=entries(moved))
    assert str(Organisation.objects.get().commune) == "Saint-Mihiel (55)"


# -- What one types to search --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("St-Mihiel", ["Saint-Mihiel (55)"]),
        ("verdun", ["Verdun (09)", "Verdun (55)"]),
        ("Verdun (55)", ["Verdun (55)"]),
        ("55100 verdun", ["Verdun (55)"]),
        ("Verdun 55100", ["Verdun (55)"]),
        ("55300 verdun", []),
        ("Commerc", ["Commercy (55)"]),
        ("hoptal", ["L’Hôpital (57)"]),
        ("99999", []),
        ("()", []),
        ("", []),
    ],
)
def test_what_a_person_may_mean(db, text, found):
    assert typed(text) == found
