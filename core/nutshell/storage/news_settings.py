"""What the reader decides about the news as a whole, and when they last looked; in the table of settings."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace

from nutshell.ports import Database

from .transaction import transaction

_PREFIX = "news."


@dataclass(frozen=True, slots=True)
class NewsSettings:
    """Each is off until the reader switches it on. `background`: fetch feeds while nobody looks. `badge`: count new
    stories on the toolbar button. `elsewhere`: learn from pages that were summarized. `looked` is when the news
    were last looked at, in Unix seconds.
    """

    background: bool = False
    badge: bool = False
    elsewhere: bool = False
    looked: float = 0.0


class NewsSettingsStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> NewsSettings:
        rows = self._database.connection.execute(
            "SELECT name, value FROM setting WHERE name LIKE ?", (_PREFIX + "%",)
        ).fetchall()
        names = {field.name for field in fields(NewsSettings)}
        found = {name.removeprefix(_PREFIX): json.loads(value) for name, value in rows}
        return NewsSettings(**{name: value for name, value in found.items() if name in names})

    def set(self, **changes: bool | float) -> NewsSettings:
        switches = replace(self.load(), **changes)  # type: ignore[arg-type]
        with transaction(self._database) as connection:
            connection.executemany(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [(_PREFIX + name, json.dumps(value)) for name, value in changes.items()],
            )
        return switches
