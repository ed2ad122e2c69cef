"""The database's file, checked when it is opened. A damaged one is set aside, and what can be read of it is saved.

Each step can be cut short by a crash and is done again at the next start: the copy that is set aside is whole before
the file is emptied, and the saved rows go into the new file in one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from . import schema
from .salvage import Salvaged, salvage

ASIDE = "-damaged"
"""What the name of the file that is set aside ends with."""

# SQLite reads all of a file to check it: 3 ms a megabyte natively, five times that in the browser. A larger file is
# looked at where it begins when it opens, and read whole when nobody waits.
WHOLE = 16_000_000

_SUSPECT = b"Nutshell: check this file before it is used"
_NOTICE = "damaged"
# ERROR: a garbled schema, as nothing else is wrong with the statements here.
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR})


@dataclass(frozen=True, slots=True)
class Damage:
    """What became of a damaged file: rows saved, by table, and tables of which some could not be read."""

    saved: dict[str, int]
    incomplete: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(self.saved.values())


def open_checked(path: str, sync: Callable[[], None] = lambda: None) -> sqlite3.Connection:
    """A connection to a file that is sound; "" is in memory. `sync` makes what was written durable.

    Raises sqlite3.Error when the file cannot be read at all (its disk fails, another program holds it).
    """
    if not path:
        return schema.open_connection(path)
    aside = Path(path + ASIDE)
    begun = _size(aside) > len(_SUSPECT)
    connection = schema.open_connection(path)
    try:
        if not (begun and _is_empty(connection)):
            _check(connection, whole=_size(Path(path)) <= WHOLE or _is_suspect(aside))
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
    return _saved(path, aside, sync)


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file is not what SQLite wrote. A full or failing disk is another matter."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.DatabaseError) and (code is None or (code & 0xFF) in _DAMAGE)


def check_whole(connection: sqlite3.Connection, table: str = "") -> bool:
    """Read the file (or a table of it) to its end. Where it is damaged, the next `open_checked` will repair it."""
    try:
        _check(connection, whole=True, table=table)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        path = file_of(connection)
        if path and not _size(Path(path + ASIDE)):
            Path(path + ASIDE).write_bytes(_SUSPECT)
        return False
    return True


def is_sound(path: str) -> bool:
    """Whether a file is a whole database of ours; nothing of it is changed. An empty file is none."""
    with closing(schema.open_connection(path)) as connection:
        try:
            _check(connection, whole=True)
            return not _is_empty(connection) and {"page", "setting"} <= set(tables(connection))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return False


def damage(connection: sqlite3.Connection) -> Damage | None:
    """What the reader was not told yet."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (_NOTICE,)).fetchone()
    if row is None:
        return None
    said = json.loads(row[0])
    return Damage({str(name): int(count) for name, count in said["saved"].items()}, tuple(said["incomplete"]))


def told(connection: sqlite3.Connection) -> None:
    """The reader knows, and wants the damaged file gone."""
    connection.execute("DELETE FROM setting WHERE name = ?", (_NOTICE,))
    forget_aside(connection)


def forget_aside(connection: sqlite3.Connection) -> None:
    """Overwrite and remove the damaged file, if there is one: what it holds is private, too."""
    path = file_of(connection)
    if path:
        _empty(Path(path + ASIDE))


def file_of(connection: sqlite3.Connection) -> str:
    """The file of a database, "" when it is in memory."""
    return str(connection.execute("PRAGMA database_list").fetchone()[2] or "")


def is_large(connection: sqlite3.Connection) -> bool:
    """Whether `open_checked` only looked at where the tables begin."""
    path = file_of(connection)
    return bool(path) and _size(Path(path)) > WHOLE


def tables(connection: sqlite3.Connection) -> list[str]:
    """The tables that have pages of their own."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
    return [name for (name,) in rows]


def _check(connection: sqlite3.Connection, *, whole: bool, table: str = "") -> None:
    """Raises sqlite3.DatabaseError at the first damage."""
    if whole:
        check = f'PRAGMA quick_check("{table}")' if table else "PRAGMA quick_check(1)"
        try:
            (said,) = connection.execute(check).fetchone()
        except UnicodeDecodeError:  # it names what it found wrong, and that name is garbled too
            said = "garbled text"
        if said != "ok":
            raise sqlite3.DatabaseError(str(said))
        return
    for name in tables(connection):
        connection.execute(f'SELECT * FROM "{name}" LIMIT 1').fetchone()


def _saved(path: str, aside: Path, sync: Callable[[], None]) -> sqlite3.Connection:
    connection = schema.open_connection(path)
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA secure_delete = ON")
    version = min(schema.version_of(aside), len(schema.MIGRATIONS)) or len(schema.MIGRATIONS)
    with closing(schema.open_connection(":memory:")) as fresh:
        schema.migrate(fresh, 0, version)
        found: Salvaged = salvage(aside, fresh)
        notice = json.dumps({"saved": found.rows, "incomplete": sorted(found.incomplete)})
        fresh.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (_NOTICE, notice))
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
        while lot := reader.read(1 << 20):
            writer.write(lot)


def _empty(path: Path) -> None:
    """Zeros over all of it, then nothing."""
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
