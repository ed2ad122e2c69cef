"""`nutshell rank --items ITEMS.jsonl --events EVENTS.jsonl`: items in the order that somebody would like, and why."""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from nutshell.messages import error_text, resolve
from nutshell.ranking.candidates import Candidate
from nutshell.ranking.explanation import RankedStory
from nutshell.ranking.feedback import Feedback, kind_of
from nutshell.ranking.recommender import Recommender
from nutshell.records.events import KINDS
from nutshell.safe_json import loads
from nutshell.storage import schema

from .batch import UsageError, answer_lines, as_line, open_lines

_MILLISECONDS = 1e11
"""A time beyond this (the year 5138) is in milliseconds, as JavaScript counts."""

_EARLIEST, _LATEST = -62_000_000_000.0, 253_000_000_000.0  # the years 5 to 9987
_NAMED = 5
_NOWHERE = "\0"  # what comes from no source has none in common with an item that names none


def add_parser(commands: Any) -> None:
    """The subcommand and its arguments."""
    rank = commands.add_parser(
        "rank",
        help="order news items by what somebody did with others",
        description="Order items by what is learned from events, with every term of each score and the reason.",
        epilog="An item is {id, title, text, source, published}; an event {item or text, kind, when, seconds}. "
        "An event about an item that is not there needs its text. "
        "Times are Unix seconds or milliseconds, ISO 8601 or RFC 822. "
        f"Kinds: {', '.join(KINDS)} (shown: seen and passed over). "
        "Output: {id, score, terms, reason}, best first; scores and terms are in log-odds.",
    )
    source = rank.add_mutually_exclusive_group(required=True)
    source.add_argument("--items", metavar="ITEMS.jsonl", help="items to order, one JSON object a line")
    source.add_argument(
        "--jsonl",
        metavar="IN",
        help="a file of JSON lines with id, items, events and perhaps now: an order for each; - is standard input",
    )
    rank.add_argument("--events", metavar="EVENTS.jsonl", help="what was done, one JSON object a line")
    rank.add_argument(
        "--now", metavar="TIME", help="when the order is wanted (default: the latest time that an event or item has)"
    )
    rank.add_argument(
        "--explore", action="store_true", help="put something different in now and then, as the panel does"
    )
    rank.add_argument("--stories", action="store_true", help="one line for each story, with the ids of its items")
    rank.add_argument("--json", action="store_true", help="print JSON instead of text")
    rank.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0 done, 1 some of the lines of a batch failed. Raises UsageError."""
    if arguments.jsonl:
        return answer_lines(arguments.jsonl, lambda row: _from_row(row, arguments), "orders")
    items = [_candidate(row) for row in _rows(arguments.items)]
    events = [_act(row) for row in _rows(arguments.events)] if arguments.events else []
    order = asyncio.run(ranked(items, events, _moment(arguments.now), arguments.explore, arguments.stories))
    if arguments.json:
        for each in order:
            print(as_line(as_data(each, arguments.stories)))
    else:
        titles = {item.id: item.title for item in items}
        for each in order:
            print(f"{each.score:+.2f}  {titles[each.item]}  ({resolve(each.reason.message)})")
    if skipped := unknown(items, events):
        print(f"nutshell: {_told(skipped)}", file=sys.stderr)
    return 0


async def ranked(
    items: list[Candidate], acts: list[Feedback], now: float | None = None, explore: bool = False, stories: bool = False
) -> list[RankedStory]:
    """A reader with these acts, and these items, in a taste of their own. Raises ModelError.

    Without `now` it is the latest time that any of them has. Acts on what is `unknown` teach nothing.
    """
    from nutshell.hosts.desktop import FileDatabase, NativeModels, models_folder, vocabulary  # noqa: PLC0415
    from nutshell.text.wordpiece import WordPiece  # noqa: PLC0415

    folder = models_folder()
    database = FileDatabase()
    schema.prepare(database)
    taste = Recommender(NativeModels(folder), WordPiece.from_vocab(vocabulary(folder)), database)
    await taste.add_items(items)
    times = [act.at for act in acts if act.at] + [item.published for item in items if item.published]
    moment = now if now is not None else max(times, default=time.time())
    skipped = set(unknown(items, acts))
    taste.record_many([replace(act, at=act.at or moment) for act in acts if act.item not in skipped])
    return await taste.rank(moment, limit=None, explore=explore, by_story=stories)


def as_data(each: RankedStory, stories: bool = False) -> dict[str, Any]:
    terms: dict[str, float] = {}
    for term in each.terms:
        name = label = resolve(term.label) if term.named else term.name
        times = 1
        while name in terms:  # two interests can have the same words; the score is the sum of both
            times += 1
            name = f"{label} ({times})"
        terms[name] = round(term.value, 4)
    found = {"id": each.item, "score": round(each.score, 5), "terms": terms, "reason": resolve(each.reason.message)}
    return found | ({"story": list(each.story.items)} if stories else {})


def unknown(items: Sequence[Candidate], acts: Sequence[Feedback]) -> list[str]:
    """The items that acts name, but that are not there and of which nothing is said."""
    known = {item.id for item in items}
    return list(dict.fromkeys(act.item for act in acts if act.item not in known and not (act.title or act.text)))


def _told(skipped: Sequence[str]) -> str:
    names = ", ".join(map(repr, skipped[:_NAMED])) + (" and others" if len(skipped) > _NAMED else "")
    count = "1 item that is" if len(skipped) == 1 else f"{len(skipped):,} items that are"
    return f"events name {count} not there, without a text: nothing is learned from them ({names})"


def _from_row(row: Mapping[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    try:
        items, acts = [_candidate(item) for item in row["items"]], [_act(act) for act in row.get("events") or ()]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"a line needs items, and events that are objects ({error})") from error
    skipped = unknown(items, acts)
    order = asyncio.run(ranked(items, acts, _moment(row.get("now")), arguments.explore, arguments.stories))
    found = {"ranked": [as_data(each, arguments.stories) for each in order]}
    return found | ({"warning": _told(skipped)} if skipped else {})


def _rows(path: str) -> Iterator[Mapping[str, Any]]:
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    row = loads(line)
                except ValueError as error:
                    raise UsageError(f"{path}, line {number}: {error_text(error)}") from error
                if not isinstance(row, dict):
                    raise UsageError(f"{path}, line {number}: must be a JSON object")
                yield row


def _candidate(row: Mapping[str, Any]) -> Candidate:
    if not (number := _text(row.get("id"))):
        raise UsageError("an item needs an id")
    title, text, source = (_text(row.get(name)) for name in ("title", "text", "source"))
    return Candidate(number, title, text, source, _moment(row.get("published")), source)


def _act(row: Mapping[str, Any]) -> Feedback:
    item = _text(row.get("item")) or _text(row.get("id"))
    kind = _text(row.get("kind")) or "open"
    try:
        kind = kind_of(kind)
    except ValueError as error:
        raise UsageError(error_text(error)) from error
    title, text = _text(row.get("title")), _text(row.get("text"))
    if not (item or title or text):
        raise UsageError("an event needs an item or a text")
    # What has only a text is known by it, whole.
    said = (title, text) if title else (text, "")
    source = _text(row.get("source")) or _NOWHERE
    return Feedback(kind, item, _moment(row.get("when")) or 0.0, _seconds(row.get("seconds")), *said, source)


def _text(value: object) -> str:
    """A string as it can be kept: without half characters; "" for what is not there (null, or a data frame's NaN)."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value).encode(errors="replace").decode()


def _seconds(value: object) -> float:
    number = _number(value)
    if number is None:
        if _text(value).strip():
            raise UsageError(f"{value!r} is no number of seconds")
        return 0.0
    return min(max(number, 0.0), 86_400.0)


def _number(value: object) -> float | None:
    """A finite number, or one in a string."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _moment(value: object) -> float | None:
    """Unix seconds of a number or a number in a string (seconds or milliseconds), ISO 8601 or RFC 822 (UTC where they
    name no zone); None where there is none. Raises UsageError.
    """
    said = _text(value).strip()
    if not said:
        return None
    number = _number(value)
    if number is None:
        number = _dated(said)
    elif abs(number) > _MILLISECONDS:
        number /= 1000
    if number is None or not _EARLIEST <= number <= _LATEST:
        raise UsageError(f"{value!r} is no time: give Unix seconds, ISO 8601 or RFC 822")
    return number


def _dated(said: str) -> float | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(said)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
