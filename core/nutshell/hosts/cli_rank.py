"""`nutshell rank --items ITEMS.jsonl --events EVENTS.jsonl`: items in the order that somebody would like, and why."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..memory import schema
from ..taste.events import KINDS, kind_of
from ..taste.pool import Candidate
from ..taste.taste import Ranked, Taste
from .batch import UsageError, answer_lines, open_lines


@dataclass(frozen=True, slots=True)
class Act:
    kind: str
    item: str
    at: float
    seconds: float
    text: str


def add_parser(commands: Any) -> None:
    """The subcommand and its arguments."""
    rank = commands.add_parser(
        "rank",
        help="order news items by what somebody did with others",
        description="Order items by what is learned from events, with every term of each score and the reason.",
        epilog="An item is {id, title, text, source, published}; an event {item or text, kind, when, seconds}. "
        f"Times are Unix seconds or ISO 8601. Kinds: {', '.join(KINDS)} (shown: seen and passed over). "
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
    rank.add_argument("--now", metavar="TIME", help="when the order is wanted (default: the latest time named)")
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
            print(json.dumps(as_data(each, arguments.stories), ensure_ascii=False))
    else:
        titles = {item.id: item.title for item in items}
        for each in order:
            print(f"{each.score:+.2f}  {titles[each.item]}  ({each.reason.text})")
    return 0


async def ranked(
    items: list[Candidate], acts: list[Act], now: float | None = None, explore: bool = False, stories: bool = False
) -> list[Ranked]:
    """A reader with these acts, and these items, in a taste of their own. Raises ModelError."""
    from ..text.wordpiece import WordPiece  # noqa: PLC0415
    from .desktop import FileDatabase, NativeModels, models_folder, vocabulary  # noqa: PLC0415

    folder = models_folder()
    database = FileDatabase()
    schema.prepare(database)
    taste = Taste(NativeModels(folder), WordPiece.from_vocab(vocabulary(folder)), database)
    await taste.add_items(items)
    known = {item.id for item in items}
    times = [act.at for act in acts if act.at] or [item.published for item in items if item.published]
    moment = now if now is not None else max(times, default=time.time())
    for act in acts:
        if act.item in known:
            taste.record(act.kind, act.item, act.at or moment, seconds=act.seconds)
        else:
            taste.record(act.kind, act.item, act.at or moment, seconds=act.seconds, title=act.text)
    return await taste.rank(moment, limit=None, explore=explore, by_story=stories)


def as_data(each: Ranked, stories: bool = False) -> dict[str, Any]:
    terms = {term.label if term.name.isdigit() else term.name: round(term.value, 4) for term in each.terms}
    found = {"id": each.item, "score": round(each.score, 5), "terms": terms, "reason": each.reason.text}
    return found | ({"story": list(each.story.items)} if stories else {})


def _from_row(row: Mapping[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    try:
        items, acts = [_candidate(item) for item in row["items"]], [_act(act) for act in row.get("events", ())]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"a line needs items, and events that are objects ({error})") from error
    order = asyncio.run(ranked(items, acts, _moment(row.get("now")), arguments.explore, arguments.stories))
    return {"ranked": [as_data(each, arguments.stories) for each in order]}


def _rows(path: str) -> Iterator[Mapping[str, Any]]:
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise UsageError(f"{path}, line {number}: {error}") from error
                if not isinstance(row, dict):
                    raise UsageError(f"{path}, line {number}: must be a JSON object")
                yield row


def _candidate(row: Mapping[str, Any]) -> Candidate:
    if row.get("id") is None:
        raise UsageError("an item needs an id")
    title, text, source = (str(row.get(name) or "") for name in ("title", "text", "source"))
    published = row.get("published")
    return Candidate(str(row["id"]), title, text, source, _moment(published), source)


def _act(row: Mapping[str, Any]) -> Act:
    item = row.get("item") if row.get("item") is not None else row.get("id")
    try:
        kind = kind_of(str(row.get("kind", "open")))
        seconds = float(row.get("seconds") or 0)
    except ValueError as error:
        raise UsageError(str(error)) from error
    text = str(row.get("text") or row.get("title") or "")
    if item is None and not text:
        raise UsageError("an event needs an item or a text")
    return Act(kind, "" if item is None else str(item), _moment(row.get("when")) or 0.0, seconds, text or str(item))


def _moment(value: object) -> float | None:
    """Unix seconds of a number, a number in a string, or ISO 8601 (UTC where it names no zone)."""
    if value is None or value == "":
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        pass
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{value!r} is no time: give Unix seconds or ISO 8601") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
