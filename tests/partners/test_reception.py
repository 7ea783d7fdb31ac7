"""Where a structure receives people, and how many places it declares."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import DeclaredPlaces, OrganisationKind, ReceptionKind, Site
from partners.services import reception as services
from spip_portal.security.dates import today
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import DeclaredPlacesFactory, SiteFactory, partner

HOME = "/ma-structure/"
PLACES = "/ma-structure/places/"
ADD = "/ma-structure/sites/ajouter/"
SITE = {
    "name": "Atelier des Forges",
    "address": "5 rue des Forges",
    "postcode": "55100",
    "city": "Verdun",
    "phone": "03 29 00 00 09",
    "opening_hours": "de 9 h à 17 h",
    "access": "Bus 3, arrêt Forges",
}


def site_url(site, act: str) -> str:
    return f"/ma-structure/sites/{site.uuid}/{act}/"


def page_of(user, organisation) -> str:
    return client_of(user).get(f"/annuaire/{organisation.uuid}/").content.decode()


# -- Sites -----------------------------------------------------------------------------


def test_the_key_of_a_row_elsewhere_adds_one_here(referent, organisation, outsider):
    key = uuid.uuid4()
    for user in (outsider, referent):
        assert client_of(user).post(ADD, SITE | {"key": key}).status_code == 302
    assert Site.objects.count() == 2
    assert organisation.sites.count() == 1


def test_a_structure_has_so_many_sites(referent, organisation, monkeypatch):
    monkeypatch.setattr(Site, "MOST", 1)
    SiteFactory(organisation=organisation)
    refused = client_of(referent).post(ADD, SITE | {"key": uuid.uuid4()})
    assert "déjà 1 sites" in refused.content.decode()
    assert refused.context["form"]["city"].value() == "Verdun"
    assert organisation.sites.count() == 1


def test_a_referent_adds_a_site_once_and_it_is_read(organisation, referent, cpip):
    form = SITE | {"key": uuid.uuid4()}
    for _ in range(2):  # a double click
        assert client_of(referent).post(ADD, form).url == HOME
    site = Site.objects.get()
    assert site.organisation == organisation
    for user in (referent, cpip):
        for words in SITE.values():
            assert words in page_of(user, organisation)


def test_it_is_edited_and_removed(organisation, referent):
    site = SiteFactory(organisation=organisation)
    client = client_of(referent)
    client.post(site_url(site, "modifier"), SITE | {"organisation": "1"})
    site.refresh_from_db()
    assert (site.name, site.organisation) == ("Atelier des Forges", organisation)
    assert "Atelier des Forges" in client.get(site_url(site, "retirer")).text
    assert Site.objects.exists()
    client.post(site_url(site, "retirer"))
    assert not Site.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "obligatoire"),
        ("postcode", "5510", "cinq chiffres"),
        ("city", "", "obligatoire"),
        ("access", "x" * 301, "300"),
    ],
)
def test_bad_input_is_said_at_its_field(organisation, referent, field, value, said):
    form = SITE | {"key": uuid.uuid4(), field: value}
    response = client_of(referent).post(ADD, form)
    assert list(response.context["form"].errors) == [field]
    assert said in response.context["form"].errors[field][0]
    assert "5 rue des Forges" in response.content.decode()
    assert not Site.objects.exists()


def test_where_people_are_housed_is_not_told_to_visitors(spip):
    """Neither the name nor the way there: the town alone."""
    kinds = {
        takes: OrganisationKind.objects.filter(takes_people_in=takes).first()
        for takes in (True, False)
    }
    for takes, kind in kinds.items():
        organisation = partner(spip, kind=kind, audience="public")
        SiteFactory(organisation=organisation, name="La Cachette", access="Bus 3")
        page = page_of(None, organisation)
        assert "Verdun" in page
        assert ("La Cachette" in page) is not takes
        assert ("rue du Site" in page) is not takes
        assert ("Bus 3" in page) is not takes


def test_only_its_referents_write_them(
    organisation, referent, member, outsider, coordinator
):
    site = SiteFactory(organisation=organisation)
    others = (member.user, outsider, coordinator)
    for act in ("modifier", "retirer"):
        assert_closed(site_url(site, act), *others)
    assert_closed(ADD, member.user, coordinator)
    for user in others:
        with pytest.raises(PermissionDenied):
            services.remove_site(site=site, by=user)
        with pytest.raises(PermissionDenied):
            services.save_site(site=site, by=user, name="Autre")
        with pytest.raises(PermissionDenied):
            services.add_site(organisation=organisation, by=user, key=uuid.uuid4())


# -- Places ----------------------------------------------------------------------------


def declare(user, **fields):
    data = {name.replace("_", "-", 1): value for name, value in fields.items()}
    return client_of(user).post(PLACES, data)


def test_a_referent_declares_all_kinds_at_once(organisation, referent, cpip):
    old = DeclaredPlacesFactory(
        organisation=organisation, kind=ReceptionKind.objects.get(code="tig")
    )
    response = declare(
        referent,
        hebergement_total=8,
        hebergement_free=0,
        hebergement_next_free_on=today() + timedelta(days=9),
        autre_total=3,
        autre_free=3,
    )
    assert response.url == HOME
    rows = {each.kind.code: each for each in organisation.declared_places.all()}
    assert set(rows) == {"hebergement", "autre"}
    assert (rows["hebergement"].total, rows["hebergement"].free) == (8, 0)
    assert rows["hebergement"].next_free_on == today() + timedelta(days=9)
    assert not DeclaredPlaces.objects.filter(pk=old.pk).exists()
    page = page_of(cpip, organisation)
    assert "aucune place libre" in page
    assert "3 places libres" in page
    assert "déclaré aujourd’hui" in page


def test_declared_again_unchanged_it_is_of_today(organisation, referent):
    then = timezone.now() - timedelta(days=40)
    DeclaredPlacesFactory(organisation=organisation, declared_at=then)
    form = client_of(referent).get(PLACES).context["form"]
    assert form.initial["hebergement-total"] == 8
    declare(referent, hebergement_total=8, hebergement_free=2)
    assert organisation.declared_places.get().days_old == 0


@pytest.mark.parametrize(
    ("days", "said", "is_stale"),
    [
        (0, "déclaré aujourd’hui", False),
        (1, "déclaré hier", False),
        (3, "déclaré il y a 3 jours", False),
        (30, "déclaré il y a 30 jours", False),
        (32, "déclaré il y a 32 jours", True),
    ],
)
def test_the_age_is_said_and_a_month_is_old(organisation, cpip, days, said, is_stale):
    then = timezone.now() - timedelta(days=days)
    DeclaredPlacesFactory(organisation=organisation, declared_at=then)
    page = page_of(cpip, organisation)
    assert said in page
    assert ("plus d’un mois" in page) is is_stale


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"hebergement_free": 9}, "hebergement-free", "pas plus de places libres"),
        ({"hebergement_free": ""}, "hebergement-free", "0 si aucune"),
        ({"hebergement_total": ""}, "hebergement-total", "places en tout"),
        ({"hebergement_free": -1}, "hebergement-free", "supérieur"),
        ({"hebergement_total": "x"}, "hebergement-total", "nombre entier"),
        (
            {"hebergement_next_free_on": "2020-01-01"},
            "hebergement-next_free_on",
            "passée",
        ),
    ],
)
def test_wrong_figures_are_said_at_their_field(
    organisation, referent, changes, field, said
):
    form = {"hebergement_total": 8, "hebergement_free": 2} | changes
    response = declare(referent, autre_total=1, autre_free=1, **form)
    assert list(response.context["form"].errors) == [field]
    assert said in response.context["form"].errors[field][0]
    assert not DeclaredPlaces.objects.exists()


@pytest.mark.parametrize(
    ("name", "second"),
    [("places_free_within_total", {"free": 9}), ("places_once", {"free": 1})],
)
def test_the_database_holds_the_figures(organisation, name, second):
    if name == "places_once":
        DeclaredPlacesFactory(organisation=organisation)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        DeclaredPlacesFactory(organisation=organisation, **second)


def test_only_its_referents_declare(organisation, member, coordinator, outsider):
    assert_closed(PLACES, member.user, coordinator)
    for user in (member.user, coordinator, outsider):
        with pytest.raises(PermissionDenied):
            services.declare_places(by=user, organisation=organisation, places=[])


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    count, organisation, cpip, django_assert_num_queries
):
    for kind in ReceptionKind.objects.all()[:count]:
        SiteFactory(organisation=organisation)
        DeclaredPlacesFactory(organisation=organisation, kind=kind)
    client = client_of(cpip)
    with django_assert_num_queries(11):
        client.get(f"/annuaire/{organisation.uuid}/")
