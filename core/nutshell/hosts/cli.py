"""The command line: `nutshell summarize FILE|URL|-`, one article or a batch of JSON lines; `feed` and `rank`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

from .. import __version__
from ..app import Application, RequestError
from ..article import Article
from ..memory.settings import LONGEST, SHORTEST
from ..ports import ModelError
from . import cli_feed, cli_memory, cli_rank, cli_words

_SUMMARY_FIELDS = ("title", "url", "lang", "method", "gist", "points", "outline")


class UsageError(Exception):
    """What was asked cannot be done; the message says what to do."""


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 some input failed, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except (UsageError, ModelError) as error:
        print(f"nutshell: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nutshell", description="Say a page in a nutshell, on this machine alone.")
    parser.add_argument("--version", action="version", version=f"nutshell {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    summarize = commands.add_parser(
        "summarize",
        help="summarize an article",
        description="Summarize an HTML or text file, a web page, or standard input.",
    )
    source = summarize.add_mutually_exclusive_group(required=True)
    source.add_argument("source", nargs="?", metavar="FILE|URL|-", help="what to summarize; - is standard input")
    source.add_argument(
        "--jsonl",
        metavar="IN",
        help="a file of JSON lines with id and text or html, and optionally title; - is standard input",
    )
    summarize.add_argument(
        "--points",
        type=_points,
        metavar="N",
        help=f"how many sentences, {SHORTEST} to {LONGEST}; left out, the page decides",
    )
    summarize.add_argument("--json", action="store_true", help="print JSON instead of text")
    summarize.set_defaults(command=_summarize)
    cli_feed.add_parser(commands)
    cli_rank.add_parser(commands)
    cli_words.add_parsers(commands)
    cli_memory.add_parsers(commands)
    return parser


def _points(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not SHORTEST <= number <= LONGEST:
        raise argparse.ArgumentTypeError(f"must be a number of sentences from {SHORTEST} to {LONGEST}")
    return number


def _summarize(arguments: argparse.Namespace) -> int:
    # The models and their runtime are loaded only once the arguments are known to make sense.
    from .desktop import application  # noqa: PLC0415

    with Reader() as reader:
        if arguments.jsonl:
            return _batch(arguments.jsonl, application(), reader, arguments.points)
        wire = reader.read(arguments.source)
        answer = _ask(application(), wire, arguments.points)
    if "gist" not in answer:
        raise UsageError(f"there is no article in {arguments.source}: too little running text to summarize.")
    if arguments.json:
        print(json.dumps({name: answer[name] for name in _SUMMARY_FIELDS}, ensure_ascii=False, indent=2))
    else:
        print(answer["text"], end="")
    return 0


def _batch(path: str, application: Application, reader: Reader, points: int | None) -> int:
    """One JSON line out for each line in; a line that fails says why and does not stop the rest."""
    from tqdm import tqdm  # noqa: PLC0415

    failed = 0
    with open_lines(path) as lines:
        for number, line in enumerate(tqdm(lines, unit=" articles", disable=None), start=1):
            if not line.strip():
                continue
            result = _one(number, line, application, reader, points)
            failed += "error" in result
            print(json.dumps(result, ensure_ascii=False), flush=True)
    if failed:
        print(f"nutshell: {failed} of the lines failed; see their error", file=sys.stderr)
    return 1 if failed else 0


def _one(number: int, line: str, application: Application, reader: Reader, points: int | None) -> dict[str, Any]:
    result: dict[str, Any] = {"id": None}
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise UsageError("a line must be a JSON object")
        result["id"] = row.get("id")
        text, html, title = row.get("text"), row.get("html"), row.get("title") or ""
        if isinstance(html, str):
            wire = reader.extract(html)
            if title:
                wire = {**wire, "title": title}
        elif isinstance(text, str):
            wire = as_wire(Article.from_text(text, str(title)))
        else:
            raise UsageError("a line needs a text or an html")
        answer = _ask(application, wire, points)
    except (UsageError, ModelError, json.JSONDecodeError) as error:
        return result | {"error": f"line {number}: {error}"}
    if "gist" not in answer:
        return result | {"gist": "", "points": [], "reason": answer["reason"]}
    return result | {name: answer[name] for name in _SUMMARY_FIELDS}


def _ask(application: Application, wire: Mapping[str, Any], points: int | None) -> dict[str, Any]:
    try:
        return asyncio.run(application.handle("summarize", {"article": wire, "length": points}, lambda *_: None))
    except RequestError as error:
        if error.code == "model":
            raise ModelError(str(error)) from error
        raise UsageError(str(error)) from error


class Reader:
    """Turns what was named on the command line into an article's wire form."""

    def __init__(self) -> None:
        self._extractor: Any = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._extractor is not None:
            self._extractor.__exit__(None, None, None)

    def read(self, source: str) -> Mapping[str, Any]:
        from .extraction import ExtractionError, fetch_page  # noqa: PLC0415

        if source.startswith(("http://", "https://")):
            try:
                page = fetch_page(source)
            except (ExtractionError, OSError) as error:
                raise UsageError(f"{source} could not be read: {error}") from error
            return self.extract(page.body, page.url, page.charset)
        try:
            content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        except OSError as error:
            raise UsageError(f"{source} could not be read: {error.strerror or error}") from error
        if _looks_like_html(content):
            return self.extract(content)
        return as_wire(Article.from_text(content.decode("utf-8", "replace")))

    def extract(self, html: str | bytes, url: str = "", charset: str = "") -> Mapping[str, Any]:
        from .extraction import ExtractionError, Extractor  # noqa: PLC0415

        try:
            if self._extractor is None:
                self._extractor = Extractor().__enter__()
            result = self._extractor.extract(html, url, charset)
        except ExtractionError as error:
            raise UsageError(str(error)) from error
        # No article: an article of no blocks, which the core answers like any other without sentences.
        return result["article"] if result["ok"] else {"blocks": [], "url": url}


def as_wire(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "blocks": [{"role": block.role, "text": block.text, "level": block.level} for block in article.blocks],
    }


def _looks_like_html(content: bytes) -> bool:
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") or b"<html" in head or b"<body" in head


def open_lines(path: str) -> AbstractContextManager[TextIO]:
    if path == "-":
        return nullcontext(sys.stdin)
    try:
        return open(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} could not be read: {error.strerror or error}") from error


if __name__ == "__main__":
    sys.exit(main())
