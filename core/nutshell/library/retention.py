"""How long the memory keeps what was read: the reader's choice, obeyed when the engine starts and while it runs."""

from __future__ import annotations

import json

from nutshell.ports import Database
from nutshell.storage.transaction import transaction

_DAY = 86_400.0
CHOICES = {"ever": None, "year": 365 * _DAY, "month": 30 * _DAY, "day": _DAY}
"""Name -> seconds, None for as long as the reader likes."""

KEEP = "memory.keep"
"""The setting's name."""


def shorter(choice: str, other: str) -> bool:
    """Whether the one choice lets go of things sooner than the other."""
    one, two = CHOICES[choice], CHOICES[other]
    return one is not None and (two is None or one < two)


class Retention:
    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> str:
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (KEEP,)).fetchone()
        choice = json.loads(row[0]) if row else "ever"
        return choice if choice in CHOICES else "ever"

    def save(self, choice: str) -> None:
        """Raises ValueError for what is no choice."""
        _check(choice)
        with transaction(self._database) as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (KEEP, json.dumps(choice)),
            )

    def until(self, now: float, choice: str = "") -> float | None:
        """What is older than this goes, or would by another choice; None: nothing. Raises ValueError as `save`."""
        if choice:
            _check(choice)
        kept = CHOICES[choice or self.load()]
        return None if kept is None else now - kept


def _check(choice: str) -> None:
    if choice not in CHOICES:
        raise ValueError(f"There is no such choice: {choice!r}.")
