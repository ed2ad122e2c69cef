import sqlite3

import pytest

from nutshell.storage import schema


class MemoryDatabase:
    def __init__(self, connection):
        self.connection = connection

    def sync(self):
        pass


def test_a_new_file_gets_the_latest_version_and_preparing_twice_changes_nothing(tmp_path):
    database = MemoryDatabase(schema.open_connection(str(tmp_path / "a.db")))
    schema.prepare(database)
    schema.prepare(database)
    assert database.connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert database.connection.execute("PRAGMA journal_mode").fetchone() == ("truncate",)


def test_a_newer_file_is_refused_and_left_alone(tmp_path):
    connection = schema.open_connection(str(tmp_path / "a.db"))
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(schema.NewerDatabase):
        schema.prepare(MemoryDatabase(connection))
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_a_failing_migration_leaves_the_version_before(tmp_path, monkeypatch):
    connection = schema.open_connection(str(tmp_path / "a.db"))
    schema.prepare(MemoryDatabase(connection))
    before = len(schema.MIGRATIONS)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE extra (x); CREATE TABLE page (x)"))
    with pytest.raises(sqlite3.OperationalError):
        schema.prepare(MemoryDatabase(connection))
    assert not connection.in_transaction
    assert connection.execute("PRAGMA user_version").fetchone() == (before,)
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'extra'").fetchall() == []


def test_removed_text_is_overwritten_in_the_file(tmp_path):
    path = tmp_path / "a.db"
    connection = schema.open_connection(str(path))
    schema.prepare(MemoryDatabase(connection))
    connection.execute("INSERT INTO setting VALUES ('note', 'a very private sentence')")
    assert b"very private" in path.read_bytes()
    connection.execute("DELETE FROM setting")
    assert b"very private" not in path.read_bytes()
