"""The glossary and « qui fait quoi »: public, shared by the services, kept by hand."""

import pytest
from django.core.exceptions import PermissionDenied

from partners.models import Duty, Term
from partners.services import words as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    DutyFactory,
    MissionFactory,
    TermFactory,
    ThemeFactory,
)

GLOSSARY = "/lexique/"
DUTIES = "/qui-fait-quoi/"


@pytest.fixture
def empty(db) -> None:
    """Without what the migration brings."""
    Term.objects.all().delete()
    Duty.objects.all().delete()


def test_a_service_starts_with_the_words_of_the_trade(db):
    known = set(Term.objects.values_list("slug", flat=True))
    assert len(known) >= 30
    assert known >= {"cpip", "spip", "ddse", "lsc", "tig", "arse", "ssj", "jap", "qsl"}
    assert {duty.side for duty in Duty.objects.all()} == set(Duty.Side.values)


def test_terms_stand_under_their_letter_each_with_its_anchor(empty):
    for term in ("TIG", "écrou", "Aménagement", "ARSE"):
        TermFactory(term=term, slug=term.lower()[:3])
    response = client_of(None).get(GLOSSARY)
    assert [
        (letter, [term.term for term in terms])
        for letter, terms in response.context["letters"]
    ] == [("A", ["Aménagement", "ARSE"]), ("E", ["écrou"]), ("T", ["TIG"])]
    page = response.content.decode()
    assert 'id="tig"' in page
    assert 'href="#lettre-T"' in page


def test_a_link_leads_only_to_a_mission_that_one_may_read(empty, spip, cpip):
    draft = MissionFactory(spip=spip, draft=True, title="Une mission cachée")
    TermFactory(mission=draft)
    DutyFactory(mission=draft)
    for address in (GLOSSARY, DUTIES):
        assert draft.title not in client_of(None).get(address).content.decode()
        assert draft.title in client_of(cpip).get(address).content.decode()


def test_the_search_leads_to_the_line(db):
    page = client_of(None).get("/recherche/?q=bracelet").content.decode()
    assert 'href="/lexique/#ddse"' in page
    assert 'href="/qui-fait-quoi/"' in page


def test_an_empty_page_says_what_to_do_next(empty):
    assert "Lire les missions" in client_of(None).get(GLOSSARY).content.decode()
    assert "Voir tous les rôles" in client_of(None).get(DUTIES).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_for_any_number(
    count, empty, spip, django_assert_num_queries
):
    for _number in range(count):
        mission = MissionFactory(spip=spip)
        TermFactory(mission=mission)
        DutyFactory(mission=mission, theme=ThemeFactory())
    visitor = client_of(None)
    with django_assert_num_queries(5):
        visitor.get(GLOSSARY)
    with django_assert_num_queries(6):
        visitor.get(DUTIES)


# -- Write ---------------------------------------------------------------------------


def test_the_coordination_keeps_the_glossary(empty, coordinator, other_coordinator):
    """The anchor stays, whoever changes the term."""
    browser = client_of(coordinator)
    values = {"term": "L’écrou", "long_form": "", "definition": "Un registre."}
    browser.post("/lexique/ajouter/", values)
    term = Term.objects.get()
    assert term.slug == "l-ecrou"
    edit = "/lexique/l-ecrou/modifier/"
    client_of(other_coordinator).post(edit, values | {"term": "Écrou", "seen": 1})
    late = browser.post(edit, values | {"definition": "Mon texte.", "seen": 1})
    page = late.content.decode()
    assert "a enregistré cette page" in late.context["form"].non_field_errors()[0]
    assert "Mon texte." in page
    term.refresh_from_db()
    assert (term.term, term.definition, term.slug) == (
        "Écrou",
        "Un registre.",
        "l-ecrou",
    )
    seen = late.context["form"]["seen"].value()
    browser.post(edit, values | {"definition": "Mon texte.", "seen": seen})
    term.refresh_from_db()
    assert term.definition == "Mon texte."
    browser.post("/lexique/l-ecrou/supprimer/")
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"term": ""}, "term"),
        ({"term": "tig"}, "term"),  # there already, in capitals
        ({"definition": ""}, "definition"),
        ({"mission": "0"}, "mission"),
    ],
)
def test_bad_input_is_said_at_its_field(coordinator, changes, field):
    before = Term.objects.count()
    values = {"term": "Nouveau", "definition": "…", **changes}
    response = client_of(coordinator).post("/lexique/ajouter/", values)
    assert list(response.context["form"].errors) == [field]
    assert Term.objects.count() == before


def test_the_coordination_keeps_who_does_what(empty, coordinator):
    theme = ThemeFactory(code="sante", label="Santé")
    browser = client_of(coordinator)
    values = {
        "who": "Infirmière",
        "side": "partner",
        "does": "Soigne.",
        "theme": theme.pk,
        "position": "10",
    }
    browser.post(f"{DUTIES}ajouter/", values)
    DutyFactory(who="CPIP")
    duty = Duty.objects.get(who="Infirmière")
    sides = client_of(None).get(DUTIES).context["sides"]
    assert [[each.who for each in rows] for _label, rows in sides] == [
        ["CPIP"],
        ["Infirmière"],
    ]
    sides = client_of(None).get(f"{DUTIES}?theme=sante").context["sides"]
    assert [rows for _label, rows in sides] == [[duty]]
    browser.post(
        f"{DUTIES}{duty.uuid}/modifier/", values | {"who": "Soignant", "seen": 1}
    )
    duty.refresh_from_db()
    assert (duty.who, duty.version) == ("Soignant", 2)
    browser.post(f"{DUTIES}{duty.uuid}/supprimer/")
    assert not Duty.objects.filter(pk=duty.pk).exists()


def test_only_the_coordination_writes(empty, cpip, referent):
    term, duty = TermFactory(slug="mot"), DutyFactory()
    for address in (
        "/lexique/ajouter/",
        "/lexique/mot/modifier/",
        "/lexique/mot/supprimer/",
        f"{DUTIES}ajouter/",
        f"{DUTIES}{duty.uuid}/modifier/",
        f"{DUTIES}{duty.uuid}/supprimer/",
    ):
        assert_closed(address, cpip, referent)
    for row in (term, duty):
        with pytest.raises(PermissionDenied):
            services.delete_word(row=row, by=cpip)
    with pytest.raises(PermissionDenied):
        services.save_term(row=Term(), by=cpip, term="x", definition="x")
