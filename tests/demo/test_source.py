"""The dates of the demo, counted from whatever day it is loaded on."""

from datetime import date, timedelta

import pytest
import time_machine

from spip_portal.demo.loading import source


@pytest.mark.parametrize("today", [date(2026, 11, 21) + timedelta(d) for d in range(8)])
def test_nothing_past_slips_into_the_future_nor_falls_on_a_day_off(today):
    with time_machine.travel(today, tick=False):
        for days in (-40, -13, -2, -1, 1, 2, 38, 41):
            chosen = source.moment(days).date()
            assert chosen.weekday() < source.SATURDAY
            assert (chosen - today).days * days > 0
            assert abs((chosen - today).days) >= abs(days)


def test_the_plenary_is_not_held_on_new_year_s_day():
    with time_machine.travel(date(2026, 11, 24), tick=False):
        assert source.moment(38).date() == date(2027, 1, 4)
