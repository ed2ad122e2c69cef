"""The reader's own settings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from nutshell.ports import Database

SHORTEST, LONGEST = 2, 10

FRONT = "news.front"
"""The setting that holds the news as they were shown last, with what each story is like (news/front.py)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`length` is the number of sentences of a summary; None leaves it to the page."""

    length: int | None = None


class SettingsStore:
    """Settings in the database, read once and written through."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> Settings:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = 'length'").fetchone()
        return Settings(length=valid_length(json.loads(row[0]))) if row else Settings()

    def save(self, *, length: int | None) -> Settings:
        """Raises ValueError for a length out of bounds."""
        settings = replace(self.load(), length=valid_length(length))
        for name, value in asdict(settings).items():
            self._database.connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, json.dumps(value)),
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
