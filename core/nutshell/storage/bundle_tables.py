"""What stands in a bundle (docs/EXPORT.md): the tables, their columns, how a row becomes a line and a line a row."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nutshell.records.message import Message, message_of

from . import bundle_rows as rows
from .bundle_rows import BadRow, typed


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` maps a name to text, id, whole, number, time or bytes; with `?` it may be null, with `*` be very long.
    `check` raises BadRow.

    `same` are the columns by which two rows are the same row, whatever their ids.
    """

    name: str
    columns: Mapping[str, str]
    same: tuple[str, ...]
    check: Callable[[dict[str, Any]], None]


LEFT_OUT = {
    "page_words": "an index, made again from the pages",
    "page_vector": "vectors, made again from the pages",
}
"""Tables that no bundle holds, and why."""


def unpacked(row: dict[str, Any], table: Table) -> dict[str, Any]:
    """A row of the database as a line of a bundle has it."""
    out = {}
    for name, kind in table.columns.items():
        value = row[name]
        if value is not None and kind.startswith("bytes"):
            value = base64.b64encode(value).decode("ascii")
        elif name in _JSON.get(table.name, ()):
            value = json.loads(value)
        out[name] = value
    return out


def packed(given: Any, table: Table) -> dict[str, Any]:
    """A line of a bundle as the database has it. Raises BadRow."""
    if not isinstance(given, dict):
        raise BadRow(Message("row.not_an_object"))
    row: dict[str, Any] = {}
    for name, kind in table.columns.items():
        value = given.get(name)
        if name in _JSON.get(table.name, ()) and value is not None:
            value = json.dumps(value, ensure_ascii=False)
        row[name] = typed(name, value, kind)
    try:
        table.check(row)
    except BadRow:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise BadRow(message_of(error)) from error
    return row


def _table(name: str, columns: str, same: str, check: Callable[[dict[str, Any]], None]) -> Table:
    pairs = [entry.split(":") for entry in columns.split()]
    return Table(name, {pair[0]: pair[1] for pair in pairs}, tuple(same.split()), check)


_JSON = {
    "page": ("record",),
    "setting": ("value",),
    "feed": ("upkeep",),
    "item": ("categories",),
    "taste_event": ("extras",),
    "taste_page": ("head",),
}

# In the order in which they refer to each other.
TABLES = (
    _table("setting", "name:text value:text", "name", rows.setting),
    _table(
        "page",
        "id:id url:text kind:text title:text site:text at:time note:text tags:text record:text",
        "url kind",
        rows.page,
    ),
    _table(
        "feed",
        "id:id url:text title:text own_title:text site:text lang:text folder:text added:time checked:time?"
        " due:time problem:text upkeep:text removed:time?",
        "url",
        rows.feed,
    ),
    _table(
        "item",
        "id:id feed:id guid:text url:text title:text text:text author:text categories:text published:time?"
        " seen:time at:time saved:time? read:time?",
        "feed guid",
        rows.item,
    ),
    _table("dropped", "feed:id guid:id", "feed guid", rows.anything),
    _table(
        "request",
        "id:id at:time url:text why:text status:whole sent:whole received:whole result:text",
        "at url why",
        rows.request,
    ),
    _table("taste_interest", "id:id name:text factor:number", "id", rows.interest),
    _table(
        "taste_event",
        "id:id at:time kind:text item:text source:text title:text text:text seconds:number explored:text"
        " extras:text vector:bytes interest:whole",
        "at kind item",
        rows.event,
    ),
    _table("taste_mute", "id:id kind:text name:text at:time", "kind name", rows.mute),
    _table("taste_page", "number:id head:text* body:bytes*", "number", rows.pool),
)
