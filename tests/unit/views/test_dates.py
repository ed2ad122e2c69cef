"""Dates outside the calendar's range must not break a list."""

import pytest

from nutshell.views.dates import clock_label, day_label, iso, short_age

NOW = 1_800_000_000.0


@pytest.mark.parametrize("absurd", [1e300, -1e300, 1e12, -1e12, 2.6e11])
def test_time_outside_the_calendar_is_formatted(absurd):
    assert day_label(absurd, NOW)
    assert clock_label(absurd)
    assert iso(absurd)
    assert short_age(absurd, NOW)
    assert short_age(NOW, absurd)
