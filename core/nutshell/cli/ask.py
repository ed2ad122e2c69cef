"""`nutshell ask`: answers a question with a sentence of an article."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from .article_reader import ArticleReader
from .batch import UsageError, answer_lines
from .client import request
from .output import add_batch_arguments, pick, print_json

_FIELDS = ("question", "found", "certainty", "quote", "index", "answer", "parts", "chance", "also")
_ROW_FIELDS = ("quote", "index", "answer", "found", "chance")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "ask",
        help="ask an article a question",
        description="Answer a question with a sentence of an article, or say that the article does not answer it.",
        epilog="An input line is {id, text, question} (or html instead of text), an output line {id, quote, index, "
        "answer, found, chance}. answer holds all that is shown: a cell of a table with its row and column, or several "
        "sentences; quote is the best of these. Without an answer, found is false and quote is the closest passage. "
        "index counts the article's sentences from 0; it is -1 for a row of a table and other passages.",
    )
    parser.add_argument("source", nargs="?", metavar="FILE|URL|-", help="the article; - is standard input")
    parser.add_argument("question", nargs="?", help="the question")
    add_batch_arguments(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit status: 0, or 1 when some lines of a batch failed. Raises UsageError and ModelError."""
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    with ArticleReader() as reader:
        if arguments.jsonl:
            core = application()

            def answer_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
                question = row.get("question")
                if not isinstance(question, str):
                    raise UsageError("a line needs a question, and a text or an html")
                return pick(request(core, "ask", {"article": reader.from_row(row), "question": question}), _ROW_FIELDS)

            return answer_lines(arguments.jsonl, answer_row)
        if arguments.source is None or arguments.question is None:
            raise UsageError("give an article and a question, or --jsonl with a file of both")
        article = reader.read(arguments.source)
        answer = request(application(), "ask", {"article": article, "question": arguments.question})
    if arguments.json:
        print_json(pick(answer, _FIELDS))
    else:
        print(answer["answer"])
    return 0
