"""The schema as numbered migrations. SQLite's `user_version` holds the number of the last one applied."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from nutshell.ports import Database
from nutshell.records.message import Message

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
    # A feed that was unsubscribed has a time in `removed` until it is deleted; `upkeep` is its FeedState as JSON.
    # An item's `at` is when it was published or, if unknown, first seen. AUTOINCREMENT: ids are never reused.
    # `dropped` holds hashes of the guids of items that were deleted while their feed still listed them.
    """
    CREATE TABLE feed (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        own_title TEXT NOT NULL,
        site TEXT NOT NULL,
        lang TEXT NOT NULL,
        folder TEXT NOT NULL,
        added REAL NOT NULL,
        checked REAL,
        due REAL NOT NULL,
        problem TEXT NOT NULL,
        upkeep TEXT NOT NULL,
        removed REAL
    ) STRICT;
    CREATE TABLE item (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        feed INTEGER NOT NULL,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        author TEXT NOT NULL,
        categories TEXT NOT NULL,
        published REAL,
        seen REAL NOT NULL,
        at REAL NOT NULL,
        saved REAL,
        read REAL
    ) STRICT;
    CREATE UNIQUE INDEX item_identity ON item (feed, guid);
    CREATE INDEX item_latest ON item (at DESC, id DESC);
    CREATE INDEX item_of_feed ON item (feed, at DESC, id DESC);
    CREATE INDEX item_saved ON item (saved DESC) WHERE saved IS NOT NULL;
    CREATE INDEX item_unread ON item (feed) WHERE read IS NULL;
    CREATE TABLE dropped (
        feed INTEGER NOT NULL,
        guid INTEGER NOT NULL,
        PRIMARY KEY (feed, guid)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE request (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        url TEXT NOT NULL,
        why TEXT NOT NULL,
        status INTEGER NOT NULL,
        sent INTEGER NOT NULL,
        received INTEGER NOT NULL,
        result TEXT NOT NULL
    ) STRICT;
    """,
    # `vector` is 256 bytes of models/topics, empty until it is computed.
    """
    CREATE TABLE taste_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at REAL NOT NULL,
        kind TEXT NOT NULL,
        item TEXT NOT NULL,
        source TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        seconds REAL NOT NULL,
        explored TEXT NOT NULL,
        extras TEXT NOT NULL,
        vector BLOB NOT NULL,
        interest INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX taste_event_when ON taste_event (at, id);
    CREATE TABLE taste_interest (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        factor REAL NOT NULL
    ) STRICT;
    CREATE TABLE taste_mute (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT;
    CREATE TABLE taste_item (
        item TEXT PRIMARY KEY,
        vector BLOB NOT NULL,
        story TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    # The history becomes the library: `at` is when a page was last read, `host` its site without www. Rows with
    # `indexed` 0 are not in `page_words` yet, rows with `placed` 0 not in `page_vector`; both are built from `page`.
    # A row of `page_vector` holds the pages with ids from 256 * chunk on (storage/vectors.py), hence AUTOINCREMENT.
    """
    DROP INDEX page_address;
    DROP INDEX page_recent;
    ALTER TABLE page RENAME TO page_before;
    CREATE TABLE page (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        host TEXT NOT NULL,
        title TEXT NOT NULL,
        site TEXT NOT NULL,
        at REAL NOT NULL,
        indexed INTEGER NOT NULL DEFAULT 0,
        placed INTEGER NOT NULL DEFAULT 0,
        gist TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        tags TEXT NOT NULL DEFAULT '',
        record TEXT NOT NULL
    ) STRICT;
    INSERT INTO page (id, url, kind, host, title, site, at, gist, record)
        SELECT id, url, kind, '', title, site, summarized_at, gist, record FROM page_before;
    DROP TABLE page_before;
    CREATE UNIQUE INDEX page_address ON page (url, kind) WHERE url <> '';
    CREATE INDEX page_recent ON page (at DESC, id DESC);
    CREATE INDEX page_host ON page (host, at DESC);
    CREATE INDEX page_unindexed ON page (id) WHERE indexed = 0;
    CREATE INDEX page_unplaced ON page (id) WHERE placed = 0;
    CREATE VIRTUAL TABLE page_words USING fts5 (
        title, body, note, content = '', tokenize = "porter unicode61 remove_diacritics 2"
    );
    CREATE TABLE page_vector (
        chunk INTEGER PRIMARY KEY,
        vectors BLOB NOT NULL,
        scales BLOB NOT NULL
    ) STRICT;
    """,
    # Pages of a few hundred candidates (storage/matrix_pages.py); number -1 describes the whole matrix.
    """
    DROP TABLE taste_item;
    CREATE TABLE taste_page (
        number INTEGER PRIMARY KEY,
        head TEXT NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    """,
)


class NewerDatabase(RuntimeError):
    """The file was written by a newer version of Nutshell."""


def prepare(database: Database) -> None:
    """Applies the missing migrations in one transaction.

    Raises NewerDatabase, or sqlite3.DatabaseError if the file is damaged; either way it stays unchanged.
    """
    connection = database.connection
    # TRUNCATE keeps the journal file, whose handle the browser host holds open. secure_delete overwrites the content
    # of deleted rows.
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise NewerDatabase(Message("error.newer_database"))
    if version < len(MIGRATIONS):
        migrate(connection, version, len(MIGRATIONS))
        database.sync()


def migrate(connection: sqlite3.Connection, version: int, to: int) -> None:
    """Migrates from one version to another in one transaction; an error leaves the file unchanged."""
    steps = ";".join(MIGRATIONS[version:to])
    try:
        connection.executescript(f"BEGIN;{steps};PRAGMA user_version = {to};COMMIT;")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise


def version_of(file: Path) -> int:
    """Returns the version in a file's header, even if SQLite cannot read the file; 0 if it has none."""
    with file.open("rb") as reader:
        head = reader.read(100)
    return int.from_bytes(head[60:64], "big") if head[:16] == b"SQLite format 3\0" else 0


def open_connection(path: str) -> sqlite3.Connection:
    """Returns a connection in autocommit mode, so that transactions are explicit. "" is in memory."""
    return sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
