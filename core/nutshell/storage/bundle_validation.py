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
from nutshell.records.pages import STORY
from nutshell.records.ranking import MATRIX_VECTOR, SLIDERS, MatrixPage, is_valid_matrix_page
from nutshell.records.retention import RETENTION_SECONDS
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.urls import http_address

from . import settings
from .feed_rows import parse_state
from .ledger import parse_totals
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
        raise BadRow(f"{name} is missing")
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
                raise BadRow(f"{name} is not base64") from None
    raise BadRow(f"{name} has the wrong type or is too long")


# One function for each table. Each raises BadRow, or the error of a parser, which the caller turns into BadRow.


def check_page(row: dict[str, Any]) -> None:
    page = parse_page(0, row["at"], row["record"], row["note"], row["tags"])
    article = page.article
    if article.kind != row["kind"] or article.url != row["url"] or article.title != row["title"]:
        raise BadRow("its record is of another page")
    for field in ("url", "title", "site", "author", "published", "lang", "kind"):
        _require(getattr(article, field), str)
    if article.url and not article.url.startswith(("http:", "https:", "file:")):
        raise BadRow("its address is not that of a page")
    if len(row["note"]) > MAX_NOTE:
        raise BadRow("its note is too long")
    row["tags"] = "\n".join(clean_tags(page.tags))
    if page.summary is None:
        if row["kind"] != STORY:
            raise BadRow("it has no summary")
        _require(page.text, str)
    else:
        _require_fields(page.summary, Summary)
        if page.summary.method not in {"encoder", "words", "whole"}:
            raise BadRow("its summary has an unknown method")
    row["gist"] = page.gist
    if set(json.loads(row["record"])) - {"article", "summary", "text"}:
        raise BadRow("its record has unknown fields")


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
    if len(row["vector"]) not in {0, MATRIX_VECTOR}:
        raise BadRow("its vector has another length")
    if not 0 <= row["interest"] < 2**31:
        raise BadRow("its interest is out of range")


def check_interest(row: dict[str, Any]) -> None:
    if abs(row["factor"]) > _MAX_FACTOR:
        raise BadRow("its factor is out of range")


def check_setting(row: dict[str, Any]) -> None:
    if row["name"] not in EXPORTED_SETTINGS:
        raise BadRow(f"the setting {row['name'][:40]!r} cannot be imported")
    EXPORTED_SETTINGS[row["name"]](json.loads(row["value"]))


def check_request(row: dict[str, Any]) -> None:
    _require_address(row["url"])
    if not all(0 <= row[name] <= _MAX_BYTES for name in ("status", "sent", "received")):
        raise BadRow("its numbers are out of range")


def check_mute(row: dict[str, Any]) -> None:
    _require_choice(row["kind"], ("words", "source"))
    if not row["name"].split():
        raise BadRow("it mutes nothing")


def check_matrix_page(row: dict[str, Any]) -> None:
    if not is_valid_matrix_page(MatrixPage(row["number"], row["head"], row["body"])):
        raise BadRow("its columns do not fit together")


def check_nothing(row: dict[str, Any]) -> None:
    pass


def _require(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, kind):
        raise BadRow(f"a {kind.__name__} was expected")
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
        elif declared == "int":
            _require_integer(found)
        elif declared == "float":
            _require_number(found)
        else:
            _require(found, str)


def _require_address(url: str) -> None:
    if not http_address(url):
        raise BadRow("its address is not a web address")


def _require_integer(value: Any, limit: int = _MAX_INTEGER) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= limit:
        raise BadRow("a whole number was expected")


def _require_number(value: Any) -> None:
    if not _is_number(value, _MAX_NUMBER):
        raise BadRow("a number was expected")


def _is_number(value: Any, limit: float) -> bool:
    """Compares without converting: an integer of 400 digits has no float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < limit


def _require_choice(value: Any, choices: Any) -> None:
    if not isinstance(value, str) or value not in choices:
        raise BadRow(f"{str(value)[:40]!r} is unknown")


def _require_bool(value: Any) -> None:
    _require(value, bool)


def _require_sliders(value: Any) -> None:
    for name, position in _require(value, dict).items():
        _require_choice(name, SLIDERS)
        _require_number(position)
        if not 0 <= position <= 1:
            raise BadRow("a slider goes from 0 to 1")


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
