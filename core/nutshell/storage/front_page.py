"""The front page as it was shown last: it is there at once while today's is still being put in order, or without it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nutshell.ports import Database
from nutshell.records.ranking import FrontPagePlace, TermShare

from .settings import FRONT
from .transaction import transaction


class FrontPageStore:
    """Kept in the table of settings. It says what stories are like: what was learned goes with it (memory/)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> list[FrontPagePlace]:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (FRONT,)).fetchone()
        if row is None:
            return []
        return [
            FrontPagePlace(story, lead, tuple(items), reason, tuple(TermShare(*term) for term in terms))
            for story, lead, items, reason, terms in json.loads(row[0])
        ]

    def save(self, places: Sequence[FrontPagePlace]) -> None:
        value = json.dumps(
            [
                (one.story, one.lead, one.items, one.reason, [(t.label, round(t.share, 3)) for t in one.terms])
                for one in places
            ]
        )
        with transaction(self._database) as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                " WHERE value <> excluded.value",
                (FRONT, value),
            )
