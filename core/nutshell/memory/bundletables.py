"""What stands in a bundle (docs/EXPORT.md): the tables, their columns, and what makes a row fit to be taken in.

A bundle may come from anywhere: a row is taken only if every value has its type and its bounds, so that nothing in it
can make a later request fail.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from nutshell.news.addresses import http_address
from nutshell.news.refresh import Upkeep
from nutshell.summary.summary import Point, SectionPoint, Summary
from nutshell.taste.events import KINDS
from nutshell.taste.pool import Page, whole
from nutshell.taste.ranking import Sliders

from .pages import LONGEST_NOTE, STORY, page_of, valid_tags
from .retention import CHOICES
from .settings import valid_length

LONGEST, LONGEST_MADE = 200_000, 1_500_000  # letters of one value
_VECTOR = 256
_PACKED = {"Point": Point, "SectionPoint": SectionPoint}


class BadRow(ValueError):
    """A row is not taken in; the message says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` maps a name to text, whole, number or bytes; with `?` it may be null, with `*` be very long. `check`
    raises BadRow.

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
        raise BadRow("it is no object")
    row: dict[str, Any] = {}
    for name, kind in table.columns.items():
        value = given.get(name)
        if name in _JSON.get(table.name, ()) and value is not None:
            value = json.dumps(value, ensure_ascii=False)
        row[name] = _typed(name, value, kind)
    try:
        table.check(row)
    except BadRow:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadRow(str(error) or type(error).__name__) from error
    return row


def _typed(name: str, value: Any, kind: str) -> Any:
    if value is None:
        if kind.endswith("?"):
            return None
        raise BadRow(f"{name} is missing")
    most = LONGEST_MADE if "*" in kind else LONGEST
    match kind.rstrip("?*"):
        case "text" if isinstance(value, str) and len(value) <= most and value.isascii():
            return value
        case "text" if isinstance(value, str) and len(value) <= most:
            return value.encode("utf-8", "replace").decode("utf-8")  # no half characters
        case "whole" if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
            return value
        case "number" if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        case "bytes" if isinstance(value, str) and len(value) <= most:
            try:
                return base64.b64decode(value, validate=True)
            except ValueError:
                raise BadRow(f"{name} is not base64") from None
    raise BadRow(f"{name} is not what it should be, or too long")


def _page(row: dict[str, Any]) -> None:
    page = page_of(0, row["at"], row["record"], row["note"], row["tags"])
    article = page.article
    if article.kind != row["kind"] or article.url != row["url"] or article.title != row["title"]:
        raise BadRow("its record is of another page")
    for field in ("url", "title", "site", "author", "published", "lang", "kind"):
        _is(getattr(article, field), str)
    if article.url and not article.url.startswith(("http:", "https:", "file:")):
        raise BadRow("its address is not one of a page")
    if len(row["note"]) > LONGEST_NOTE:
        raise BadRow("its note is too long")
    row["tags"] = "\n".join(valid_tags(page.tags))
    if page.summary is None:
        if row["kind"] != STORY:
            raise BadRow("it has no summary")
        _is(page.text, str)
    else:
        _dataclass(page.summary, Summary)
        if page.summary.method not in {"encoder", "words", "whole"}:
            raise BadRow("its summary was made by nobody we know")
    row["gist"] = page.gist
    # A record holds what we write, and nothing beside it.
    data = json.loads(row["record"])
    if set(data) - {"article", "summary", "text"}:
        raise BadRow("its record holds more than a page")


def _dataclass(value: Any, kind: type[Any]) -> None:
    """Every field of its declared type, all the way down."""
    for field in fields(kind):
        found, wanted = getattr(value, field.name), str(field.type)
        if wanted.startswith("tuple["):
            for each in found:
                _dataclass(each, _PACKED[wanted.removeprefix("tuple[").partition(",")[0]])
        elif wanted == "Point":
            _dataclass(found, Point)
        elif wanted == "int":
            _whole(found)
        elif wanted == "float":
            _finite(found)
        else:
            _is(found, str)


def _feed(row: dict[str, Any]) -> None:
    _address(row["url"])
    known = _is(json.loads(row["upkeep"]), dict)
    for name in ("quiet_hours", "quiet_days"):
        known[name] = tuple(_is(known.get(name, []), list))
    upkeep = Upkeep(**known)
    for name, kind in ((field.name, str(field.type)) for field in fields(Upkeep)):
        value = getattr(upkeep, name)
        if kind == "float":
            _finite(value)
        elif kind == "int":
            _whole(value)
        elif kind == "bool":
            _is(value, bool)
        elif kind == "str":
            _is(value, str)
        elif name == "quiet_hours":
            for each in value:
                _whole(each)
        else:
            for each in value:
                _is(each, str)


def _item(row: dict[str, Any]) -> None:
    if row["url"]:
        _address(row["url"])
    for each in _is(json.loads(row["categories"]), list):
        _is(each, str)


def _event(row: dict[str, Any]) -> None:
    _one_of(row["kind"], KINDS)
    for each in _is(json.loads(row["extras"]), list):
        _finite(each)
    if len(row["vector"]) not in {0, _VECTOR}:
        raise BadRow("its vector has another length")


def _setting(row: dict[str, Any]) -> None:
    if row["name"] not in SETTINGS:
        raise BadRow(f"there is no setting {row['name'][:40]!r} to take along")
    SETTINGS[row["name"]](json.loads(row["value"]))


def _sliders(given: dict[str, Any]) -> None:
    for value in asdict(Sliders(**given)).values():
        _finite(value)


def _request(row: dict[str, Any]) -> None:
    _address(row["url"])


def _mute(row: dict[str, Any]) -> None:
    _one_of(row["kind"], ("words", "source"))
    if not row["name"].split():
        raise BadRow("it mutes nothing")


def _pool(row: dict[str, Any]) -> None:
    if not whole(Page(row["number"], row["head"], row["body"])):
        raise BadRow("its columns do not fit together")


def _any(row: dict[str, Any]) -> None:
    pass


def _address(url: str) -> None:
    if not http_address(url):
        raise BadRow("its address is no web address")


def _is(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise BadRow(f"a {kind.__name__} was expected")
    return value


def _whole(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**53:
        raise BadRow("a whole number was expected")


def _finite(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadRow("a number was expected")


def _one_of(value: Any, choices: Any) -> None:
    if not isinstance(value, str) or value not in choices:
        raise BadRow(f"{str(value)[:40]!r} is not known")


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

SETTINGS: Mapping[str, Callable[[Any], object]] = {
    "length": valid_length,
    "memory.keep": lambda value: _one_of(value, CHOICES),
    "news.background": lambda value: _is(value, bool),
    "news.badge": lambda value: _is(value, bool),
    "news.elsewhere": lambda value: _is(value, bool),
    "news.looked": _finite,
    "taste.paused": lambda value: _is(value, bool),
    "taste.sliders": lambda value: _sliders(_is(value, dict)),
}
"""The settings that go with a bundle; others are this browser's own."""

# In the order in which they refer to each other.
TABLES = (
    _table("setting", "name:text value:text", "name", _setting),
    _table(
        "page",
        "id:whole url:text kind:text title:text site:text at:number note:text tags:text record:text",
        "url kind",
        _page,
    ),
    _table(
        "feed",
        "id:whole url:text title:text own_title:text site:text lang:text folder:text added:number checked:number?"
        " due:number problem:text upkeep:text removed:number?",
        "url",
        _feed,
    ),
    _table(
        "item",
        "id:whole feed:whole guid:text url:text title:text text:text author:text categories:text published:number?"
        " seen:number at:number saved:number? read:number?",
        "feed guid",
        _item,
    ),
    _table("dropped", "feed:whole guid:whole", "feed guid", _any),
    _table(
        "request",
        "id:whole at:number url:text why:text status:whole sent:whole received:whole result:text",
        "at url why",
        _request,
    ),
    _table("taste_interest", "id:whole name:text factor:number", "id", _any),
    _table(
        "taste_event",
        "id:whole at:number kind:text item:text source:text title:text text:text seconds:number explored:text"
        " extras:text vector:bytes interest:whole",
        "at kind item",
        _event,
    ),
    _table("taste_mute", "id:whole kind:text name:text at:number", "kind name", _mute),
    _table("taste_page", "number:whole head:text* body:bytes*", "number", _pool),
)
