"""The demo's data files: their typography and their dates."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from partners.validators import clean_siret
from spip_portal.demo.loading import source


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Qui ? Tous !", "Qui\xa0? Tous\xa0!"),
        ("« Le fil » : un atelier", "«\xa0Le fil\xa0»\xa0: un atelier"),
        ("Le n° 12 à 8 h 30", "Le n°\xa012 à 8\xa0h\xa030"),
        ("https://exemple.example:80/", "https://exemple.example:80/"),
    ],
)
def test_signs_stay_with_the_word_before(typed, printed):
    assert source.french(typed) == printed


def test_missions_are_read_in_their_order():
    slugs = [slug for slug, *_texts in source.read_missions()]
    assert slugs[0] == "suivre-en-milieu-ouvert"
    assert len(slugs) == len(set(slugs)) == 10


@pytest.mark.parametrize("number", range(1, 100, 7))
def test_siret_has_its_key(number):
    assert clean_siret(source.siret(number)) == source.siret(number)


@time_machine.travel("2026-11-24T08:00Z", tick=False)
def test_nobody_works_on_new_years_day():
    """38 days later is 1 January; the plenary waits for the Monday."""
    moment = timezone.localtime(source.moment(38, "9:30"))
    assert (moment.date(), moment.hour) == (date(2027, 1, 4), 9)


@time_machine.travel("2026-12-26T08:00Z", tick=False)
def test_past_stays_past():
    """Before the break, never after it."""
    assert source.moment(-1).date() == date(2026, 12, 23)


@time_machine.travel("2027-02-28T08:00Z", tick=False)
def test_months_are_whole():
    assert source.month_start(-2) == date(2026, 12, 1)
    assert source.month_end(12) == date(2028, 2, 29)
