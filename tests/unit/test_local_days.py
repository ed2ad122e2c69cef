from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from nutshell.local_days import days_ago, local_date, start_of_day

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
WEST = timezone(timedelta(hours=-10))


def test_days_begin_at_the_local_midnight():
    evening_before = NOON - 13 * 3600
    assert days_ago(evening_before, NOON, UTC) == 1
    assert days_ago(evening_before, NOON, timezone(timedelta(hours=2))) == 0
    assert local_date(NOON, WEST).day == 24
    assert start_of_day(NOON, zone=UTC) == NOON - 12 * 3600
    assert start_of_day(NOON, zone=WEST) == NOON - 2 * 3600
    assert start_of_day(NOON, 6, zone=UTC) == NOON - 12 * 3600 - 6 * 86_400


def test_a_day_with_a_clock_change_has_23_hours():
    try:
        berlin = ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        pytest.skip("no time zone database here")
    noon = datetime(2026, 3, 29, 12, tzinfo=berlin).timestamp()
    assert start_of_day(noon, zone=berlin) == noon - 11 * 3600
    assert start_of_day(noon, 1, zone=berlin) == noon - 35 * 3600


def test_without_a_zone_the_computers_is_used():
    local = datetime.fromtimestamp(NOON)
    assert start_of_day(NOON) == datetime(local.year, local.month, local.day).timestamp()


def test_times_that_no_calendar_has_are_bounded():
    assert local_date(1e18, UTC).year == 3871
    assert local_date(-1e18, UTC).year == 68
