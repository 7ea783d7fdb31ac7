"""The directory by need: a theme, a place, a public, a convention; near first."""

import csv
from datetime import timedelta
from math import acos, cos, radians, sin

import pytest
from django.utils import timezone

from partners.models import Commune, Organisation
from partners.services.communes import locate
from spip_portal.ui.templatetags.portal import long_date
from tests.accounts.factories import client_of
from tests.partners.factories import (
    AgreementFactory,
    DeclaredPlacesFactory,
    OrganisationKindFactory,
    ThemeFactory,
    partner,
)

URL = "/annuaire/"


def at(spip, name: str, postcode: str, city: str, **fields):
    organisation = partner(
        spip, name=name, postcode=postcode, city=city, audience="public", **fields
    )
    locate(Organisation.objects.filter(pk=organisation.pk))
    return organisation


@pytest.fixture
def meuse(spip):
    """Verdun, 2 km, 32 km and 46 km from it; in the corner of the square but out of the
    circle of 50 km; in another département; and nowhere known."""
    at(spip, "Ici", "55100", "Verdun")
    at(spip, "Banlieue", "55430", "Belleville-sur-Meuse")
    at(spip, "Saint-Mihiel", "55300", "St Mihiel")
    at(spip, "Bar", "55000", "Bar-le-Duc")
    at(spip, "Coin", "57390", "Audun-le-Tiche")
    at(spip, "Metz", "57000", "Metz")
    at(spip, "Nulle part", "55100", "Lieu-dit")


def answer(query: str, user=None):
    return client_of(user).get(f"{URL}?{query}")


def names(query: str, user=None) -> list[str]:
    return [row.name for row in answer(query, user).context["rows"]]


# -- Near -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("radius", "found"),
    [
        ("10", ["Ici", "Banlieue"]),
        ("", ["Ici", "Banlieue"]),  # 20 km
        ("50", ["Ici", "Banlieue", "Saint-Mihiel", "Bar"]),
        ("departement", ["Ici", "Banlieue", "Saint-Mihiel", "Bar"]),
        ("1000", ["Ici", "Banlieue"]),  # no choice: as if it said nothing
    ],
)
def test_so_far_around_a_commune_the_nearest_first(meuse, radius, found):
    query = f"commune=55100+Verdun&sort=distance&radius={radius}"
    assert names(query) == found


def test_the_distance_is_told_in_words(meuse):
    page = answer("commune=55100+Verdun&sort=distance&radius=50")
    by_name = {row.name: row.distance_km for row in page.context["rows"]}
    assert by_name["Ici"] == 0
    assert by_name["Banlieue"] == pytest.approx(2, abs=1)
    assert by_name["Saint-Mihiel"] == pytest.approx(32, abs=1)
    assert "à 32\N{NO-BREAK SPACE}km" in page.text
    assert "depuis Verdun (55)" in page.text


def test_it_is_the_same_as_a_distance_reckoned_apart(meuse):
    """By the law of cosines, and by no square: none in the circle is lost."""
    verdun = Commune.objects.get(code="55545")

    def apart(other: Commune) -> float:
        a, b = radians(verdun.latitude), radians(other.latitude)
        turn = radians(other.longitude - verdun.longitude)
        return 6371 * acos(min(1, sin(a) * sin(b) + cos(a) * cos(b) * cos(turn)))

    near = {
        each.name
        for each in Organisation.objects.exclude(commune=None)
        if apart(each.commune) <= 50
    }
    assert set(names("commune=Verdun+(55)&radius=50")) == near


def test_an_order_by_distance_from_nowhere_is_by_name(meuse):
    assert names("sort=distance") == sorted(names(""))


def test_a_name_of_two_communes_offers_both(meuse):
    """Without JavaScript: the matches are links that keep the other filters."""
    page = answer("q=&theme=emploi&commune=verdun")
    assert "choisissez la bonne" in page.text
    assert "commune=Verdun+%2855%29" in page.text
    assert "commune=Verdun+%2809%29" in page.text
    assert "theme=emploi&amp;commune" in page.text
    assert 'value="verdun"' in page.text  # what was typed is kept
    assert len(names("commune=verdun")) == 7  # and nothing is filtered


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("zzzzzz", "Aucune commune ne s’appelle ainsi"),
        ("55000", "Plus de dix communes"),
        ("x%00", "nul"),
    ],
)
def test_what_is_no_commune_says_so_at_the_field(meuse, text, sentence):
    page = answer(f"commune={text}&radius=10")
    assert sentence in page.text
    assert len(page.context["rows"]) == 7


def test_a_misspelt_name_finds_its_commune(meuse):
    assert names("commune=st+mihiel&radius=10") == ["Saint-Mihiel"]
    assert "Saint-Mihiel (55)" in answer("commune=sain+miel").text


# -- What one needs ------------------------------------------------------------------


def test_by_the_public_that_is_taken_in(spip):
    partner(spip, name="Elles", audience="public", publics="Femmes avec enfants")
    partner(
        spip, name="Eux", audience="public", publics="Hommes", description="Ni femmes."
    )
    assert names("public=femme") == ["Elles"]
    assert names("public=hommes") == ["Eux"]
    assert names("public=%25") == []


def test_by_the_places_that_are_free(spip):
    """Of one kind, and declared within a month: an older figure counts for nothing."""
    declared = {"Un": (1, 0), "Deux": (2, 1), "Cinq": (5, 30), "Vieille": (9, 32)}
    for name, (free, days) in declared.items():
        structure = partner(spip, name=name, audience="public")
        DeclaredPlacesFactory(
            organisation=structure,
            total=9,
            free=free,
            declared_at=timezone.now() - timedelta(days=days),
        )
    assert names("places=2") == ["Cinq", "Deux"]
    assert names("places=3") == ["Cinq"]
    assert names("places=1") == ["Cinq", "Deux", "Un"]
    page = answer("places=1").text
    thirty_days_ago = long_date(timezone.now() - timedelta(days=30))
    assert f"5 places libres, déclarées le {thirty_days_ago}" in page
    assert f"1 place libre, déclarée le {long_date(timezone.now())}" in page


@pytest.mark.parametrize("text", ["0", "beaucoup", "1000"])
def test_what_is_no_number_of_places_filters_nothing_and_says_so(spip, text):
    partner(spip, audience="public")
    page = answer(f"places={text}")
    assert page.context["form"].errors["places"]
    assert len(page.context["rows"]) == 1


def test_those_not_taken_in_are_never_a_filter(spip):
    partner(spip, name="Elles", audience="public", excluded_publics="Hommes")
    assert names("public=hommes") == []
    assert names("") == ["Elles"]


def test_with_a_convention_in_force_that_the_reader_may_see(spip, referent):
    """One that only its parties know of is not told by a filter."""
    signed = partner(spip, name="Signée", audience="public")
    AgreementFactory(spip=spip, parties=[signed], audience="public")
    over = partner(spip, name="Échue", audience="public")
    AgreementFactory(spip=spip, parties=[over], audience="public", over=True)
    secret = partner(spip, name="Secrète", audience="public")
    AgreementFactory(spip=spip, parties=[secret], audience="parties")
    assert names("in_force=on") == ["Signée"]
    assert names("in_force=on", referent) == ["Signée"]
    AgreementFactory(spip=spip, parties=[secret], audience="network")
    assert names("in_force=on", referent) == ["Secrète", "Signée"]
    assert names("in_force=on") == ["Signée"]


def test_the_last_reviewed_first(spip):
    for name, day in [("A", "2026-01-01"), ("B", "2026-03-01"), ("C", "2026-02-01")]:
        partner(spip, name=name, audience="public", reviewed_at=f"{day}T10:00:00+01:00")
    assert names("sort=verification") == ["B", "C", "A"]


def test_the_file_holds_what_the_filters_leave(meuse):
    query = "commune=Verdun+(55)&radius=50&sort=distance"
    content = answer(f"{query}&format=csv").content.decode("utf-8-sig")
    lines = csv.reader(content.splitlines()[1:], delimiter=";")
    assert [line[0] for line in lines] == names(query)


EVERY_FILTER = (
    "q=association&theme=emploi&commune=55100+Verdun&radius=50&public=hommes"
    "&milieu=open&kind=chrs&places=1&in_force=on&sort=distance"
)


@pytest.mark.parametrize("count", [1, 3])
def test_with_every_filter_it_costs_the_same_for_any_number(
    count, spip, coordinator, django_assert_num_queries
):
    """Seven open the page; eight are its own: the choices of three filters, the
    commune, whether a word is held, the count, the rows and their themes."""
    kind = OrganisationKindFactory(code="chrs")
    for number in range(count):
        organisation = at(
            spip,
            f"Association {number}",
            "55100",
            "Verdun",
            kind=kind,
            publics="Hommes",
        )
        organisation.themes.add(ThemeFactory(code="emploi"))
        DeclaredPlacesFactory(organisation=organisation)
        AgreementFactory(spip=spip, parties=[organisation], audience="public")
    browser = client_of(coordinator)
    with django_assert_num_queries(15):
        page = browser.get(f"{URL}?{EVERY_FILTER}")
    assert len(page.context["rows"]) == count
