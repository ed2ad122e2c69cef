"""Checks the database's file when it is opened. A damaged file is set aside, and its readable rows are recovered.

A crash may interrupt any step; the next start repeats it. The copy that is set aside is complete before the file is
emptied, and the recovered rows are written to the new file in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from . import schema
from .salvage import Salvaged, salvage
from .settings import DAMAGE, delete_setting, get_setting, set_setting

ASIDE = "-damaged"
"""Suffix of the name of the file that is set aside."""

# SQLite reads all of a file to check it: 3 ms a megabyte natively, five times that in the browser. Of a larger file,
# only the start of each table is checked on opening; the rest is checked later, between requests.
MAX_FULL_CHECK = 16_000_000

_SUSPECT = b"Nutshell: check this file before it is used"
# ERROR: a garbled schema; the statements themselves are correct.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR})


@dataclass(frozen=True, slots=True)
class Damage:
    """The result of a recovery: rows saved by table, and the tables that could not be read completely."""

    saved: dict[str, int]
    incomplete: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(self.saved.values())


def open_checked(path: str, sync: Callable[[], None] = lambda: None) -> sqlite3.Connection:
    """Returns a connection to an undamaged file, recovering a damaged one first; "" is in memory.

    `sync` makes written data durable. Raises sqlite3.Error if the file cannot be read at all (disk failure, locked).
    """
    if not path:
        return schema.open_connection(path)
    aside = Path(path + ASIDE)
    begun = _size(aside) > len(_SUSPECT)
    connection = schema.open_connection(path)
    try:
        if not (begun and _is_empty(connection)):
            _check(connection, full=_size(Path(path)) <= MAX_FULL_CHECK or _is_suspect(aside))
            if _is_suspect(aside):
                _empty(aside)
                sync()
            return connection
    except sqlite3.DatabaseError as error:
        connection.close()
        if not is_damage(error):
            raise
        _copy(Path(path), aside)
        sync()
    connection.close()
    _empty(Path(path))
    sync()
    return _recover(path, aside, sync)


def is_damage(error: BaseException) -> bool:
    """Whether an error means that the file's content is damaged, as opposed to a full or failing disk."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.DatabaseError) and (code is None or (code & 0xFF) in _DAMAGE)


def check_fully(connection: sqlite3.Connection, table: str = "") -> bool:
    """Returns whether the file, or one table, is undamaged. If not, the next `open_checked` recovers it."""
    try:
        _check(connection, full=True, table=table)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        path = file_of(connection)
        if path and not _size(Path(path + ASIDE)):
            Path(path + ASIDE).write_bytes(_SUSPECT)
        return False
    return True


def is_sound(path: str) -> bool:
    """Whether a file is an undamaged, non-empty database of Nutshell. Does not change it."""
    with closing(schema.open_connection(path)) as connection:
        try:
            _check(connection, full=True)
            return not _is_empty(connection) and {"page", "setting"} <= set(tables(connection))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return False


def damage(connection: sqlite3.Connection) -> Damage | None:
    """Returns the recovery that the user has not dismissed yet."""
    found = get_setting(connection, DAMAGE)
    if found is None:
        return None
    return Damage({str(name): int(count) for name, count in found["saved"].items()}, tuple(found["incomplete"]))


def dismiss_damage(connection: sqlite3.Connection) -> None:
    """The user has read the notice: deletes it and the damaged file."""
    delete_setting(connection, DAMAGE)
    delete_aside(connection)


def delete_aside(connection: sqlite3.Connection) -> None:
    """Overwrites and deletes the damaged file, if there is one: its content is as private as the database's."""
    path = file_of(connection)
    if path:
        _empty(Path(path + ASIDE))


def file_of(connection: sqlite3.Connection) -> str:
    """Returns the path of a database, "" if it is in memory."""
    return str(connection.execute("PRAGMA database_list").fetchone()[2] or "")


def is_large(connection: sqlite3.Connection) -> bool:
    """Whether `open_checked` did not check the file fully."""
    path = file_of(connection)
    return bool(path) and _size(Path(path)) > MAX_FULL_CHECK


def tables(connection: sqlite3.Connection) -> list[str]:
    """Returns the tables that are stored as b-trees of their own."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
    return [name for (name,) in rows]


def _check(connection: sqlite3.Connection, *, full: bool, table: str = "") -> None:
    """Raises sqlite3.DatabaseError at the first damage."""
    if full:
        check = f'PRAGMA quick_check("{table}")' if table else "PRAGMA quick_check(1)"
        try:
            (result,) = connection.execute(check).fetchone()
        except UnicodeDecodeError:  # it quotes a garbled name
            result = "garbled text"
        if result != "ok":
            raise sqlite3.DatabaseError(str(result))
        return
    for name in tables(connection):
        connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchone()


def _recover(path: str, aside: Path, sync: Callable[[], None]) -> sqlite3.Connection:
    connection = schema.open_connection(path)
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA secure_delete = ON")
    version = min(schema.version_of(aside), len(schema.MIGRATIONS)) or len(schema.MIGRATIONS)
    with closing(schema.open_connection(":memory:")) as fresh:
        schema.migrate(fresh, 0, version)
        found: Salvaged = salvage(aside, fresh)
        set_setting(fresh, DAMAGE, {"saved": found.rows, "incomplete": sorted(found.incomplete)})
        fresh.backup(connection)  # one transaction: all of it or nothing
    sync()
    return connection


def _is_empty(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) = 0 FROM sqlite_master").fetchone()[0])


def _is_suspect(aside: Path) -> bool:
    return _size(aside) == len(_SUSPECT) and aside.read_bytes() == _SUSPECT


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(1 << 20):
            writer.write(chunk)


def _empty(path: Path) -> None:
    """Overwrites a file with zeros and truncates it; deletes it if it was set aside."""
    size = _size(path)
    if not size:
        return
    with path.open("r+b") as file:
        for at in range(0, size, 1 << 20):
            file.write(bytes(min(1 << 20, size - at)))
        file.flush()
        file.truncate(0)
    if path.name.endswith(ASIDE):
        path.unlink()
