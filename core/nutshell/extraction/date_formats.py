"""Dates as pages write them: in markup, and in sentences of many languages.

dateparser would read more, but needs the regex module, which Pyodide has no build of, and takes milliseconds for a
text; dateutil knows English only. So the names of the months are from CLDR (months.tsv), and the order of day and month
follows the language.
"""

from __future__ import annotations

import re
from datetime import date

from nutshell.text.months import month_number

_YEARS = range(1900, 2100)

_ISO = re.compile(
    r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s,]\s*(\d\d:\d\d)(:\d\d)?(?:[.,:]\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?(?!\d)"
)
_COMPACT = re.compile(r"^\s*((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)|^\s*((?:19|20)\d\d)(\d\d)(\d\d)\d{6}(?!\d)")
_EPOCH = re.compile(r"^\s*(\d{9,10})(\d{3})?\s*$")

_NAME = r"(?P<name>[^\W\d_][^\W\d_.]{1,13}(?:\.[^\W\d_])?)"  # `ม.ค` has a dot inside
_YEAR = r"(?P<year>[12]\d{3}|'\d\d|’\d\d)"
_DAY = r"(?P<day>[0-3]?\d)"
_WRITTEN = (
    # 2020年4月9日, 2020년 4월 9일
    r"(?P<year>\d{4})\s*[年년]\s*(?P<month>[01]?\d)\s*[月월]\s*(?P<day>[0-3]?\d)\s*[日일]?",
    # 2020-04-09, 2020/4/9, 2020. 4. 9
    r"(?<![\d./-])(?P<year>(?:19|20)\d\d)\s?(?P<mark>[-/.])\s?(?P<month>[01]?\d)\s?(?P=mark)\s?(?P<day>[0-3]?\d)(?![\d/-]|\.\d)",
    # 9 April 2020, 9. April 2020, 9th of April, 2020, 9 de abril de 2020, 9 Apr '20
    rf"(?<!\d)(?<!\d[.:/]){_DAY}(?:st|nd|rd|th|er|ère|re|e|º|ª|°|a|o)?[.,]?[\s-]*(?:(?:of|de|d['’]|del|di|do|da|dn\."
    rf"|ta['’])\s*)?"
    rf"{_NAME}[.,]?[\s-]*(?:(?:de|del|of|di|do|år|г)\.?\s+)?{_YEAR}(?!\d)",
    # April 9, 2020, April 9th 2020, Apr. 09 2020
    rf"(?<![^\W\d_]){_NAME}\.?[\s-]+{_DAY}(?:st|nd|rd|th)?(?:\s*,\s*|\s*\.\s*|[\s-]+|(?<=\d\d)(?=(?:19|20)\d\d)){_YEAR}(?![\d:])",
    # 2020 April 9, 2020. április 9., 2020 m. balandžio 9 d.
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)(?:\.|,|\s+m\.|\s+)?[\s-]+{_NAME}\.?[\s-]+{_DAY}(?![\d:])",
    # 9 tháng 4, 2020
    rf"(?<!\d){_DAY}\s+tháng\s+(?P<month>[01]?\d)\s*,?\s+(?:năm\s+)?(?P<year>\d{{4}})",
    # 9.4.2020, 09.04.20, 9/4/2020, 9-4-2020
    r"(?<![\d.,/-])(?P<first>[0-3]?\d)\s?(?P<mark>[./-])\s?(?P<second>[0-3]?\d)\s?(?P=mark)\s?(?P<year>(?:19|20)\d\d"
    r"|\d\d)(?![\d/-]|\.\d|\s?[%€$])",
)
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _WRITTEN)
_HAS_DIGIT = re.compile(r"\d")


def parse_stated(value: str, lang: str = "") -> str:
    """Returns a date that markup states, in ISO 8601: to the second if it gives time and zone, else to the day.

    Returns "" if it is no date.
    """
    if found := _ISO.match(value):
        year, month, day, minute, second, zone = found.groups()
        made = _iso(int(year), int(month), int(day))
        if not made or not minute or not zone:
            return made
        offset = "Z" if zone in {"Z", "UTC", "GMT"} else f"{zone[:3]}:{zone[-2:]}"
        return f"{made}T{minute}{second or ':00'}{offset}"
    if found := _COMPACT.match(value):
        year, month, day = (part for part in found.groups() if part)
        return _iso(int(year), int(month), int(day))
    if found := _EPOCH.match(value):
        seconds = int(found[1])
        return date.fromordinal(date(1970, 1, 1).toordinal() + seconds // 86_400).isoformat() if seconds > 6e8 else ""
    return next(iter(find_written(value, lang)), "")


def find_written(text: str, lang: str = "") -> list[str]:
    """Returns the dates in a text, in ISO 8601 to the day, in the order of the text."""
    return [made for _, _, made in written_spans(text, lang)]


def written_spans(text: str, lang: str = "") -> list[tuple[int, int, str]]:
    """Returns the dates in a text with their place: start, end, and the date in ISO 8601."""
    if not _HAS_DIGIT.search(text):
        return []
    found: list[tuple[int, int, str]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            made = _read(match.groupdict(), lang)
            if made and not any(start < other_end and end > other for other, other_end, _ in found):
                found.append((start, end, made))
    return sorted(found)


def _read(parts: dict[str, str | None], lang: str) -> str:
    year = int((parts["year"] or "").lstrip("'’"))
    if year < 100:
        year += 2000 if year < 70 else 1900
    if 2400 < year < 2700 and lang.startswith("th"):
        year -= 543  # Buddhist calendar
    first, second = parts.get("first"), parts.get("second")
    if first and second:
        day, month = int(first), int(second)
        if month > 12 or (day <= 12 and parts["mark"] != "." and _month_first(lang)):
            day, month = month, day
        return _iso(year, month, day)
    name, number = parts.get("name"), parts.get("month")
    month = int(number) if number else month_number(name or "", lang)
    return _iso(year, month, int(parts["day"] or 0))


def _month_first(lang: str) -> bool:
    """9/4/2020 is 4 September in American English, 9 April almost everywhere else."""
    language, _, region = lang.lower().replace("_", "-").partition("-")
    return language in {"", "en"} and region in {"", "us", "ph", "en"}


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat() if year in _YEARS else ""
    except ValueError:
        return ""
