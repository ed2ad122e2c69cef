"""Numbers, dates, lists and language names as a language writes them, from CLDR data by way of Babel."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import date, time
from importlib.resources import files

import babel.core
from babel import Locale, localedata
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

# English is what every other language falls back to, so its dates put the day first and its clock has 24 hours.
FORMAT_LOCALES = {"en": "en_GB", "zh-CN": "zh"}
PACKED_DATA = "cldr.pickle"  # the part of CLDR that is not of one locale
PACKED_LOCALE = "cldr-{locale}.pickle"


class Formats:
    """How one locale, a BCP 47 tag, writes things."""

    def __init__(self, locale: str) -> None:
        name = FORMAT_LOCALES.get(locale, locale.replace("-", "_"))
        _use_packed_locale(name)
        self._locale = Locale.parse(name)

    def number(self, value: float) -> str:
        """`1,234` or `2.5`."""
        return format_decimal(value, locale=self._locale)

    def one_decimal(self, value: float) -> str:
        """`6.0`."""
        return format_decimal(value, "#,##0.0", locale=self._locale)

    def join(self, items: Sequence[str]) -> str:
        """`a, b and c`."""
        return format_list(items, locale=self._locale)

    def long_date(self, day: date) -> str:
        """`3 November 2026`."""
        return format_date(day, "long", locale=self._locale)

    def long_date_without_year(self, day: date) -> str:
        """`3 November`."""
        return format_skeleton("MMMMd", day, locale=self._locale)

    def short_date(self, day: date, *, year: bool) -> str:
        """`3 Nov`, or with the year `3 Nov 2026`."""
        return format_skeleton("yMMMd" if year else "MMMd", day, locale=self._locale)

    def weekday(self, day: date) -> str:
        """`Tuesday`."""
        return format_date(day, "EEEE", locale=self._locale)

    def short_weekday(self, day: date) -> str:
        """`Tue`."""
        return format_date(day, "EEE", locale=self._locale)

    def time(self, moment: time) -> str:
        """`14:03`."""
        return format_time(moment, "short", locale=self._locale)

    def language(self, code: str) -> str:
        """The name of a language by its ISO 639 code: `ko` is `Korean`. Empty when it has none."""
        return str(self._locale.languages.get(code, ""))


def _use_packed_data() -> None:
    """Load the data that the build packs into the extension: Babel reads its own only from plain files."""
    packed = files(__package__) / PACKED_DATA
    if packed.is_file():
        babel.core._global_data = pickle.loads(packed.read_bytes())


def _use_packed_locale(name: str) -> None:
    """Load a locale's data, if the extension has it. Only the languages in use take memory."""
    packed = files(__package__) / PACKED_LOCALE.format(locale=name)
    if name not in localedata._cache and packed.is_file():
        localedata._cache[name] = pickle.loads(packed.read_bytes())


_use_packed_data()
