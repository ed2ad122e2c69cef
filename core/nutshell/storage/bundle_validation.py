"""Validation of a bundle's rows: the type and range of every value, and what each table requires.

A bundle may come from anywhere, and no imported row may make a later request fail.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from nutshell.records.events import KINDS
from nutshell.records.items import FeedState
from nutshell.records.message import Message
from nutshell.records.pages import STORY
from nutshell.records.ranking import VECTOR_WIDTH, MatrixPage, Sliders
from nutshell.records.retention import RETENTION_SECONDS
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.urls import http_address

from . import settings
from .feed_rows import parse_state
from .ledger import parse_totals
from .matrix_pages import is_valid_page
from .page_rows import MAX_NOTE, clean_tags, parse_page
from .settings import valid_length

MAX_TEXT, MAX_DERIVED = 200_000, 1_500_000  # characters of one value
MAX_TIME = 5e10
"""Seconds from 1970, either way: years that a calendar can show (385 to 3554)."""

_MAX_NUMBER = 1e15  # of any other number, so that sums of them stay numbers
_MAX_FACTOR = 10.0  # of an interest
_MAX_BYTES = 1e12  # of one request, so that the ledger's sums fit into SQLite's integers
_MAX_INTEGER = 2**53  # JavaScript cannot represent larger ones exactly
_RECORDS = {"Point": Point, "SectionPoint": SectionPoint}


class BadRow(ValueError):
    """A row cannot be imported; the message says why."""


def parse_value(name: str, value: Any, kind: str) -> Any:
    """Returns one value as its column stores it; `kind` as in bundle_format.Table. Raises BadRow."""
    if value is None:
        if kind.endswith("?"):
            return None
        raise BadRow(Message("row.missing_column", {"name": name}))
    max_length = MAX_DERIVED if "*" in kind else MAX_TEXT
    match kind.rstrip("?*"):
        case "text" if isinstance(value, str) and len(value) <= max_length:
            # Lone surrogates cannot be stored.
            return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
        case "id" | "whole" as integer if isinstance(value, int) and not isinstance(value, bool):
            limit = 2**63 if integer == "id" else _MAX_INTEGER
            if -limit <= value < limit:
                return value
        case "number" | "time" as number if _is_number(value, MAX_TIME if number == "time" else _MAX_NUMBER):
            return float(value)
        case "bytes" if isinstance(value, str) and len(value) <= max_length:
            try:
                return base64.b64decode(value, validate=True)
            except ValueError:
                raise BadRow(Message("row.invalid_base64", {"name": name})) from None
    raise BadRow(Message("row.invalid_column", {"name": name}))


# One function for each table. Each raises BadRow, or the error of a parser, which the caller turns into BadRow.


def check_page(row: dict[str, Any]) -> None:
    page = parse_page(0, row["at"], row["record"], row["note"], row["tags"])
    article = page.article
    if article.kind != row["kind"] or article.url != row["url"] or article.title != row["title"]:
        raise BadRow(Message("row.mismatched_page"))
    for field in ("url", "title", "site", "author", "published", "lang", "kind", "page_kind"):
        _require(getattr(article, field), str)
    if article.url and not article.url.startswith(("http:", "https:", "file:")):
        raise BadRow(Message("row.invalid_page_address"))
    if len(row["note"]) > MAX_NOTE:
        raise BadRow(Message("row.note_too_long"))
    row["tags"] = "\n".join(clean_tags(page.tags))
    if page.summary is None:
        if row["kind"] != STORY:
            raise BadRow(Message("row.no_summary"))
        _require(page.text, str)
    else:
        _require_fields(page.summary, Summary)
        if page.summary.method not in {"encoder", "words", "whole"}:
            raise BadRow(Message("row.unknown_summary_method"))
    row["gist"] = page.gist
    if set(json.loads(row["record"])) - {"article", "summary", "text"}:
        raise BadRow(Message("row.unknown_page_field"))


def check_feed(row: dict[str, Any]) -> None:
    _require_address(row["url"])
    columns = _require(json.loads(row["upkeep"]), dict)
    for name in ("quiet_hours", "quiet_days"):
        _require(columns.get(name, []), list)
    state = parse_state(row["upkeep"])
    for field in fields(FeedState):
        value = getattr(state, field.name)
        match str(field.type):
            case "float":
                _require_number(value)
            case "int":
                _require_integer(value, 2**31)  # counters, which grow
            case "bool":
                _require(value, bool)
            case "str":
                _require(value, str)
            case "tuple[int, ...]":
                for hour in value:
                    _require_integer(hour)
            case _:
                for day in value:
                    _require(day, str)


def check_item(row: dict[str, Any]) -> None:
    if row["url"]:
        _require_address(row["url"])
    for category in _require(json.loads(row["categories"]), list):
        _require(category, str)


def check_event(row: dict[str, Any]) -> None:
    _require_choice(row["kind"], KINDS)
    for extra in _require(json.loads(row["extras"]), list):
        _require_number(extra)
    if len(row["vector"]) not in {0, VECTOR_WIDTH}:
        raise BadRow(Message("row.invalid_vector"))
    if not 0 <= row["interest"] < 2**31:
        raise BadRow(Message("row.no_interest_number"))


def check_interest(row: dict[str, Any]) -> None:
    if abs(row["factor"]) > _MAX_FACTOR:
        raise BadRow(Message("row.invalid_interest_weight"))


def check_setting(row: dict[str, Any]) -> None:
    if row["name"] not in EXPORTED_SETTINGS:
        raise BadRow(Message("row.unknown_setting", {"name": repr(row["name"][:40])}))
    EXPORTED_SETTINGS[row["name"]](json.loads(row["value"]))


def check_request(row: dict[str, Any]) -> None:
    _require_address(row["url"])
    if not all(0 <= row[name] <= _MAX_BYTES for name in ("status", "sent", "received")):
        raise BadRow(Message("row.invalid_request"))


def check_mute(row: dict[str, Any]) -> None:
    _require_choice(row["kind"], ("words", "source"))
    if not row["name"].split():
        raise BadRow(Message("row.empty_mute"))


def check_matrix_page(row: dict[str, Any]) -> None:
    if not is_valid_page(MatrixPage(row["number"], row["head"], row["body"])):
        raise BadRow(Message("row.inconsistent"))


def check_nothing(row: dict[str, Any]) -> None:
    pass


def _require(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise BadRow(Message("row.wrong_type", {"type": kind.__name__}))
    return value


def _require_fields(value: Any, kind: type[Any]) -> None:
    """Checks every field of a dataclass against its declared type, recursively."""
    for field in fields(kind):
        found, declared = getattr(value, field.name), str(field.type)
        if declared.startswith("tuple["):
            for entry in found:
                _require_fields(entry, _RECORDS[declared.removeprefix("tuple[").partition(",")[0]])
        elif declared == "Point":
            _require_fields(found, Point)
        elif declared == "bool":
            _require(found, bool)
        elif declared == "int":
            _require_integer(found)
        elif declared == "float":
            _require_number(found)
        else:
            _require(found, str)


def _require_address(url: str) -> None:
    if not http_address(url):
        raise BadRow(Message("row.invalid_address"))


def _require_integer(value: Any, limit: int = _MAX_INTEGER) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= limit:
        raise BadRow(Message("row.wrong_type", {"type": "int"}))


def _require_number(value: Any) -> None:
    if not _is_number(value, _MAX_NUMBER):
        raise BadRow(Message("row.wrong_type", {"type": "float"}))


def _is_number(value: Any, limit: float) -> bool:
    """Compares without converting: an integer of 400 digits has no float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < limit


def _require_choice(value: Any, choices: Any) -> None:
    if not isinstance(value, str) or value not in choices:
        raise BadRow(Message("row.unknown_value", {"value": repr(str(value)[:40])}))


def _require_bool(value: Any) -> None:
    _require(value, bool)


def _require_sliders(value: Any) -> None:
    for name, position in _require(value, dict).items():
        _require_choice(name, [field.name for field in fields(Sliders)])
        _require_number(position)
        if not 0 <= position <= 1:
            raise BadRow(Message("row.invalid_slider"))


EXPORTED_SETTINGS: Mapping[str, Callable[[Any], object]] = {
    settings.LENGTH.name: valid_length,
    settings.OLD_REQUESTS.name: parse_totals,
    settings.PARAPHRASE.name: _require_bool,
    settings.RETENTION.name: lambda value: _require_choice(value, RETENTION_SECONDS),
    settings.BACKGROUND.name: _require_bool,
    settings.BADGE.name: _require_bool,
    settings.LEARN_FROM_PAGES.name: _require_bool,
    settings.LAST_LOOKED.name: _require_number,
    settings.PAUSED.name: _require_bool,
    settings.SLIDERS.name: _require_sliders,
}
"""Name -> check of the settings that are exported; all others belong to one browser."""
