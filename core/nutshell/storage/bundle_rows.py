"""What makes a row of a bundle fit to be taken in: the type and the bounds of each value, and what its table wants.

A bundle may come from anywhere: what is taken in must never make a later request fail.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from nutshell.library.retention import CHOICES, KEEP
from nutshell.records.events import KINDS
from nutshell.records.items import FeedState
from nutshell.records.pages import STORY
from nutshell.records.ranking import MatrixPage, Sliders
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.urls import http_address

from .ledger import OLDER, valid_totals
from .matrix_pages import is_valid_page
from .pages import LONGEST_NOTE, page_of, valid_tags
from .settings import valid_length

LONGEST, LONGEST_MADE = 200_000, 1_500_000  # letters of one value
FARTHEST = 5e10
"""Seconds from 1970, either way: years that a calendar can show (385 to 3554)."""

_MOST = 1e15  # of any other number, so that sums of them are numbers, too
_LOUDEST = 10.0  # of an interest's factor
_BYTES = 1e12  # one way; so that the ledger's sums stay numbers of SQLite's
_WHOLE = 2**53  # beyond it JavaScript cannot tell them apart
_VECTOR = 256
_PACKED = {"Point": Point, "SectionPoint": SectionPoint}


class BadRow(ValueError):
    """A row is not taken in; the message says why."""


def typed(name: str, value: Any, kind: str) -> Any:
    """One value, as its column is declared (bundletables.py). Raises BadRow."""
    if value is None:
        if kind.endswith("?"):
            return None
        raise BadRow(f"{name} is missing")
    most = LONGEST_MADE if "*" in kind else LONGEST
    match kind.rstrip("?*"):
        case "text" if isinstance(value, str) and len(value) <= most:
            # No half characters.
            return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
        case "id" | "whole" as kind_ if isinstance(value, int) and not isinstance(value, bool):
            most = 2**63 if kind_ == "id" else _WHOLE
            if -most <= value < most:
                return value
        case "number" | "time" as kind_ if _is_number(value, FARTHEST if kind_ == "time" else _MOST):
            return float(value)
        case "bytes" if isinstance(value, str) and len(value) <= most:
            try:
                return base64.b64decode(value, validate=True)
            except ValueError:
                raise BadRow(f"{name} is not base64") from None
    raise BadRow(f"{name} is not what it should be, or too long")


def page(row: dict[str, Any]) -> None:
    kept = page_of(0, row["at"], row["record"], row["note"], row["tags"])
    article = kept.article
    if article.kind != row["kind"] or article.url != row["url"] or article.title != row["title"]:
        raise BadRow("its record is of another page")
    for field in ("url", "title", "site", "author", "published", "lang", "kind"):
        _is(getattr(article, field), str)
    if article.url and not article.url.startswith(("http:", "https:", "file:")):
        raise BadRow("its address is not one of a page")
    if len(row["note"]) > LONGEST_NOTE:
        raise BadRow("its note is too long")
    row["tags"] = "\n".join(valid_tags(kept.tags))
    if kept.summary is None:
        if row["kind"] != STORY:
            raise BadRow("it has no summary")
        _is(kept.text, str)
    else:
        _dataclass(kept.summary, Summary)
        if kept.summary.method not in {"encoder", "words", "whole"}:
            raise BadRow("its summary was made by nobody we know")
    row["gist"] = kept.gist
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


def feed(row: dict[str, Any]) -> None:
    _address(row["url"])
    known = _is(json.loads(row["upkeep"]), dict)
    for name in ("quiet_hours", "quiet_days"):
        known[name] = tuple(_is(known.get(name, []), list))
    upkeep = FeedState(**known)
    for name, kind in ((field.name, str(field.type)) for field in fields(FeedState)):
        value = getattr(upkeep, name)
        if kind == "float":
            _finite(value)
        elif kind == "int":
            _whole(value, 2**31)  # it is counted on from there
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


def item(row: dict[str, Any]) -> None:
    if row["url"]:
        _address(row["url"])
    for each in _is(json.loads(row["categories"]), list):
        _is(each, str)


def event(row: dict[str, Any]) -> None:
    _one_of(row["kind"], KINDS)
    for each in _is(json.loads(row["extras"]), list):
        _finite(each)
    if len(row["vector"]) not in {0, _VECTOR}:
        raise BadRow("its vector has another length")
    if not 0 <= row["interest"] < 2**31:
        raise BadRow("its interest has no number")


def interest(row: dict[str, Any]) -> None:
    if abs(row["factor"]) > _LOUDEST:
        raise BadRow("its factor is none that a reader can set")


def setting(row: dict[str, Any]) -> None:
    if row["name"] not in SETTINGS:
        raise BadRow(f"there is no setting {row['name'][:40]!r} to take along")
    SETTINGS[row["name"]](json.loads(row["value"]))


def _sliders(given: dict[str, Any]) -> None:
    for value in asdict(Sliders(**given)).values():
        _finite(value)
        if not 0 <= value <= 1:
            raise BadRow("a slider goes from 0 to 1")


def request(row: dict[str, Any]) -> None:
    _address(row["url"])
    if not all(0 <= row[name] <= _BYTES for name in ("status", "sent", "received")):
        raise BadRow("its numbers are none of a request")


def mute(row: dict[str, Any]) -> None:
    _one_of(row["kind"], ("words", "source"))
    if not row["name"].split():
        raise BadRow("it mutes nothing")


def pool(row: dict[str, Any]) -> None:
    if not is_valid_page(MatrixPage(row["number"], row["head"], row["body"])):
        raise BadRow("its columns do not fit together")


def anything(row: dict[str, Any]) -> None:
    pass


def _address(url: str) -> None:
    if not http_address(url):
        raise BadRow("its address is no web address")


def _is(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise BadRow(f"a {kind.__name__} was expected")
    return value


def _whole(value: Any, most: int = _WHOLE) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= most:
        raise BadRow("a whole number was expected")


def _finite(value: Any) -> None:
    if not _is_number(value, _MOST):
        raise BadRow("a number was expected")


def _is_number(value: Any, most: float) -> bool:
    """Comparing is all that can be done with any number: an integer of 400 digits has no float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < most


def _one_of(value: Any, choices: Any) -> None:
    if not isinstance(value, str) or value not in choices:
        raise BadRow(f"{str(value)[:40]!r} is not known")


SETTINGS: Mapping[str, Callable[[Any], object]] = {
    "length": valid_length,
    OLDER: valid_totals,
    "words": lambda value: _is(value, bool),
    KEEP: lambda value: _one_of(value, CHOICES),
    "news.background": lambda value: _is(value, bool),
    "news.badge": lambda value: _is(value, bool),
    "news.elsewhere": lambda value: _is(value, bool),
    "news.looked": _finite,
    "taste.paused": lambda value: _is(value, bool),
    "taste.sliders": lambda value: _sliders(_is(value, dict)),
}
"""The settings that go with a bundle; others are this browser's own."""
