"""The table `setting`: every key, and typed access to the JSON values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, TypeVar

from nutshell.ports import Database

from .transaction import transaction

T = TypeVar("T")

MIN_LENGTH, MAX_LENGTH = 2, 10


@dataclass(frozen=True, slots=True)
class SettingKey(Generic[T]):
    """A row of `setting` by its name; `default` is its value while there is no row."""

    name: str
    default: T = field(hash=False)


LENGTH: SettingKey[int | None] = SettingKey("length", None)
"""Sentences of a summary; None lets the page decide."""
PARAPHRASE = SettingKey("words", False)
"""Whether the language model may rewrite."""
DECODER_SPEED: SettingKey[Mapping[str, Any] | None] = SettingKey("words.measured", None)
"""Speed of the language model on this device, and which model was measured."""
WELCOMED = SettingKey("welcomed", False)
"""Whether the user has closed the first-run screen."""
RETENTION = SettingKey("memory.keep", "ever")
"""How long the library is kept: a name in records/retention.py."""
BACKGROUND = SettingKey("news.background", False)
"""Whether feeds are fetched while no panel is open."""
BADGE = SettingKey("news.badge", False)
"""Whether new stories are counted on the toolbar button."""
LEARN_FROM_PAGES = SettingKey("news.elsewhere", False)
"""Whether summarized pages are used for personalization."""
LAST_LOOKED = SettingKey("news.looked", 0.0)
"""When the news were last shown, in Unix seconds."""
FRONT_PAGE: SettingKey[list[Any]] = SettingKey("news.front", [])
"""The front page (storage/front_page.py)."""
PAUSED = SettingKey("taste.paused", False)
"""Whether feedback is ignored."""
SLIDERS: SettingKey[Mapping[str, float]] = SettingKey("taste.sliders", {})
"""The ranking sliders (records/ranking.py)."""
MUTED_ITEMS: SettingKey[Mapping[str, list[str]]] = SettingKey("taste.muted", {})
"""Mute id -> ids of the items that it hides."""
ENCODER_PROBE: SettingKey[str | None] = SettingKey("taste.probe", None)
"""Hex of a known text's vector: tells whether stored vectors are this encoder's."""
OLD_REQUESTS: SettingKey[Mapping[str, int] | None] = SettingKey("ledger.older", None)
"""Totals of the ledger entries that were deleted."""
INDEX_RESIDUE = SettingKey("memory.residue", 0)
"""1 while the full-text index may still contain deleted words."""
DAMAGE: SettingKey[Mapping[str, Any] | None] = SettingKey("damaged", None)
"""What was recovered from a damaged database, until the user has dismissed the notice."""


def get_setting(connection: sqlite3.Connection, key: SettingKey[T]) -> T:
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (key.name,)).fetchone()
    if row is None:
        return key.default
    value: T = json.loads(row[0])
    return value


def set_setting(connection: sqlite3.Connection, key: SettingKey[T], value: T) -> None:
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        " WHERE value <> excluded.value",
        (key.name, json.dumps(value)),
    )


def delete_setting(connection: sqlite3.Connection, key: SettingKey[Any]) -> None:
    connection.execute("DELETE FROM setting WHERE name = ?", (key.name,))


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings for summaries. See LENGTH and PARAPHRASE."""

    length: int | None = None
    words: bool = False


@dataclass(frozen=True, slots=True)
class NewsSettings:
    """The user's settings for news. See BACKGROUND, BADGE, LEARN_FROM_PAGES and LAST_LOOKED."""

    background: bool = False
    badge: bool = False
    elsewhere: bool = False
    looked: float = 0.0


_KEYS: Mapping[str, SettingKey[Any]] = {"length": LENGTH, "words": PARAPHRASE}
_NEWS_KEYS: Mapping[str, SettingKey[Any]] = {
    "background": BACKGROUND,
    "badge": BADGE,
    "elsewhere": LEARN_FROM_PAGES,
    "looked": LAST_LOOKED,
}


class SettingsStore:
    """Reads and writes settings. Every change is durable when the method returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: SettingKey[T]) -> T:
        return get_setting(self._database.connection, key)

    def set(self, key: SettingKey[T], value: T) -> None:
        self._set_all({key: value})

    def delete(self, key: SettingKey[Any]) -> None:
        with transaction(self._database) as connection:
            delete_setting(connection, key)

    def load(self) -> Settings:
        return Settings(length=valid_length(self.get(LENGTH)), words=self.get(PARAPHRASE) is True)

    def save(self, **changes: int | bool | None) -> Settings:
        """Changes fields of Settings; returns all of them. Raises ValueError for an invalid value."""
        if "length" in changes:
            valid_length(changes["length"])
        if not isinstance(changes.get("words", False), bool):
            raise ValueError("words must be true or false")
        settings = replace(self.load(), **changes)  # type: ignore[arg-type]
        self._set_all({_KEYS[name]: value for name, value in changes.items()})
        return settings

    def load_news(self) -> NewsSettings:
        return NewsSettings(**{field.name: self.get(_NEWS_KEYS[field.name]) for field in fields(NewsSettings)})

    def save_news(self, **changes: bool | float) -> NewsSettings:
        """Changes fields of NewsSettings; returns all of them."""
        settings = replace(self.load_news(), **changes)  # type: ignore[arg-type]
        self._set_all({_NEWS_KEYS[name]: value for name, value in changes.items()})
        return settings

    def _set_all(self, values: Mapping[SettingKey[Any], Any]) -> None:
        with transaction(self._database) as connection:
            for key, value in values.items():
                set_setting(connection, key, value)


def valid_length(length: object) -> int | None:
    """Returns `length`. Raises ValueError unless it is None or a number of sentences within bounds."""
    if length is None:
        return None
    if not isinstance(length, int) or isinstance(length, bool) or not MIN_LENGTH <= length <= MAX_LENGTH:
        raise ValueError(f"length must be a number of sentences from {MIN_LENGTH} to {MAX_LENGTH}, or nothing")
    return length
