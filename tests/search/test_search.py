"""One box over everything that a reader may see of the network."""

import pytest
from django.db import connection

from partners.models import Duty, Term
from tests.accounts.factories import SpipFactory, client_of
from tests.newsletters.factories import IssueFactory
from tests.partners.factories import (
    AgreementFactory,
    CollectiveActionFactory,
    ForumFactory,
    MembershipFactory,
    MissionFactory,
    OrganisationFactory,
    PartnershipFactory,
    partner,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _words_of_the_test_alone(db):
    """Without the glossary that the migrations bring."""
    Term.objects.all().delete()
    Duty.objects.all().delete()


def found(words: str, user=None) -> dict[str, list[str]]:
    page = client_of(user).get("/recherche/", {"q": words})
    return {g.label: [hit.title for hit in g.hits] for g in page.context["groups"]}


@pytest.mark.parametrize(
    "words",
    ["hébergements", "HEBERGEMENT", "héberg", "hebergement urgence", "l’hébergement"],
)
def test_accents_endings_and_capitals_do_not_matter(words):
    MissionFactory(title="L’hébergement d’urgence")
    MissionFactory(title="Le travail")
    assert found(words) == {"Missions": ["L’hébergement d’urgence"]}


def test_every_word_must_be_there():
    MissionFactory(title="L’emploi")
    assert found("emploi santé") == {}


def test_what_was_mistyped_is_found_by_its_likeness_and_the_page_says_so():
    MissionFactory(title="Le placement extérieur")
    page = client_of(None).get("/recherche/", {"q": "placemant"})
    assert [hit.title for hit in page.context["groups"][0].hits] == [
        "Le placement extérieur"
    ]
    assert "Rien ne contient ces mots" in page.text


def test_each_kind_has_its_group_and_the_newest_come_first():
    spip = SpipFactory()
    for number in range(7):
        AgreementFactory(spip=spip, audience="public", title=f"Tilleul {number}")
    MissionFactory(title="Tilleul")
    CollectiveActionFactory(title="Tilleul", audience="public", session=True)
    ForumFactory(spip=spip, title="Tilleul", audience="public")
    partner(spip, name="Tilleul", audience="public")
    IssueFactory(title="Tilleul", sent=True)
    groups = found("tilleul")
    assert list(groups) == [
        "Missions",
        "Conventions et protocoles",
        "Actions collectives",
        "Forums",
        "Structures",
        "Lettres d’information",
    ]
    newest = [f"Tilleul {number}" for number in (6, 5, 4, 3, 2)]
    assert groups["Conventions et protocoles"] == newest
    page = client_of(None).get("/recherche/?q=tilleul").text
    assert page.count("/conventions/?q=tilleul") == 1
    assert "7" in client_of(None).get("/conventions/?q=tilleul").text


def test_nothing_is_found_that_may_not_be_read():
    """A visitor, a partner and a member who waits: each searches what they may see."""
    spip = SpipFactory()
    member = MembershipFactory(organisation=partner(spip))
    waiting = MembershipFactory(
        organisation=PartnershipFactory(
            spip=spip, organisation__name="Secrète"
        ).organisation
    )
    AgreementFactory(spip=spip, title="Chêne du réseau", audience="network")
    AgreementFactory(spip=spip, title="Chêne des parties", audience="parties")
    MissionFactory(title="Chêne en brouillon", draft=True)
    IssueFactory(title="Chêne à paraître")
    OrganisationFactory(name="Chêne inconnu")
    assert found("chêne") == found("chene", waiting.user) == {}
    assert found("chêne", member.user) == {
        "Conventions et protocoles": ["Chêne du réseau"]
    }
    assert found("secrete") == found("secrete", member.user) == {}


@pytest.mark.parametrize(
    "words", ["", "   ", "!!! & | :*", "a\0b", "'); --", "x" * 101]
)
def test_words_that_are_none_find_nothing_and_break_nothing(words):
    MissionFactory(title="Une mission")
    page = client_of(None).get("/recherche/", {"q": words})
    assert page.status_code == 200
    assert page.context["groups"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_one_query_a_kind_whatever_is_found(count, django_assert_num_queries):
    for _ in range(count):
        MissionFactory(title="Saule")
    browser = client_of(None)
    with django_assert_num_queries(12):  # conventions: their annexes first
        browser.get("/recherche/?q=saule")


def test_one_process_answers_a_question_of_a_page():
    """As `bin/roles.sql` has it: the start of a second one was most of some pages."""
    with connection.cursor() as cursor:
        cursor.execute("show max_parallel_workers_per_gather")
        assert cursor.fetchone() == ("0",)
