"""The text people read, by message id: one gettext catalogue (`LANGUAGE.po`) for each language.

An id without a translation falls back to English, and one without English to itself; `python -m build.messages check`
reports both. Placeholders are named, as in `{count}`. Whole numbers and dates are formatted for the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from markupsafe import Markup, escape

from nutshell.records.message import Message, message_of

from .catalog import load
from .formats import Formats

__all__ = [
    "DEFAULT_LOCALE",
    "Message",
    "Messages",
    "current",
    "error_text",
    "formats",
    "plural",
    "resolve",
    "set_locale",
    "text",
]

DEFAULT_LOCALE = "en"


class Messages:
    """The texts and formats of one locale, a BCP 47 tag such as `en` or `pt-BR`."""

    def __init__(self, locale: str = DEFAULT_LOCALE) -> None:
        self.locale = locale
        self.formats = Formats(locale)
        self._translations = load(locale)

    def plural_index(self, count: int) -> int:
        """The number of the plural form for `count` in the catalogue."""
        return int(self._translations.plural(count))  # type: ignore[attr-defined]

    def pattern(self, id: str, count: int | None = None) -> str:
        """Returns the text of a message with its placeholders; `count` selects the plural form."""
        return self._translations.gettext(id) if count is None else self._translations.ngettext(id, id, count)

    def text(self, id: str, /, **values: object) -> str:
        return self._translations.gettext(id).format_map(self._shown(values))

    def plural(self, id: str, count: int, /, **values: object) -> str:
        """The form for `count`, which is also a placeholder."""
        return self._translations.ngettext(id, id, count).format_map(self._shown({"count": count, **values}))

    def html(self, id: str, /, **values: object) -> Markup:
        """The text, escaped. Values are escaped too, unless they are Markup."""
        return escape(self._translations.gettext(id)).format(**self._shown(values))

    def html_plural(self, id: str, count: int, /, **values: object) -> Markup:
        text = escape(self._translations.ngettext(id, id, count))
        return text.format(**self._shown({"count": count, **values}))

    def resolve(self, message: Message | str) -> str:
        """The text of a message and of the messages among its values. A string is its own text."""
        if isinstance(message, str):
            return message
        if message.count is None:
            return self.text(message.id, **message.values)
        return self.plural(message.id, message.count, **message.values)

    def _shown(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self._value(value) for name, value in values.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, Message):
            return self.resolve(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.formats.number(value)
        if isinstance(value, date):
            return _Day(value, self.formats)
        return value


@dataclass(frozen=True, slots=True)
class _Day:
    """A date in a text: `{day}`, `{day:short}` without the year, or `{day:weekday}`."""

    date: date
    formats: Formats

    def __format__(self, style: str) -> str:
        match style:
            case "weekday":
                return self.formats.weekday(self.date)
            case "short":
                return self.formats.long_date_without_year(self.date)
        return self.formats.long_date(self.date)


@cache
def messages_for(locale: str) -> Messages:
    return Messages(locale)


_current = messages_for(DEFAULT_LOCALE)


def set_locale(locale: str) -> None:
    """Choose the language of every text from now on. The application calls it once, with its host's locale."""
    global _current  # noqa: PLW0603
    _current = messages_for(locale)


def current() -> Messages:
    return _current


def formats() -> Formats:
    return _current.formats


def text(id: str, /, **values: object) -> str:
    return _current.text(id, **values)


def plural(id: str, count: int, /, **values: object) -> str:
    return _current.plural(id, count, **values)


def resolve(message: Message | str) -> str:
    return _current.resolve(message)


def error_text(error: BaseException) -> str:
    """What an exception says: its message, if it has one, else its own text."""
    return resolve(message_of(error))
