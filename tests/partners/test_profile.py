"""What a structure says of itself, and since when that is known to be right."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Organisation
from tests.accounts.factories import client_of
from tests.partners.factories import partner

REVIEW = "/ma-structure/a-jour/"


@pytest.fixture
def stale(partnership) -> Organisation:
    organisation = partnership.organisation
    organisation.reviewed_at = timezone.now() - Organisation.FRESH_FOR
    organisation.save()
    return organisation


def test_after_half_a_year_the_page_says_that_nobody_checked_it(stale, referent, cpip):
    browser = client_of(cpip)
    assert "à vérifier" in browser.get("/annuaire/").text
    assert "non vérifiée depuis" in browser.get(f"/annuaire/{stale.uuid}/").text
    assert "plus de six mois" in client_of(referent).get("/").text


def test_the_referent_says_that_all_is_right(stale, referent, cpip):
    browser = client_of(referent)
    assert REVIEW in browser.get("/ma-structure/").text
    assert browser.post(REVIEW).url == "/ma-structure/"
    stale.refresh_from_db()
    assert not stale.is_stale
    assert "à vérifier" not in client_of(cpip).get("/annuaire/").text


def test_a_member_may_not_say_it_for_them(stale, member):
    browser = client_of(member.user)
    assert REVIEW not in browser.get("/ma-structure/").text
    assert browser.post(REVIEW).status_code == 404
    stale.refresh_from_db()
    assert stale.is_stale


def test_after_nine_months_the_referent_reads_that_documents_are_closed(
    stale, referent
):
    stale.reviewed_at = timezone.now() - Organisation.ANSWER_WITHIN
    stale.save()
    browser = client_of(referent)
    assert "ouvrent aucun document" in browser.get("/").text
    browser.post(REVIEW)
    assert "ouvrent aucun document" not in browser.get("/").text


def test_a_day_less_is_still_fresh(stale):
    stale.reviewed_at += timedelta(days=1)
    assert not stale.is_stale


def test_the_directory_is_searched_by_public_and_filtered_by_milieu(spip, coordinator):
    partner(spip, name="Femmes", publics="Femmes avec enfants", milieu="open")
    partner(spip, name="Prison", milieu="closed")
    partner(spip, name="Partout", milieu="both", excluded_publics="Mineurs")
    browser = client_of(coordinator)

    def names(query: str) -> set[str]:
        return {each.name for each in browser.get(f"/annuaire/{query}").context["page"]}

    assert names("?q=enfant") == {"Femmes"}
    assert names("?milieu=closed") == {"Prison", "Partout"}
    partout = Organisation.objects.get(name="Partout")
    assert "Mineurs" in browser.get(f"/annuaire/{partout.uuid}/").text
