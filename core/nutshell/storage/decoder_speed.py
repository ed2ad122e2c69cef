"""The measured speed of the language model, stored as a setting."""

from __future__ import annotations

from nutshell.ports import Database, Decoder
from nutshell.records.decoder_speed import DecoderSpeed

from .settings import DECODER_SPEED, SettingsStore


class DecoderSpeedStore:
    def __init__(self, database: Database) -> None:
        self._settings = SettingsStore(database)

    def get(self, decoder: Decoder) -> DecoderSpeed | None:
        """Returns the speed of this decoder; None when it was not measured, or another one was."""
        stored = self._settings.get(DECODER_SPEED)
        if stored is None:
            return None
        speed = DecoderSpeed.from_data(stored)
        return speed if (speed.name, speed.bytes) == (decoder.name, decoder.bytes) else None

    def save(self, speed: DecoderSpeed) -> None:
        self._settings.set(DECODER_SPEED, speed.as_data())
