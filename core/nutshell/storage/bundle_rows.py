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
from nutshell.records.message import Message
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
        raise BadRow(Message("row.missing_column", {"name": name}))
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
                raise BadRow(Message("row.invalid_base64", {"name": name})) from None
    raise BadRow(Message("row.invalid_column", {"name": name}))


def page(row: dict[str, Any]) -> None:
    kept = page_of(0, row["at"], row["record"], row["note"], row["tags"])
    article = kept.article
    if article.kind != row["kind"] or article.url != row["url"] or article.title != row["title"]:
        raise BadRow(Message("row.mismatched_page"))
    for field in ("url", "title", "site", "author", "published", "lang", "kind"):
        _is(getattr(article, field), str)
    if article.url and not article.url.startswith(("http:", "https:", "file:")):
        raise BadRow(Message("row.invalid_page_address"))
    if len(row["note"]) > LONGEST_NOTE:
        raise BadRow(Message("row.note_too_long"))
    row["tags"] = "\n".join(valid_tags(kept.tags))
    if kept.summary is None:
        if row["kind"] != STORY:
            raise BadRow(Message("row.no_summary"))
        _is(kept.text, str)
    else:
        _dataclass(kept.summary, Summary)
        if kept.summary.method not in {"encoder", "words", "whole"}:
            raise BadRow(Message("row.unknown_summary_method"))
    row["gist"] = kept.gist
    # A record holds what we write, and nothing beside it.
    data = json.loads(row["record"])
    if set(data) - {"article", "summary", "text"}:
        raise BadRow(Message("row.unknown_page_field"))


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
        raise BadRow(Message("row.invalid_vector"))
    if not 0 <= row["interest"] < 2**31:
        raise BadRow(Message("row.no_interest_number"))


def interest(row: dict[str, Any]) -> None:
    if abs(row["factor"]) > _LOUDEST:
        raise BadRow(Message("row.invalid_interest_weight"))


def setting(row: dict[str, Any]) -> None:
    if row["name"] not in SETTINGS:
        raise BadRow(Message("row.unknown_setting", {"name": repr(row["name"][:40])}))
    SETTINGS[row["name"]](json.loads(row["value"]))


def _sliders(given: dict[str, Any]) -> None:
    for value in asdict(Sliders(**given)).values():
        _finite(value)
        if not 0 <= value <= 1:
            raise BadRow(Message("row.invalid_slider"))


def request(row: dict[str, Any]) -> None:
    _address(row["url"])
    if not all(0 <= row[name] <= _BYTES for name in ("status", "sent", "received")):
        raise BadRow(Message("row.invalid_request"))


def mute(row: dict[str, Any]) -> None:
    _one_of(row["kind"], ("words", "source"))
    if not row["name"].split():
        raise BadRow(Message("row.empty_mute"))


def pool(row: dict[str, Any]) -> None:
    if not is_valid_page(MatrixPage(row["number"], row["head"], row["body"])):
        raise BadRow(Message("row.inconsistent"))


def anything(row: dict[str, Any]) -> None:
    pass


def _address(url: str) -> None:
    if not http_address(url):
        raise BadRow(Message("row.invalid_address"))


def _is(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise BadRow(Message("row.wrong_type", {"type": kind.__name__}))
    return value


def _whole(value: Any, most: int = _WHOLE) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= most:
        raise BadRow(Message("row.wrong_type", {"type": "int"}))


def _finite(value: Any) -> None:
    if not _is_number(value, _MOST):
        raise BadRow(Message("row.wrong_type", {"type": "float"}))


def _is_number(value: Any, most: float) -> bool:
    """Comparing is all that can be done with any number: an integer of 400 digits has no float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < most


def _one_of(value: Any, choices: Any) -> None:
    if not isinstance(value, str) or value not in choices:
        raise BadRow(Message("row.unknown_value", {"value": repr(str(value)[:40])}))


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
