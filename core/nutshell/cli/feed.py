"""`nutshell feed FILE|URL|-`: prints a feed as Nutshell parses it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nutshell.feeds.feed import Feed, NotAFeed
from nutshell.feeds.parser import parse
from nutshell.messages import error_text
from nutshell.ports import Fetch, FetchError

from .batch import UsageError, answer_lines


class CannotRead(UsageError):
    """The feed cannot be fetched or parsed; the message says why."""


def add_parser(commands: Any) -> None:
    """Adds the subcommand and its arguments."""
    feed = commands.add_parser(
        "feed",
        help="read a feed",
        description="Read RSS, RDF, Atom or JSON Feed from a file, an address, or standard input.",
    )
    source = feed.add_mutually_exclusive_group(required=True)
    source.add_argument("source", nargs="?", metavar="FILE|URL|-", help="the feed; - is standard input")
    source.add_argument(
        "--jsonl",
        metavar="IN",
        help="a file of JSON lines with id, and file, url or body, and optionally base; - is standard input",
    )
    feed.add_argument("--base", default="", metavar="URL", help="the address that relative links are resolved against")
    feed.add_argument("--json", action="store_true", help="print JSON instead of text")
    feed.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit status: 0 for success, 1 if a feed could not be read."""
    if arguments.jsonl:
        return answer_lines(arguments.jsonl, _from_row, "feeds")
    try:
        feed = read(arguments.source, arguments.base)
    except CannotRead as error:
        print(f"nutshell: {arguments.source}: {error_text(error)}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(as_data(feed), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_as_text(feed)))
    return 0


def read(source: str, base: str = "") -> Feed:
    """Reads the feed at a path, an address, or on standard input (-). Raises CannotRead."""
    url, kind = base, ""
    if source.startswith(("http://", "https://")):
        body, url, kind = _fetched(source)
    else:
        try:
            body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        except OSError as error:
            raise CannotRead(error.strerror or str(error)) from error
    return _parsed(body, base or url, kind)


def as_data(feed: Feed) -> dict[str, Any]:
    """Returns a feed as JSON-like data; times are Unix seconds."""
    return asdict(feed)


def _parsed(body: bytes, url: str, kind: str = "") -> Feed:
    try:
        return parse(body, url=url, content_type=kind, now=time.time())
    except NotAFeed as error:
        raise CannotRead(error_text(error)) from error


def _fetched(url: str) -> tuple[bytes, str, str]:
    from nutshell.hosts.urllib_fetcher import UrllibFetcher  # noqa: PLC0415

    try:
        fetched = asyncio.run(UrllibFetcher().fetch(Fetch(url)))
    except FetchError as error:
        raise CannotRead(error_text(error)) from error
    if fetched.status != 200:
        raise CannotRead(f"the server answered {fetched.status}")
    return fetched.body, fetched.url, fetched.headers.get("content-type", "")


def _from_row(row: Mapping[str, Any]) -> dict[str, Any]:
    base = row.get("base") or ""
    if not isinstance(base, str):
        raise CannotRead("base must be a string")
    source = row.get("file") or row.get("url")
    if isinstance(row.get("body"), str):
        return as_data(_parsed(row["body"].encode("utf-8", "surrogatepass"), base))
    if isinstance(source, str) and source != "-":
        return as_data(read(source, base))
    raise CannotRead("a line needs a file, a url or a body")


def _as_text(feed: Feed) -> Iterable[str]:
    yield feed.title or "(no title)"
    if feed.site:
        yield feed.site
    for item in feed.items:
        when = ""
        if item.published is not None:
            when = f"{datetime.fromtimestamp(item.published, UTC):%Y-%m-%d %H:%M}  "
        yield f"\n{when}{item.title or item.text[:80] or '(no title)'}"
        if item.url:
            yield item.url
        if item.text and item.title:
            yield item.text if len(item.text) <= 200 else item.text[:199].rpartition(" ")[0] + " \u2026"
