"""What ranking stores: events, the user's settings of interests, mutes, and the candidate matrix."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from nutshell.ports import Database
from nutshell.records.events import Event
from nutshell.records.ranking import InterestSettings, MatrixPage, Mute

from .settings import FRONT_PAGE, SettingsStore, delete_setting
from .transaction import transaction

_EVENT = "id, at, kind, item, source, title, text, seconds, explored, extras, vector, interest"

MAX_SHOWN, MAX_ACTS = 1_000, 5_000
"""How many `shown` events and other events are kept; interests that the user added are always kept."""


class RankingStore:
    """Every change is durable when the method returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.settings = SettingsStore(database)

    def list_events(self) -> list[Event]:
        rows = self._database.connection.execute(f"SELECT {_EVENT} FROM taste_event ORDER BY at, id")
        return [_event(row) for row in rows]

    def add_events(self, events: Sequence[Event]) -> list[int]:
        """Inserts events; an `id` of 0 gets a new one, any other is restored. Returns the ids."""
        ids = []
        with transaction(self._database) as connection:
            for event in events:
                cursor = connection.execute(
                    f"INSERT INTO taste_event ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        event.id or None, event.at, event.kind, event.item, event.source, event.title, event.text,
                        event.seconds, event.explored, json.dumps(event.extras), event.vector, event.interest,
                    ),
                )  # fmt: skip
                ids.append(int(cursor.lastrowid or 0))
        return ids

    def trim_events(self) -> list[int]:
        """Deletes the oldest events beyond the limits. Returns their ids."""
        gone = []
        for which, limit in (("= 'shown'", MAX_SHOWN), ("NOT IN ('shown', 'wish', 'unwish')", MAX_ACTS)):
            gone += self._database.connection.execute(
                f"SELECT id FROM taste_event WHERE kind {which} ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?", (limit,)
            ).fetchall()
        if gone:
            with transaction(self._database) as connection:
                connection.executemany("DELETE FROM taste_event WHERE id = ?", gone)
        return [number for (number,) in gone]

    def delete_events(self, ids: Iterable[int]) -> None:
        with transaction(self._database) as connection:
            connection.executemany("DELETE FROM taste_event WHERE id = ?", [(number,) for number in ids])
            delete_setting(connection, FRONT_PAGE)  # its explanations quote events

    def update_events(self, events: Sequence[Event]) -> None:
        """Writes the interest and the vector of existing events."""
        with transaction(self._database) as connection:
            connection.executemany(
                "UPDATE taste_event SET interest = ?, vector = ? WHERE id = ?",
                [(event.interest, event.vector, event.id) for event in events],
            )

    def get_interest_settings(self) -> dict[int, InterestSettings]:
        rows = self._database.connection.execute("SELECT id, name, factor FROM taste_interest")
        return {row[0]: InterestSettings(*row) for row in rows}

    def save_interest(self, row: InterestSettings) -> int:
        """Inserts or updates a row; an `id` of 0 gets a new one. Returns the id."""
        cursor = self._database.connection.execute(
            "INSERT INTO taste_interest (id, name, factor) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, factor = excluded.factor",
            (row.id or None, row.name, row.factor),
        )
        self._database.sync()
        return row.id or int(cursor.lastrowid or 0)

    def delete_interest(self, interest: int) -> None:
        self._database.connection.execute("DELETE FROM taste_interest WHERE id = ?", (interest,))
        self._database.sync()

    def list_mutes(self) -> list[Mute]:
        rows = self._database.connection.execute("SELECT id, kind, name, at FROM taste_mute ORDER BY at, id")
        return [Mute(*row) for row in rows]

    def add_mute(self, kind: str, name: str, at: float) -> Mute:
        cursor = self._database.connection.execute(
            "INSERT INTO taste_mute (kind, name, at) VALUES (?, ?, ?)", (kind, name, at)
        )
        self._database.sync()
        return Mute(int(cursor.lastrowid or 0), kind, name, at)

    def restore_mute(self, mute: Mute) -> None:
        self._database.connection.execute(
            "INSERT OR IGNORE INTO taste_mute (id, kind, name, at) VALUES (?, ?, ?, ?)",
            (mute.id, mute.kind, mute.name, mute.at),
        )
        self._database.sync()

    def delete_mute(self, mute: int) -> None:
        self._database.connection.execute("DELETE FROM taste_mute WHERE id = ?", (mute,))
        self._database.sync()

    def load_matrix(self) -> tuple[list[MatrixPage], MatrixPage | None]:
        """Returns the candidate matrix: its pages in order, and the page with number -1."""
        rows = self._database.connection.execute("SELECT number, head, body FROM taste_page ORDER BY number")
        pages = [MatrixPage(*row) for row in rows]
        return ([], None) if not pages or pages[0].number >= 0 else (pages[1:], pages[0])

    def save_matrix(self, pages: Iterable[MatrixPage], about: MatrixPage) -> None:
        """Writes changed pages; a page with an empty `head` is deleted."""
        with transaction(self._database) as connection:
            for page in (*pages, replace(about, number=-1)):
                if page.head:
                    connection.execute(
                        "INSERT INTO taste_page VALUES (?, ?, ?) ON CONFLICT (number) DO UPDATE"
                        " SET head = excluded.head, body = excluded.body",
                        (page.number, page.head, page.body),
                    )
                else:
                    connection.execute("DELETE FROM taste_page WHERE number = ?", (page.number,))

    def clear_vectors(self) -> None:
        """Deletes every vector: they are another encoder's."""
        with transaction(self._database) as connection:
            connection.execute("DELETE FROM taste_page")
            connection.execute("UPDATE taste_event SET vector = x''")


def _event(row: tuple[Any, ...]) -> Event:
    number, at, kind, item, source, title, text, seconds, explored, extras, vector, interest = row
    return Event(
        number, at, kind, item, source, title, text, seconds, explored, tuple(json.loads(extras)), vector, interest
    )
