"""The requests `settings` and `settings.set`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nutshell.ports import Progress
from nutshell.storage.settings import SettingsStore

from .types import Answer, Handler

_NAMES = ("length", "words")


class SettingsRequests:
    def __init__(self, settings: SettingsStore) -> None:
        self._settings = settings

    def handlers(self) -> dict[str, Handler]:
        return {"settings": self._get, "settings.set": self._set}

    async def _get(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        return asdict(self._settings.load())

    async def _set(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Saves the settings in the payload. One that names none resets the length."""
        changes = {name: payload[name] for name in _NAMES if name in payload}
        return asdict(self._settings.save(**changes or {"length": None}))
