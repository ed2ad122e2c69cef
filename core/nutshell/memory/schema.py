"""The tables, as numbered migrations kept in SQLite's own `user_version`."""

from __future__ import annotations

import sqlite3

from nutshell.ports import Database

MIGRATIONS = (
    """
    CREATE TABLE page (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        site TEXT NOT NULL,
        summarized_at REAL NOT NULL,
        gist TEXT NOT NULL,
        record TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX page_address ON page (url, kind) WHERE url <> '';
    CREATE INDEX page_recent ON page (summarized_at DESC);
    CREATE TABLE setting (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
)


class NewerDatabase(RuntimeError):
    """The file was written by a newer Nutshell than this one."""


def prepare(database: Database) -> None:
    """Bring the tables up to date, each migration in its own transaction.

    Raises NewerDatabase, or sqlite3.DatabaseError when the file is damaged; either way it is left as it was.
    """
    connection = database.connection
    # TRUNCATE keeps the journal's file, whose handle the browser host holds open; a removed row's
    # text is overwritten, not just unlinked.
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA secure_delete = ON")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise NewerDatabase("The history was written by a newer Nutshell. Update Nutshell to read it.")
    for number in range(version, len(MIGRATIONS)):
        try:
            connection.executescript(f"BEGIN;{MIGRATIONS[number]};PRAGMA user_version = {number + 1};COMMIT;")
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise
    if version < len(MIGRATIONS):
        database.sync()


def open_connection(path: str) -> sqlite3.Connection:
    """A connection in autocommit: transactions are begun where they are needed. "" is in memory."""
    return sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
