"""How much the database holds."""

from __future__ import annotations

from dataclasses import dataclass

from nutshell.ports import Database


@dataclass(frozen=True, slots=True)
class Statistics:
    """Rows that the user would count; `annotated` are pages with a note or tags. `size` is in bytes."""

    pages: int
    annotated: int
    subscriptions: int
    items: int
    saved: int
    events: int
    size: int


def read_statistics(database: Database) -> Statistics:
    run = database.connection.execute

    def count(rows: str) -> int:
        return int(run(f"SELECT count(*) FROM {rows}").fetchone()[0])

    return Statistics(
        pages=count("page"),
        annotated=count("page WHERE note <> '' OR tags <> ''"),
        subscriptions=count("feed WHERE removed IS NULL"),
        items=count("item"),
        saved=count("item WHERE saved IS NOT NULL"),
        events=count("taste_event"),
        size=int(run("PRAGMA page_count").fetchone()[0] * run("PRAGMA page_size").fetchone()[0]),
    )


def has_table(database: Database, table: str) -> bool:
    return database.connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone() is not None
