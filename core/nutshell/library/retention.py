"""Retention: how long the library is kept. The user's choice, enforced at the start of the engine and while it runs."""

from __future__ import annotations

from nutshell.ports import Database
from nutshell.records.retention import RETENTION_SECONDS
from nutshell.storage import settings
from nutshell.storage.settings import SettingsStore


class Retention:
    def __init__(self, database: Database) -> None:
        self._settings = SettingsStore(database)

    def get(self) -> str:
        """Returns the name of the user's choice (records/retention.py)."""
        choice = self._settings.get(settings.RETENTION)
        return choice if choice in RETENTION_SECONDS else settings.RETENTION.default

    def set(self, choice: str) -> None:
        """Raises ValueError for an unknown choice."""
        self._settings.set(settings.RETENTION, _checked(choice))

    def cutoff(self, now: float, choice: str = "") -> float | None:
        """Returns the time before which rows are deleted, by the user's choice or another; None deletes nothing.

        Raises ValueError for an unknown choice.
        """
        seconds = RETENTION_SECONDS[_checked(choice) if choice else self.get()]
        return None if seconds is None else now - seconds


def _checked(choice: str) -> str:
    if choice not in RETENTION_SECONDS:
        raise ValueError(f"There is no such choice: {choice!r}.")
    return choice
