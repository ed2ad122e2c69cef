"""Recovers rows from a damaged database: with SQL where possible, then record by record from the raw pages.

The file format: https://www.sqlite.org/fileformat2.html (b-tree pages, record format).
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from . import schema

Row = tuple[object, ...]

DERIVED_TABLES = ("page_words", "page_vector")
"""Tables that are built again from `page`."""
_DERIVED_COLUMNS = ("indexed", "placed")

_LEAF = 0x0D
_FIXED_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_MAX_PAYLOAD = 50_000_000


@dataclass(slots=True)
class Salvaged:
    """Number of rows recovered by table, and the tables that SQL could not read completely."""

    rows: dict[str, int] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str
    required: bool
    key: int


def salvage(damaged: Path, fresh: sqlite3.Connection) -> Salvaged:
    """Copies every readable row of `damaged` into the empty tables of `fresh`, in one transaction."""
    found = Salvaged()
    tables = {name: _columns(fresh, name) for name in _tables(fresh)}
    fresh.execute("BEGIN")
    with closing(schema.open_connection(str(damaged))) as old:
        for name, columns in tables.items():
            if not _by_sql(old, fresh, name, columns):
                found.incomplete.add(name)
    if found.incomplete:
        _by_pages(damaged, fresh, {name: tables[name] for name in found.incomplete})
    for name, columns in tables.items():
        derived = [column.name for column in columns if column.name in _DERIVED_COLUMNS]
        if derived:
            fresh.execute(f"UPDATE {name} SET {', '.join(f'{column} = 0' for column in derived)}")
        found.rows[name] = fresh.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
    fresh.execute("COMMIT")
    return found


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return [name for (name,) in rows if not name.startswith(DERIVED_TABLES)]


def _columns(connection: sqlite3.Connection, table: str) -> tuple[Column, ...]:
    rows = connection.execute(f"PRAGMA table_info({table})")
    return tuple(Column(name, kind, bool(required), key) for _, name, kind, required, _, key in rows)


def _by_sql(old: sqlite3.Connection, fresh: sqlite3.Connection, table: str, columns: tuple[Column, ...]) -> bool:
    """Reads forwards and, if that fails, backwards. Returns whether the table was read completely."""
    names = ", ".join(column.name for column in columns)
    key = ", ".join(f"{c.name} DESC" for c in sorted(columns, key=lambda c: c.key) if c.key) or "rowid DESC"
    for order in ("", f" ORDER BY {key}"):
        try:
            for row in old.execute(f"SELECT {names} FROM {table} NOT INDEXED{order}"):
                _insert(fresh, table, columns, row)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            continue
        return True
    return False


def _insert(fresh: sqlite3.Connection, table: str, columns: tuple[Column, ...], row: Row) -> None:
    """Skips a row that is garbled (the tables are STRICT) or was inserted before."""
    names, marks = ", ".join(column.name for column in columns), ", ".join("?" * len(columns))
    with suppress(sqlite3.Error, UnicodeEncodeError):
        fresh.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", row)


def _by_pages(damaged: Path, fresh: sqlite3.Connection, tables: dict[str, tuple[Column, ...]]) -> None:
    """Inserts every readable record into the table whose columns it fits, if there is exactly one."""
    with damaged.open("rb") as file:
        for rowid, values in _records(file):
            fits = [name for name, columns in tables.items() if _fits(values, columns)]
            if len(fits) == 1:
                columns = tables[fits[0]]
                row = tuple(rowid if _is_rowid(c) else v for c, v in zip(columns, values, strict=True))
                _insert(fresh, fits[0], columns, row)


def _is_rowid(column: Column) -> bool:
    return column.key == 1 and column.kind == "INTEGER"


def _fits(values: Row, columns: tuple[Column, ...]) -> bool:
    if len(values) != len(columns) or not any(_is_rowid(column) for column in columns):
        return False
    kinds: dict[str, type | tuple[type, ...]] = {"INTEGER": int, "TEXT": str, "BLOB": bytes, "REAL": (int, float)}
    for value, column in zip(values, columns, strict=True):
        if value is None:
            if column.required and not _is_rowid(column):
                return False
        elif _is_rowid(column) or not isinstance(value, kinds[column.kind]):
            return False
    return True


def _records(file: BinaryIO) -> Iterator[tuple[int, Row]]:
    """Yields rowid and values of every record on every table leaf."""
    file.seek(0)
    head = file.read(100)
    size = struct.unpack(">H", head[16:18])[0] if len(head) == 100 else 0
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        size = 4096
    number = 0
    while True:
        number += 1
        page = _page(file, number, size)
        if page is None:
            return
        at = 100 if number == 1 else 0
        if page[at] != _LEAF:
            continue
        (count,) = struct.unpack_from(">H", page, at + 3)
        for cell in range(min(count, (size - at - 8) // 2)):
            try:
                (start,) = struct.unpack_from(">H", page, at + 8 + 2 * cell)
                yield _cell(file, page, start, size)
            except (IndexError, ValueError, struct.error, UnicodeDecodeError):
                continue


def _page(file: BinaryIO, number: int, size: int) -> bytes | None:
    file.seek((number - 1) * size)
    page = file.read(size)
    return page if len(page) == size else None


def _cell(file: BinaryIO, page: bytes, start: int, size: int) -> tuple[int, Row]:
    """Returns rowid and values. Raises ValueError, IndexError or struct.error if it is not a record."""
    length, at = _varint(page, start)
    rowid, at = _varint(page, at)
    if not 1 < length <= _MAX_PAYLOAD or not 0 < rowid < 1 << 63:
        raise ValueError("not a record")
    local = _local(length, size)
    if at + local > size:
        raise ValueError("beyond the end of the page")
    payload = page[at : at + local]
    if local < length:
        (following,) = struct.unpack_from(">I", page, at + local)
        seen = set()
        while len(payload) < length:
            overflow = None if following in seen or not following else _page(file, following, size)
            if overflow is None:
                raise ValueError("broken overflow chain")
            seen.add(following)
            payload += overflow[4 : 4 + length - len(payload)]
            (following,) = struct.unpack_from(">I", overflow)
    return rowid, tuple(_values(payload))


def _local(length: int, size: int) -> int:
    """Returns how many bytes of a payload are on the leaf itself; the rest is on overflow pages."""
    maximum = size - 35
    if length <= maximum:
        return length
    minimum = (size - 12) * 32 // 255 - 23
    local = minimum + (length - minimum) % (size - 4)
    return local if local <= maximum else minimum


def _values(payload: bytes) -> Iterator[object]:
    end, at = _varint(payload, 0)
    body = end
    while at < end:
        serial, at = _varint(payload, at)
        length = _FIXED_SIZES[serial] if serial < 10 else (serial - 12) // 2
        if serial in {10, 11} or body + length > len(payload):
            raise ValueError("not a record")
        content = payload[body : body + length]
        body += length
        if serial == 0:
            yield None
        elif serial == 7:
            yield struct.unpack(">d", content)[0]
        elif serial < 10:
            yield serial - 8 if serial in {8, 9} else int.from_bytes(content, "big", signed=True)
        else:
            yield content.decode() if serial % 2 else content
    if body != len(payload):
        raise ValueError("not a record")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value << 8 | data[at], at + 1
