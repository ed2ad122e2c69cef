"""Dates that no calendar shows: a list must not fail for one of them."""

import pytest

from nutshell.views.dates import clock_label, day_label, iso, short_age

NOW = 1_800_000_000.0


@pytest.mark.parametrize("absurd", [1e300, -1e300, 1e12, -1e12, 2.6e11])
def test_a_time_out_of_every_calendar_is_still_said(absurd):
    assert day_label(absurd, NOW)
    assert clock_label(absurd)
    assert iso(absurd)
    assert short_age(absurd, NOW)
    assert short_age(NOW, absurd)
