"""A damaged database is set aside, its readable rows are recovered, and Nutshell keeps working."""

import random
import sqlite3

import pytest

from nutshell.storage import integrity, schema
from support import frozen_versions as freeze

ROWS = 200
PAGE = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "nutshell.db"
    freeze.write(path, len(schema.MIGRATIONS), ROWS)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, sound):
    path = tmp_path / "nutshell.db"
    path.write_bytes(sound)
    return path


def ids(connection, table="page"):
    return {row[0] for row in connection.execute(f"SELECT rowid FROM {table}")}


def spoil(path, pages):
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = b"\xff" * PAGE
    path.write_bytes(content)


def leaves(path):
    """Returns the numbers, from 0, of the pages with rows."""
    content = path.read_bytes()
    return [n for n in range(1, len(content) // PAGE) if content[n * PAGE] == 0x0D]


def test_an_undamaged_file_is_opened_unchanged(path):
    before = path.read_bytes()
    connection = integrity.open_checked(str(path))
    assert len(ids(connection)) == ROWS
    assert integrity.damage(connection) is None
    connection.close()
    assert path.read_bytes() == before
    assert not path.with_name(path.name + integrity.ASIDE).exists()


def test_damaged_leaf_pages_lose_only_their_own_rows(path):
    before = path.read_bytes()
    found = leaves(path)
    spoil(path, found[3 : len(found) : 9])
    damaged = path.read_bytes()
    syncs = []
    connection = integrity.open_checked(str(path), lambda: syncs.append(1))
    assert syncs
    assert path.with_name(path.name + integrity.ASIDE).read_bytes() == damaged
    said = integrity.damage(connection)
    assert said is not None
    assert said.incomplete
    everything = sum(said.saved.values())
    tables = len(said.saved)
    assert 0.7 * tables * ROWS < everything < tables * ROWS
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT max(indexed), max(placed) FROM page").fetchone() == (0, 0)
    assert before != damaged


def test_rows_are_recovered_without_the_root_page_of_a_table(path):
    """SQL finds no row of `item`, whose root page is damaged. Its leaf pages are read one by one."""
    connection = schema.open_connection(str(path))
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'item'").fetchone()
    rows = set(connection.execute("SELECT * FROM item"))
    connection.close()
    spoil(path, [root - 1])
    connection = integrity.open_checked(str(path))
    assert set(connection.execute("SELECT * FROM item")) == rows
    assert len(ids(connection)) == ROWS


def test_rows_are_recovered_without_the_first_page(path):
    connection = schema.open_connection(str(path))
    rows = {table: set(connection.execute(f"SELECT * FROM {table}")) for table in ("item", "feed", "taste_event")}
    pages = set(connection.execute("SELECT id, title, gist, record FROM page"))
    connection.close()
    spoil(path, [0])
    connection = integrity.open_checked(str(path))
    assert set(connection.execute("SELECT id, title, gist, record FROM page")) == pages
    for table, expected in rows.items():
        assert set(connection.execute(f"SELECT * FROM {table}")) == expected
    assert "page" in integrity.damage(connection).incomplete


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all " * 400, bytes(8192), b"SQLite format 3\0" + b"\x07" * 9000]
)
def test_any_file_is_writable_after_opening(tmp_path, content):
    path = tmp_path / "nutshell.db"
    path.write_bytes(content)
    connection = integrity.open_checked(str(path))
    schema.prepare(Prepared(connection))
    connection.execute("INSERT INTO setting VALUES ('a', 'b')")
    connection.close()
    assert schema.open_connection(str(path)).execute("SELECT value FROM setting WHERE name = 'a'").fetchone() == ("b",)


def test_any_damaged_byte_is_survived_without_invented_rows(path):
    sound = path.read_bytes()
    connection = schema.open_connection(str(path))
    titles = {row[0] for row in connection.execute("SELECT title FROM page")}
    connection.close()
    chance = random.Random(3)
    for _ in range(25):
        content = bytearray(sound)
        for _ in range(chance.choice([1, 40, 4000])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        connection = integrity.open_checked(str(path))
        schema.prepare(Prepared(connection))
        found = {row[0] for row in connection.execute("SELECT title FROM page")}
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        assert len(found - titles) < 0.2 * ROWS  # SQLite cannot detect a changed byte inside a title
        connection.close()
        path.with_name(path.name + integrity.ASIDE).unlink(missing_ok=True)


def test_recovery_continues_if_killed_after_setting_the_file_aside(path, monkeypatch):
    found = leaves(path)
    spoil(path, found[5:7])

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(integrity, "salvage", killed)
        with pytest.raises(KeyboardInterrupt):
            integrity.open_checked(str(path))
    connection = integrity.open_checked(str(path))
    assert integrity.damage(connection).rows > 0.9 * ROWS * len(integrity.damage(connection).saved)


def test_an_older_file_is_recovered_in_its_own_schema(tmp_path):
    path = tmp_path / "nutshell.db"
    freeze.write(path, 2, ROWS)
    spoil(path, leaves(path)[4:6])
    connection = integrity.open_checked(str(path))
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    schema.prepare(Prepared(connection))
    assert len(ids(connection)) > 0.9 * ROWS
    assert integrity.damage(connection).rows


def test_dismissing_the_notice_deletes_the_damaged_file(path):
    spoil(path, leaves(path)[2:4])
    connection = integrity.open_checked(str(path))
    integrity.dismiss_damage(connection)
    assert integrity.damage(connection) is None
    assert not path.with_name(path.name + integrity.ASIDE).exists()


def test_a_large_file_is_checked_later_and_repaired_at_the_next_start(path, monkeypatch):
    monkeypatch.setattr(integrity, "MAX_FULL_CHECK", 1000)
    middle = leaves(path)[12]
    spoil(path, [middle])
    connection = integrity.open_checked(str(path))
    assert integrity.damage(connection) is None
    assert not all(integrity.check_fully(connection, table) for table in integrity.tables(connection))
    connection.close()
    connection = integrity.open_checked(str(path))
    assert integrity.damage(connection).rows


def test_an_io_error_is_not_treated_as_damage():
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    assert not integrity.is_damage(error)


class Prepared:
    def __init__(self, connection):
        self.connection = connection

    def sync(self):
        pass
