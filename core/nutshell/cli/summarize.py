"""`nutshell summarize`: summarizes an article, or a batch of them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from nutshell.storage.settings import MAX_LENGTH, MIN_LENGTH

from .article_reader import ArticleReader
from .batch import UsageError, answer_lines
from .client import request
from .output import pick, print_json

_FIELDS = ("title", "url", "lang", "method", "gist", "gist_source", "points", "outline")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "summarize",
        help="summarize an article",
        description="Summarize an HTML or text file, a web page, or standard input.",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("source", nargs="?", metavar="FILE|URL|-", help="the article; - is standard input")
    source.add_argument(
        "--jsonl",
        metavar="IN",
        help="a file of JSON lines with id and text or html, and optionally title; - is standard input",
    )
    parser.add_argument(
        "--points",
        type=_points,
        metavar="N",
        help=f"the number of sentences, {MIN_LENGTH} to {MAX_LENGTH} (default: depends on the page)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit status: 0, or 1 when some lines of a batch failed. Raises UsageError and ModelError."""
    # The models are loaded only when the arguments are valid.
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    with ArticleReader() as reader:
        if arguments.jsonl:
            core = application()

            def answer_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
                answer = request(core, "summarize", {"article": reader.from_row(row), "length": arguments.points})
                if "gist" not in answer:
                    return {"gist": "", "points": [], "reason": answer["reason"]}
                return pick(answer, _FIELDS)

            return answer_lines(arguments.jsonl, answer_row, "articles")
        article = reader.read(arguments.source)
        answer = request(application(), "summarize", {"article": article, "length": arguments.points})
    if "gist" not in answer:
        raise UsageError(f"{arguments.source} has no article: there is too little running text to summarize.")
    if arguments.json:
        print_json(pick(answer, _FIELDS))
    else:
        print(answer["text"], end="")
    return 0


def _points(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not MIN_LENGTH <= number <= MAX_LENGTH:
        raise argparse.ArgumentTypeError(f"must be a number of sentences from {MIN_LENGTH} to {MAX_LENGTH}")
    return number
