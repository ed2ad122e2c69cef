"""The format of a bundle, the export file (docs/EXPORT.md): tables, columns, and rows as lines of JSON.

A line is an object with one key: `nutshell` (the first line: version, creation time, number of rows by table), a
table's name (a row), or `end` (the last line: number of rows).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nutshell.records.message import Message, message_of
from nutshell.safe_json import loads

from . import bundle_validation as validation
from .bundle_validation import EXPORTED_SETTINGS, BadRow, parse_value

VERSION = 1
MAX_LINE = 2_000_000


class NotABundle(ValueError):
    """The file is not a bundle, or one of a newer version; nothing was imported."""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` maps names to text, id, whole, number, time or bytes; `?` allows null, `*` very long values.

    `key` are the columns that identify a row, whatever its id. `check` validates a row and raises BadRow.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    check: Callable[[dict[str, Any]], None]

    def exported_rows(self) -> str:
        """Returns what follows FROM in SQL: without rows that wait to be deleted and this browser's own settings."""
        subscribed = "SELECT id FROM feed WHERE removed IS NULL"
        match self.name:
            case "feed":
                saved = "SELECT feed FROM item WHERE saved IS NOT NULL"
                return f"feed WHERE (removed IS NULL OR id IN ({saved}))"
            case "item":
                return f"item WHERE (saved IS NOT NULL OR feed IN ({subscribed}))"
            case "dropped":
                return f"dropped WHERE feed IN ({subscribed})"
            case "setting":
                return f"setting WHERE name IN ({', '.join(repr(name) for name in EXPORTED_SETTINGS)})"
        return self.name


EXCLUDED_TABLES = {
    "page_words": "an index, built again from the pages",
    "page_vector": "vectors, computed again from the pages",
}
"""Tables that are not exported, and why."""

_JSON_COLUMNS = {
    "page": ("record",),
    "setting": ("value",),
    "feed": ("upkeep",),
    "item": ("categories",),
    "taste_event": ("extras",),
    "taste_page": ("head",),
}


def _table(name: str, columns: str, key: str, check: Callable[[dict[str, Any]], None]) -> Table:
    pairs = [column.split(":") for column in columns.split()]
    return Table(name, {pair[0]: pair[1] for pair in pairs}, tuple(key.split()), check)


# A table comes after those that its rows refer to.
TABLES = (
    _table("setting", "name:text value:text", "name", validation.check_setting),
    _table(
        "page",
        "id:id url:text kind:text title:text site:text at:time note:text tags:text record:text",
        "url kind",
        validation.check_page,
    ),
    _table(
        "feed",
        "id:id url:text title:text own_title:text site:text lang:text folder:text added:time checked:time?"
        " due:time problem:text upkeep:text removed:time?",
        "url",
        validation.check_feed,
    ),
    _table(
        "item",
        "id:id feed:id guid:text url:text title:text text:text author:text categories:text published:time?"
        " seen:time at:time saved:time? read:time?",
        "feed guid",
        validation.check_item,
    ),
    _table("dropped", "feed:id guid:id", "feed guid", validation.check_nothing),
    _table(
        "request",
        "id:id at:time url:text why:text status:whole sent:whole received:whole result:text",
        "at url why",
        validation.check_request,
    ),
    _table("taste_interest", "id:id name:text factor:number", "id", validation.check_interest),
    _table(
        "taste_event",
        "id:id at:time kind:text item:text source:text title:text text:text seconds:number explored:text"
        " extras:text vector:bytes interest:whole",
        "at kind item",
        validation.check_event,
    ),
    _table("taste_mute", "id:id kind:text name:text at:time", "kind name", validation.check_mute),
    _table("taste_page", "number:id head:text* body:bytes*", "number", validation.check_matrix_page),
)


def to_line(key: str, value: object) -> str:
    return json.dumps({key: value}, ensure_ascii=False, separators=(",", ":"))


def to_json(row: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """Returns a row of the database as a bundle's line has it."""
    out = {}
    for name, kind in table.columns.items():
        value = row[name]
        if value is not None and kind.startswith("bytes"):
            value = base64.b64encode(value).decode("ascii")
        elif name in _JSON_COLUMNS.get(table.name, ()):
            value = json.loads(value)
        out[name] = value
    return out


def from_json(value: Any, table: Table) -> dict[str, Any]:
    """Returns a bundle's row as the database has it. Raises BadRow."""
    if not isinstance(value, dict):
        raise BadRow(Message("row.not_an_object"))
    row: dict[str, Any] = {}
    for name, kind in table.columns.items():
        column = value.get(name)
        if name in _JSON_COLUMNS.get(table.name, ()) and column is not None:
            column = json.dumps(column, ensure_ascii=False)
        row[name] = parse_value(name, column, kind)
    try:
        table.check(row)
    except BadRow:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise BadRow(message_of(error)) from error
    return row


def parse_line(line: str) -> tuple[str, Any]:
    """Returns the key and value of a line. Raises BadRow."""
    if len(line) > MAX_LINE:
        raise BadRow(Message("row.too_long"))
    try:
        [(name, value)] = loads(line, parse_constant=_refuse_constant).items()
    except BadRow:
        raise
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise BadRow(Message("row.not_a_row")) from None
    return name, value


def check_header(line: str) -> None:
    """Raises NotABundle unless this is the first line of a bundle that can be imported."""
    try:
        name, value = parse_line(line)
    except BadRow:
        name, value = "", None
    if name != "nutshell" or not isinstance(value, dict) or not isinstance(value.get("version"), int):
        raise NotABundle(Message("import.not_export"))
    if value["version"] > VERSION:
        raise NotABundle(Message("import.newer_version"))


def _refuse_constant(name: str) -> Sequence[object]:
    raise BadRow(Message("row.invalid_number", {"name": name}))
