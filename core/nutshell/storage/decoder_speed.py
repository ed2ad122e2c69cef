"""The measured speed of the language model, in the table `setting`."""

from __future__ import annotations

import json

from nutshell.ports import Database, Decoder
from nutshell.records.decoder_speed import DecoderSpeed

from .transaction import transaction

_NAME = "words.measured"


class DecoderSpeedStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, decoder: Decoder) -> DecoderSpeed | None:
        """Returns the speed of this decoder; None when it was not measured, or another one was."""
        row = self._database.connection.execute("SELECT value FROM setting WHERE name = ?", (_NAME,)).fetchone()
        if row is None:
            return None
        speed = DecoderSpeed.from_data(json.loads(row[0]))
        return speed if (speed.name, speed.bytes) == (decoder.name, decoder.bytes) else None

    def save(self, speed: DecoderSpeed) -> None:
        with transaction(self._database) as connection:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_NAME, json.dumps(speed.as_data())),
            )
