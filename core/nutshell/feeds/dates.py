"""Dates as feeds write them, as Unix seconds: RFC 822, RFC 3339, and what else is unmistakable, in any language.

Nothing is guessed: `3/4/2026` is a date only when the language, or other dates of the feed, tell the month from the
day. A time without a zone, or with an unknown one, is UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from nutshell.text.months import month_number, month_of_beginning

_UNIX = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(?=Z|[+-]\d\d|\s|$)")
_BEFORE_NOON, _AFTER_NOON = {"am", "오전", "上午", "午前", "sa", "πμ"}, {"pm", "오후", "下午", "午後", "ch", "μμ"}
_HALF = "오전|오후|上午|下午|午前|午後"
_TIME = re.compile(
    rf"(?P<before>{_HALF})?\s*(?<![\d:])(?P<hour>\d{{1,2}})(?::(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,]\d+)?)?"
    r"|시\s*(?P<minute2>\d{1,2})분(?:\s*(?P<second2>\d{1,2})초)?|[時时点]\s*(?P<minute3>\d{1,2})分(?:\s*(?P<second3>\d{1,2})秒)?)"
    rf"(?![\d:])(?:\s*(?P<after>[ap]\.?m\b\.?|{_HALF}|πμ|μμ|π\.μ\.|μ\.μ\.))?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"\s*\(?(?:(?P<name>[A-Za-z]{1,5})(?![A-Za-z]))?\s*(?:(?P<sign>[+\-\u2212])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?(?![\d:]))?"
)
_HOURS_FROM_UTC = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "SAST": 2, "MSK": 3, "MSD": 4, "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5, "NPT": 5.75,
    "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "AST": -4,
    "ADT": -3, "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d\d)(?!\d)")
_YEAR_AND_MONTH = re.compile(r"\s*(\d{4})(?:-(\d\d))?\s*")
_DAY_OF_YEAR = re.compile(r"\s*(\d{4})-?(\d{3})\s*")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:[’'.][^\W\d_]+)?", re.UNICODE)


def parse_date(written: str, lang: str = "", order: str = "") -> float | None:
    """Returns Unix seconds, or None for what is not certainly a date. `order` is as `numeric_order` returns it."""
    text = " ".join(written.split())
    if len(text) > 100 or not _NUMBER.search(text):
        return None
    if found := _UNIX.fullmatch(text):
        return float(found[1]) if found[1] else int(found[2]) / 1000
    try:
        if found := _COMPACT.match(text):
            moment = datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]
            return (moment - _offset(text[found.end() :])).timestamp()
        clock = _clock(text)
        if clock is None:
            day = _day(text, lang, order)
            return day.timestamp() if day else None
        time, offset, rest = clock
        day = _day(rest, lang, order)
        return (day + time - offset).timestamp() if day else None
    except (ValueError, OverflowError):  # 30 February, or beyond the calendar
        return None


def numeric_order(dates: Iterable[str]) -> str:
    """Returns whether dates such as `29/6/2026` have the day first (`dmy`) or the month (`mdy`); "" if not known."""
    orders = set()
    for written in dates:
        if found := _YEAR_LAST.search(written):
            first, second = int(found[1]), int(found[3])
            if first > 12 >= second:
                orders.add("dmy")
            elif second > 12 >= first:
                orders.add("mdy")
    return orders.pop() if len(orders) == 1 else ""


def _clock(text: str) -> tuple[timedelta, timedelta, str] | None:
    """Returns the time since midnight, the zone's offset, and the text without both. Raises ValueError."""
    found = _TIME.search(text)
    if not found:
        return None
    parts = found.groupdict()
    minute = parts["minute"] or parts["minute2"] or parts["minute3"] or "0"
    second = parts["second"] or parts["second2"] or parts["second3"] or "0"
    hour = int(parts["hour"])
    half = (parts["before"] or parts["after"] or "").lower().replace(".", "")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in _AFTER_NOON else 0)
    if hour > 24 or int(minute) > 59 or int(second) > 60 or (hour == 24 and (int(minute) or int(second))):
        raise ValueError
    zone = _ZONE.match(text, found.end())
    end = zone.end() if zone and (zone["sign"] or (zone["name"] or "").upper() in _HOURS_FROM_UTC) else found.end()
    head = text[: found.start()].removesuffix("T").removesuffix("t")
    time = timedelta(hours=hour, minutes=int(minute), seconds=min(int(second), 59))
    return time, _offset(text[found.end() :]), f"{head} {text[end:]}"


def _offset(zone: str) -> timedelta:
    """Returns how far a zone is ahead of UTC, at the start of a text: `+0200`, `GMT+2`, `PST`."""
    found = _ZONE.match(zone)
    if not found:
        return timedelta()
    hours = float(_HOURS_FROM_UTC.get((found["name"] or "").upper(), 0))
    if found["sign"]:
        ahead = int(found["hours"]) + int(found["minutes"] or 0) / 60
        if ahead > 15:
            return timedelta()
        hours = ahead if found["sign"] == "+" else -ahead
    return timedelta(hours=hours)


def _day(text: str, lang: str, order: str) -> datetime | None:
    """Returns the day that a text without time and zone names. Raises ValueError for one that does not exist."""
    if found := _YEAR_FIRST.search(text):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC)
    if named := _month_in(text, lang):
        month, position = named
        return _around(text, month, position)
    if found := _YEAR_LAST.search(text):
        return _ordered(int(found[1]), int(found[3]), int(found[4]), found[2], lang, order)
    if found := _DAY_OF_YEAR.fullmatch(text):
        day = datetime(int(found[1]), 1, 1, tzinfo=UTC) + timedelta(days=int(found[2]) - 1)
        return day if day.year == int(found[1]) else None
    if found := _YEAR_AND_MONTH.fullmatch(text):
        return datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)
    return None


def _month_in(text: str, lang: str) -> tuple[int, int] | None:
    """Returns the month that a text names, and where. The last name counts: in Spanish, `mar` is Tuesday too."""
    words = list(_WORD.finditer(text))
    for find in (lambda word: month_number(word, lang), month_of_beginning):
        for word in reversed(words):
            if month := find(word[0]):
                return month, word.start()
    return None


def _around(text: str, month: int, position: int) -> datetime | None:
    numbers = [(found[0], found.start()) for found in _NUMBER.finditer(text)]
    years = [number for number, _ in numbers if len(number) == 4]
    days = [number for number, _ in numbers if len(number) <= 2]
    if len(years) == 1 and days:
        return datetime(int(years[0]), month, int(days[0]), tzinfo=UTC)
    if not years and len(days) == 2:  # 9 Jun 26, Jun 9 26; RFC 2822: 50 to 99 are of the last century
        day, year = int(days[0]), int(days[1])
        return datetime(year + (1900 if year >= 50 else 2000), month, day, tzinfo=UTC)
    return None


def _ordered(first: int, second: int, year: int, mark: str, lang: str, order: str) -> datetime | None:
    year += 0 if year > 99 else (1900 if year >= 50 else 2000)
    language, _, region = lang.lower().replace("_", "-").partition("-")
    if first > 12 or second > 12 or first == second:
        day_first = first > 12 or first == second
    elif order:
        day_first = order == "dmy"
    elif language == "en" and region in {"us", "ph"}:
        day_first = False
    elif mark == "." or (language and language != "en") or region:
        day_first = True
    else:
        return None
    day, month = (first, second) if day_first else (second, first)
    return datetime(year, month, day, tzinfo=UTC)
