"""Rows are recovered with SQL, and from the raw pages of a file that SQL cannot read."""

import struct

import pytest

from nutshell.storage import schema
from nutshell.storage.salvage import salvage

ROWS = 300


@pytest.fixture
def damaged(tmp_path):
    """A database with some hundred mutes and one long setting."""
    path = tmp_path / "damaged.db"
    connection = schema.open_connection(str(path))
    schema.migrate(connection, 0, len(schema.MIGRATIONS))
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO taste_mute (kind, name, at) VALUES ('words', ?, ?)",
        [(f"word {number} " + "x" * 50, float(number)) for number in range(ROWS)],
    )
    connection.execute(
        "INSERT INTO taste_event (at, kind, item, source, title, text, seconds, explored, extras, vector, interest)"
        " VALUES (1, 'open', '', '', 'Long', ?, 1, '', '[]', x'', 0)",
        ("long " * 4000,),
    )
    connection.execute("COMMIT")
    connection.close()
    return path


@pytest.fixture
def fresh():
    connection = schema.open_connection("")
    schema.migrate(connection, 0, len(schema.MIGRATIONS))
    return connection


def root_page(path, table):
    connection = schema.open_connection(str(path))
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    return root, size


def test_an_undamaged_file_is_copied_completely(damaged, fresh):
    found = salvage(damaged, fresh)
    assert found.incomplete == set()
    assert (found.rows["taste_mute"], found.rows["taste_event"]) == (ROWS, 1)


def test_rows_are_recovered_from_raw_pages(damaged, fresh):
    root, size = root_page(damaged, "taste_mute")
    with damaged.open("r+b") as file:  # the root no longer leads to the leaves
        file.seek((root - 1) * size)
        file.write(struct.pack(">BHHHB", 0xFF, 0, 0, 0, 0))
    found = salvage(damaged, fresh)
    assert "taste_mute" in found.incomplete
    assert found.rows["taste_mute"] == ROWS
    names = {name for (name,) in fresh.execute("SELECT name FROM taste_mute")}
    assert f"word {ROWS - 1} " + "x" * 50 in names


def test_a_record_on_overflow_pages_is_read_whole(damaged, fresh):
    with damaged.open("r+b") as file:  # destroys the schema, so that nothing can be read with SQL
        file.seek(100)
        file.write(bytes(200))
    found = salvage(damaged, fresh)
    assert found.rows["taste_event"] == 1
    assert fresh.execute("SELECT text FROM taste_event").fetchone() == ("long " * 4000,)


def test_a_file_of_something_else_has_no_rows(tmp_path, fresh):
    path = tmp_path / "other.db"
    path.write_bytes(b"not a database at all " * 500)
    found = salvage(path, fresh)
    assert not any(found.rows.values())
    assert "page" in found.incomplete
