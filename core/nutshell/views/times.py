"""Dates and durations as people say them, in English, whatever the machine's locale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, tzinfo

from ..local_days import days_ago, local_date, local_datetime
from .environment import shorten

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+([A-Z][a-z]{2,8})\.?,?\s+(\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([A-Z][a-z]{2,8})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")


@dataclass(frozen=True, slots=True)
class Published:
    """A publication date: as said, and in ISO 8601 (empty when the page's own words are kept)."""

    label: str
    iso: str


def duration(seconds: int) -> str:
    """A reading time: `25 s`, `6 min`, `1 h 20 min`."""
    if seconds < 60:
        return f"{max(5, round(seconds / 5) * 5)} s" if seconds < 58 else "1 min"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def published(text: str) -> Published:
    """The date a page gives for itself; words that are no date we know are kept as they are."""
    found = _ISO.match(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.search(text):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := _MONTH_FIRST.search(text):
        month, day, year = _month(found[1]), int(found[2]), int(found[3])
    else:
        return Published(shorten(text, 40), "")
    try:
        known = date(year, month, day)
    except ValueError:
        return Published(shorten(text, 40), "")
    return Published(said(known), known.isoformat())


def said(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def day_label(then: float, now: float, zone: tzinfo | None = None) -> str:
    """`Today`, `Yesterday` or the date; times in seconds since the epoch, `zone` the local one if None."""
    match days_ago(then, now, zone):
        case 0:
            return "Today"
        case 1:
            return "Yesterday"
    return said(local_date(then, zone))


def said_short(then: float, now: float, zone: tzinfo | None = None) -> str:
    """How long ago, in short: `now`, `5 min`, `3 h`, `Tue`, `3 Nov`, `3 Nov 2024`. A date to come is `now`."""
    seconds = now - then
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 24 * 3600:
        return f"{int(seconds // 3600)} h"
    day = local_date(then, zone)
    if seconds < 6 * 24 * 3600:
        return _DAYS[day.weekday()]
    month = _MONTHS[day.month - 1][:3]
    return f"{day.day} {month}" if day.year == local_date(now, zone).year else f"{day.day} {month} {day.year}"


def clock_label(then: float, zone: tzinfo | None = None) -> str:
    """The time of day, `14:03`."""
    return local_datetime(then, zone).strftime("%H:%M")


def iso(then: float, zone: tzinfo | None = None) -> str:
    return local_datetime(then, zone).isoformat(timespec="minutes")


def _month(name: str) -> int:
    """1 to 12, or 0 when it is no English month or its abbreviation."""
    return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]) and len(name) >= 3), 0)
