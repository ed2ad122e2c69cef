"""Calendar days in the user's time zone. Every "today" of the core comes from here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

# Times further from 1970 count as these: the years 68 and 3871. No calendar shows them, and no list may fail for them.
_FARTHEST = 6e10


def local_zone() -> tzinfo | None:
    """The time zone of the computer."""
    return datetime.now().astimezone().tzinfo


def local_datetime(at: float, zone: tzinfo | None = None) -> datetime:
    """The local time of a moment in seconds since 1970. `zone` defaults to the computer's."""
    return datetime.fromtimestamp(min(max(at, -_FARTHEST), _FARTHEST), zone)


def local_date(at: float, zone: tzinfo | None = None) -> date:
    return local_datetime(at, zone).date()


def days_ago(at: float, now: float, zone: tzinfo | None = None) -> int:
    """How many local midnights are between `at` and `now`: 0 is today, 1 is yesterday."""
    return (local_date(now, zone) - local_date(at, zone)).days


def start_of_day(now: float, days: int = 0, zone: tzinfo | None = None) -> float:
    """The local midnight, in seconds since 1970, at which the day `days` before today began."""
    midnight = datetime.combine(local_date(now, zone) - timedelta(days), time())
    return (midnight.replace(tzinfo=zone) if zone else midnight.astimezone()).timestamp()
