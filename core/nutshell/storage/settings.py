"""The reader's own settings."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from nutshell.ports import Database

SHORTEST, LONGEST = 2, 10

FRONT = "news.front"
"""The setting that holds the news as they were shown last, with what each story is like (storage/front_page.py)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`length` is the number of sentences of a summary; None leaves it to the page. `words`: pages are also said in
    other words, by the language model."""

    length: int | None = None
    words: bool = False


class SettingsStore:
    """Settings in the database, read once and written through."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> Settings:
        rows = self._database.connection.execute("SELECT name, value FROM setting WHERE name IN ('length', 'words')")
        found = {name: json.loads(value) for name, value in rows}
        return Settings(length=valid_length(found.get("length")), words=found.get("words") is True)

    def save(self, **changes: int | bool | None) -> Settings:
        """Raises ValueError for a length out of bounds, or a switch that is neither on nor off."""
        if "length" in changes:
            valid_length(changes["length"])
        if not isinstance(changes.get("words", False), bool):
            raise ValueError("words must be true or false")
        settings = replace(self.load(), **changes)  # type: ignore[arg-type]
        for name in changes:
            self._database.connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(getattr(settings, name))),
            )
        self._database.sync()
        return settings


def valid_length(length: object) -> int | None:
    """The length itself. Raises ValueError for what is no number of sentences."""
    if length is None:
        return None
    if not isinstance(length, int) or isinstance(length, bool) or not SHORTEST <= length <= LONGEST:
        raise ValueError(f"length must be a number of sentences from {SHORTEST} to {LONGEST}, or nothing")
    return length
