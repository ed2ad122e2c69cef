"""The front page as it was shown last: it is there at once while today's is still being put in order, or without it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.memory.settings import FRONT
from nutshell.memory.transaction import changing
from nutshell.ports import Database
from nutshell.views.news import Term


@dataclass(frozen=True, slots=True)
class Place:
    """A story on a list: the item that is shown, all that tell it, and why it stands there."""

    story: str
    lead: int
    items: tuple[int, ...]
    reason: str = ""
    terms: tuple[Term, ...] = ()


class FrontPage:
    """Kept in the table of settings. It says what stories are like: what was learned goes with it (memory/)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> list[Place]:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (FRONT,)).fetchone()
        if row is None:
            return []
        return [
            Place(story, lead, tuple(items), reason, tuple(Term(*term) for term in terms))
            for story, lead, items, reason, terms in json.loads(row[0])
        ]

    def save(self, places: Sequence[Place]) -> None:
        value = json.dumps(
            [
                (one.story, one.lead, one.items, one.reason, [(t.label, round(t.share, 3)) for t in one.terms])
                for one in places
            ]
        )
        with changing(self._database) as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                " WHERE value <> excluded.value",
                (FRONT, value),
            )
