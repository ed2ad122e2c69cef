"""`nutshell rank --items ITEMS.jsonl --events EVENTS.jsonl`: ranks items for a user with these events, with reasons."""

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

from nutshell.feeds.parser import plausible_date
from nutshell.messages import error_text, resolve
from nutshell.ranking.candidates import Candidate
from nutshell.ranking.explanation import RankedStory
from nutshell.ranking.feedback import Feedback, kind_of
from nutshell.ranking.ranker import RankingOptions
from nutshell.ranking.reasons import READ
from nutshell.ranking.recommender import Recommender
from nutshell.records.events import KINDS
from nutshell.safe_json import loads
from nutshell.storage import schema

from .batch import UsageError, answer_lines, as_line, open_lines

_MILLISECONDS = 1e11
"""A larger time (after the year 5138 in seconds) is in milliseconds, as in JavaScript."""

_EARLIEST, _LATEST = -62_000_000_000.0, 253_000_000_000.0  # the years 5 to 9987
_NAMED = 5
_NO_SOURCE = "\0"
"""The source of events without one: it differs from that of items without one."""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "rank",
        help="rank news items for a user, by what they did with other items",
        description="Ranks items by what it learns from events, with every term of each score and the reason.",
        epilog="An item is {id, title, text, source, published}; an event {item or text, kind, when, seconds}. "
        "An event on an item that is not in the list needs a text. "
        "Times are Unix seconds or milliseconds, ISO 8601 or RFC 822. "
        f"Kinds: {', '.join(KINDS)} (shown: seen and skipped). "
        "Output: {id, score, terms, reason}, best first; scores and terms are in log-odds.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--items", metavar="ITEMS.jsonl", help="items to rank, one JSON object a line")
    source.add_argument(
        "--jsonl",
        metavar="IN",
        help="JSON lines with id, items, events and optionally now: a ranking for each; - is standard input",
    )
    parser.add_argument("--events", metavar="EVENTS.jsonl", help="what the user did, one JSON object a line")
    parser.add_argument(
        "--now", metavar="TIME", help="the time of the ranking (default: the latest time of any event or item)"
    )
    parser.add_argument("--explore", action="store_true", help="include stories of other topics, as the panel does")
    parser.add_argument(
        "--stories", action="store_true", help="print one line for each story, with the ids of its items"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit status: 0, or 1 when some lines of a batch failed. Raises UsageError."""
    if arguments.jsonl:
        return answer_lines(arguments.jsonl, lambda row: _rank_row(row, arguments), "orders")
    items = [_candidate(row) for row in _rows(arguments.items)]
    events = [_feedback(row) for row in _rows(arguments.events)] if arguments.events else []
    stories = asyncio.run(rank_items(items, events, _time(arguments.now), arguments.explore, arguments.stories))
    if arguments.json:
        for story in stories:
            print(as_line(as_data(story, arguments.stories)))
    else:
        titles = {item.id: item.title for item in items}
        for story in stories:
            print(f"{story.score:+.2f}  {titles[story.item]}  ({resolve(story.reason.message)})")
    if unknown := unknown_items(items, events):
        print(f"nutshell: {_warning(unknown)}", file=sys.stderr)
    return 0


async def rank_items(
    items: list[Candidate],
    events: list[Feedback],
    now: float | None = None,
    explore: bool = False,
    stories: bool = False,
) -> list[RankedStory]:
    """Returns these items ranked for a user with these events and no others, best first. Raises ModelError.

    Without `now` the ranking is for the latest time that an event or item has. Events on `unknown_items` are skipped.
    """
    from nutshell.hosts.desktop import FileDatabase, NativeModels, models_folder, vocabulary  # noqa: PLC0415
    from nutshell.text.wordpiece import WordPiece  # noqa: PLC0415

    folder = models_folder()
    database = FileDatabase()
    schema.prepare(database)
    recommender = Recommender(NativeModels(folder), WordPiece.from_vocab(vocabulary(folder)), database)
    times = [event.at for event in events if event.at] + [item.published for item in items if item.published]
    moment = now if now is not None else max(times, default=time.time())
    # A date in the future is a mistake, or of what is announced: it makes nothing newer than the news of today.
    await recommender.add_items([replace(item, published=plausible_date(item.published, moment)) for item in items])
    skipped = set(unknown_items(items, events))
    recommender.record([replace(event, at=event.at or moment) for event in events if event.item not in skipped])
    recommender.mark_read(event.item for event in events if event.kind in READ and event.item not in skipped)
    options = RankingOptions(limit=None, explore=explore, by_story=stories, include_read=True)
    return await recommender.rank(moment, options)


def as_data(story: RankedStory, stories: bool = False) -> dict[str, Any]:
    terms: dict[str, float] = {}
    for term in story.terms:
        name = label = resolve(term.label) if term.has_interest_name else term.name
        count = 1
        while name in terms:  # two interests can have the same name
            count += 1
            name = f"{label} ({count})"
        terms[name] = round(term.value, 4)
    data = {"id": story.item, "score": round(story.score, 5), "terms": terms, "reason": resolve(story.reason.message)}
    return data | ({"story": list(story.story.items)} if stories else {})


def unknown_items(items: Sequence[Candidate], events: Sequence[Feedback]) -> list[str]:
    """Returns the ids that events have, but no item, where the event has no text either."""
    known = {item.id for item in items}
    return list(
        dict.fromkeys(event.item for event in events if event.item not in known and not (event.title or event.text))
    )


def _warning(unknown: Sequence[str]) -> str:
    names = ", ".join(map(repr, unknown[:_NAMED])) + (" and others" if len(unknown) > _NAMED else "")
    count = "1 item that is" if len(unknown) == 1 else f"{len(unknown):,} items that are"
    return f"events name {count} not there, without a text: nothing is learned from them ({names})"


def _rank_row(row: Mapping[str, Any], arguments: argparse.Namespace) -> dict[str, Any]:
    try:
        items = [_candidate(item) for item in row["items"]]
        events = [_feedback(event) for event in row.get("events") or ()]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"a line needs items, and events that are objects ({error})") from error
    unknown = unknown_items(items, events)
    stories = asyncio.run(rank_items(items, events, _time(row.get("now")), arguments.explore, arguments.stories))
    answer = {"ranked": [as_data(story, arguments.stories) for story in stories]}
    return answer | ({"warning": _warning(unknown)} if unknown else {})


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
    if not (item := _text(row.get("id"))):
        raise UsageError("an item needs an id")
    title, text, source = (_text(row.get(name)) for name in ("title", "text", "source"))
    return Candidate(item, title, text, source, _time(row.get("published")), source)


def _feedback(row: Mapping[str, Any]) -> Feedback:
    kind = _text(row.get("kind")) or "open"
    try:
        kind = kind_of(kind)
    except ValueError as error:
        raise UsageError(error_text(error)) from error
    item = _text(row.get("item")) or _text(row.get("id"))
    title, text = _text(row.get("title")), _text(row.get("text"))
    if not (item or title or text):
        raise UsageError("an event needs an item or a text")
    if not title:
        title, text = text, ""
    return Feedback(
        kind=kind,
        item=item,
        at=_time(row.get("when")) or 0.0,
        seconds=_seconds(row.get("seconds")),
        title=title,
        text=text,
        source=_text(row.get("source")) or _NO_SOURCE,
    )


def _text(value: object) -> str:
    """Returns a string that can be stored, without lone surrogates; "" for null or a data frame's NaN."""
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
    """Returns a finite number, also from a string; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _time(value: object) -> float | None:
    """Returns Unix seconds from a number (seconds or milliseconds, also in a string), ISO 8601 or RFC 822, in UTC where
    no zone is given; None for an empty value. Raises UsageError.
    """
    given = _text(value).strip()
    if not given:
        return None
    number = _number(value)
    if number is None:
        number = _parsed_date(given)
    elif abs(number) > _MILLISECONDS:
        number /= 1000
    if number is None or not _EARLIEST <= number <= _LATEST:
        raise UsageError(f"{value!r} is no time: give Unix seconds, ISO 8601 or RFC 822")
    return number


def _parsed_date(given: str) -> float | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(given)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
