"""Migration from each version's real file (versions/, by frozen_versions.py): all rows survive, or nothing changes."""

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from nutshell.storage import schema
from support import frozen_versions as freeze

FILES = sorted(freeze.VERSIONS.glob("*.db.gz"), key=lambda path: int(path.name.split(".")[0]))
KEPT = {"page": ("id", "url", "kind", "title", "site", "gist", "record")}


class FileDatabase:
    def __init__(self, path: Path) -> None:
        self.connection = schema.open_connection(str(path))
        self.syncs = 0

    def sync(self) -> None:
        self.syncs += 1


@pytest.fixture(params=FILES, ids=lambda path: path.name.split(".")[0])
def old(request, tmp_path):
    path = tmp_path / "nutshell.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def content(connection):
    """Returns the rows of each table as a set, with the columns that later versions still have."""
    names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {}
    for name in names:
        if not name.startswith(("sqlite_", "page_words", "page_vector")):
            columns = ", ".join(KEPT.get(name, ("*",)))
            found[name] = set(connection.execute(f"SELECT {columns} FROM {name}"))
    return found


def test_every_frozen_version_has_a_file():
    frozen = json.loads((freeze.VERSIONS / "frozen.json").read_text())
    assert [path.name for path in FILES] == [f"{number}.db.gz" for number in range(1, len(frozen) + 1)]
    assert len(frozen) >= 4


def test_released_migrations_are_not_changed():
    frozen = json.loads((freeze.VERSIONS / "frozen.json").read_text())
    assert {number: freeze.digest(int(number)) for number in frozen} == frozen


def test_every_row_is_migrated(old):
    database = FileDatabase(old)
    before = content(database.connection)
    assert before
    assert all(before.values())
    schema.prepare(database)
    after = content(database.connection)
    before.pop("taste_item", None)  # vectors, which are recomputed from the items
    for table, rows in before.items():
        assert rows <= after[table], table
    assert database.connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert database.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_migrated_file_has_the_schema_of_a_new_one(old, tmp_path):
    migrated, new = FileDatabase(old), FileDatabase(tmp_path / "new.db")
    schema.prepare(migrated)
    schema.prepare(new)
    listing = "SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2"
    assert migrated.connection.execute(listing).fetchall() == new.connection.execute(listing).fetchall()
    for (table,) in new.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        described = f"PRAGMA table_info({table})"
        assert migrated.connection.execute(described).fetchall() == new.connection.execute(described).fetchall()


@pytest.mark.parametrize("broken", ["CREATE TABLE extra (x); SELECT no_such_function()", "DROP TABLE setting; BAD SQL"])
def test_a_failed_migration_leaves_the_file_unchanged(old, monkeypatch, broken):
    database = FileDatabase(old)
    database.connection.execute("PRAGMA journal_mode = TRUNCATE")
    bytes_before = old.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
    with pytest.raises(sqlite3.OperationalError):
        schema.prepare(database)
    database.connection.close()
    assert old.read_bytes() == bytes_before


def test_a_migration_killed_midway_leaves_the_old_version(old, tmp_path):
    """A copy of file and journal made during the migration opens as the version before."""
    database = FileDatabase(old)
    connection = database.connection
    before = content(connection)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA cache_size = 1")  # spills into the file before it commits
    connection.execute("BEGIN")
    for table in before:
        connection.execute(f"DELETE FROM {table}")
    connection.execute("CREATE TABLE half (x)")
    connection.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 50)
    copy = tmp_path / "copy.db"
    copy.write_bytes(old.read_bytes())
    Path(f"{copy}-journal").write_bytes(Path(f"{old}-journal").read_bytes())
    assert copy.stat().st_size > 0
    again = schema.open_connection(str(copy))
    assert again.execute("PRAGMA user_version").fetchone()[0] == version
    assert content(again) == before
