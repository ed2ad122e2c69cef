"""`nutshell words`: rewrites an article with the language model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from .article_reader import ArticleReader
from .batch import UsageError, answer_lines
from .client import request
from .output import add_batch_arguments, pick, print_json

_FIELDS = ("sentences",)


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "words",
        help="rewrite an article with the language model",
        description="Rewrite an article with the language model; each sentence is checked against the article.",
        epilog="An input line is {id, text} (or html), an output line {id, sentences}. A sentence has its text, "
        "whether it is shown, the support (indices of the article's sentences, from 0) and the reasons why not. "
        "Needs the language model.",
    )
    parser.add_argument("source", nargs="?", metavar="FILE|URL|-", help="the article; - is standard input")
    add_batch_arguments(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit status: 0, or 1 when some lines of a batch failed. Raises UsageError and ModelError."""
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    with ArticleReader() as reader:
        if arguments.jsonl:
            core = application()

            def answer_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
                return pick(
                    request(core, "paraphrase.page", {"article": reader.from_row(row), "insist": True}), _FIELDS
                )

            return answer_lines(arguments.jsonl, answer_row)
        if arguments.source is None:
            raise UsageError("give an article to rewrite, or --jsonl with a file of articles")
        answer = request(application(), "paraphrase.page", {"article": reader.read(arguments.source), "insist": True})
    if arguments.json:
        print_json(pick(answer, _FIELDS))
        return 0
    for sentence in answer["sentences"]:
        if sentence["shown"]:
            print(sentence["text"])
    for sentence in answer["sentences"]:
        if not sentence["shown"]:
            print(f"not shown: {sentence['text']} ({' '.join(sentence['reasons'])})", file=sys.stderr)
    return 0
