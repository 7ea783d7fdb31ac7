from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from spip_portal.ui.templatetags.portal import long_date, long_datetime, long_time

SPACE = "\N{NO-BREAK SPACE}"


def plain(text: str) -> str:
    return text.replace(SPACE, " ")


def test_a_day_is_written_out():
    """A date names its weekday and its month, in lower case."""
    assert plain(long_date(date(2027, 1, 14))) == "jeudi 14 janvier 2027"


def test_the_first_of_a_month_is_an_ordinal():
    """French says « 1er », and plain numbers for the other days."""
    assert plain(long_date(date(2027, 5, 1))) == "samedi 1er mai 2027"
    assert plain(long_date(date(2026, 12, 31))) == "jeudi 31 décembre 2026"


def test_a_moment_is_told_in_paris():
    """Half past eight in universal time is half past nine in Paris in winter."""
    moment = datetime(2027, 1, 14, 8, 30, tzinfo=UTC)
    assert plain(long_datetime(moment)) == "jeudi 14 janvier 2027 à 9 h 30"


def test_the_day_too_is_that_of_paris():
    """Late in the evening in universal time, Paris has turned the page."""
    moment = datetime(2027, 6, 30, 22, 5, tzinfo=UTC)
    assert plain(long_datetime(moment)) == "jeudi 1er juillet 2027 à 0 h 05"


def test_no_minutes_on_the_hour():
    """« 14 h », not « 14 h 00 »."""
    assert plain(long_time(datetime(2027, 1, 14, 13, 0, tzinfo=UTC))) == "14 h"


def test_number_and_unit_stay_on_one_line():
    """No line may break inside « 9 h 30 » or « 14 janvier »."""
    moment = datetime(2027, 1, 14, 8, 30, tzinfo=UTC)
    assert f"9{SPACE}h{SPACE}30" in long_datetime(moment)
    assert f"14{SPACE}janvier" in long_datetime(moment)


@pytest.mark.parametrize("show", [long_date, long_datetime, long_time])
def test_nothing_shows_nothing(show):
    """A date that is not set leaves the place empty."""
    assert show(None) == ""


def test_french_whatever_the_thread_speaks():
    """A worker may have no language active: the mail is in French all the same."""
    with translation.override("en"):
        assert plain(long_date(date(2027, 1, 14))) == "jeudi 14 janvier 2027"
