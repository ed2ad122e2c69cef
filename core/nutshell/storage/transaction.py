"""Transactions that are durable once committed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from nutshell.ports import Database


@contextmanager
def transaction(database: Database) -> Iterator[sqlite3.Connection]:
    """Commits and syncs at the end of the block; rolls back if it raises."""
    connection = database.connection
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    database.sync()
