"""Dates and durations in the language of the interface, whatever the machine's locale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, tzinfo

from nutshell.local_days import local_date, local_datetime
from nutshell.messages import formats, plural, text

from .environment import shorten

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+([A-Z][a-z]{2,8})\.?,?\s+(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([A-Z][a-z]{2,8})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date: as shown, and in ISO 8601 (empty when the page's own text is shown)."""

    label: str
    iso: str


def duration(seconds: int) -> str:
    """A reading time: `25 s`, `6 min`, `1 h 20 min`."""
    if seconds < 58:
        return plural("duration.short_seconds", max(5, round(seconds / 5) * 5))
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return plural("duration.short_minutes", minutes)
    hours, rest = divmod(minutes, 60)
    if not rest:
        return plural("duration.short_hours", hours)
    return text("duration.hours_and_minutes", hours=hours, minutes=rest)


def short_duration(seconds: float) -> str:
    """`45 s` or `3 min`."""
    if seconds < 90:
        return plural("duration.short_seconds", round(seconds))
    return plural("duration.short_minutes", round(seconds / 60))


def long_duration(seconds: float) -> str:
    """`45 seconds` or `3 minutes`."""
    if seconds < 90:
        return plural("duration.seconds", max(1, round(seconds)))
    return plural("duration.minutes", round(seconds / 60))


def published(written: str) -> Published:
    """The publication date that a page gives. Text that is not a known date format is shown as it is."""
    found = _ISO.match(written)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.search(written):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := _MONTH_FIRST.search(written):
        month, day, year = _month(found[1]), int(found[2]), int(found[3])
    else:
        return Published(shorten(written, 40), "")
    try:
        known = date(year, month, day)
    except ValueError:
        return Published(shorten(written, 40), "")
    return Published(formats().long_date(known), known.isoformat())


def day_label(then: float, now: float, zone: tzinfo | None = None) -> str:
    """`Today`, `Yesterday` or the date. Times are seconds since the epoch; `zone` None is the local zone."""
    day, today = local_date(then, zone), local_date(now, zone)
    match (today - day).days:
        case 0:
            return text("date.today")
        case 1:
            return text("date.yesterday")
    return formats().long_date(day)


def day_and_time(then: float, now: float, zone: tzinfo | None = None) -> str:
    """`yesterday, 14:03` or `3 November 2026, 14:03`, for use within a sentence."""
    day = day_label(then, now, zone)
    return text("date.day_and_time", day=day[0].lower() + day[1:], time=clock_label(then, zone))


def short_age(then: float, now: float, zone: tzinfo | None = None) -> str:
    """How long ago: `now`, `5 min`, `3 h`, `Tue`, `3 Nov`, `3 Nov 2024`. A time in the future is `now`."""
    seconds = now - then
    if seconds < _MINUTE:
        return text("date.now")
    if seconds < _HOUR:
        return plural("date.minutes", int(seconds // _MINUTE))
    if seconds < _DAY:
        return plural("date.hours", int(seconds // _HOUR))
    day = local_date(then, zone)
    if seconds < 6 * _DAY:
        return formats().short_weekday(day)
    return formats().short_date(day, year=day.year != local_datetime(now, zone).year)


def time_ago(then: float, now: float, zone: tzinfo | None = None) -> str:
    """`just now`, `5 min ago`, `Tue`, `3 Nov`."""
    age = short_age(then, now, zone)
    if now - then < _MINUTE:
        return text("date.just_now")
    return text("date.ago", age=age) if now - then < _DAY else age


def time_until(then: float, now: float) -> str:
    """`now`, `in 13 min`, `in 2 h`."""
    minutes = round((then - now) / _MINUTE)
    if minutes < 1:
        return text("date.now")
    if minutes < 60:
        return text("date.in", time=plural("date.minutes", minutes))
    return text("date.in", time=plural("date.hours", round(minutes / 60)))


def clock_label(then: float, zone: tzinfo | None = None) -> str:
    """The time of day, `14:03`."""
    return formats().time(local_datetime(then, zone).time())


def iso(then: float, zone: tzinfo | None = None) -> str:
    return local_datetime(then, zone).isoformat(timespec="minutes")


def _month(name: str) -> int:
    """1 to 12, or 0 when it is not an English month or an abbreviation of one."""
    return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]) and len(name) >= 3), 0)
