"""How long the memory keeps what was read: the reader's choice, obeyed when the engine starts and while it runs."""

from __future__ import annotations

import json

from nutshell.ports import Database

from .transaction import changing

_DAY = 86_400.0
CHOICES = {"ever": None, "year": 365 * _DAY, "month": 30 * _DAY, "day": _DAY}
"""Name -> seconds, None for as long as the reader likes."""

RULE = (
    "It holds for the pages in your memory, your notes and tags on them, the requests in the ledger, and what was "
    "learned from what you did. Saved stories and your sources stay until you remove them."
)
_NAME = "memory.keep"


class Retention:
    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> str:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (_NAME,)).fetchone()
        choice = json.loads(row[0]) if row else "ever"
        return choice if choice in CHOICES else "ever"

    def save(self, choice: str) -> None:
        """Raises ValueError for what is no choice."""
        if choice not in CHOICES:
            raise ValueError(f"There is no such choice: {choice!r}.")
        with changing(self._database) as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_NAME, json.dumps(choice)),
            )

    def until(self, now: float) -> float | None:
        """What is older than this goes; None: nothing does."""
        kept = CHOICES[self.load()]
        return None if kept is None else now - kept
