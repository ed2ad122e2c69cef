"""`nutshell check`: checks whether a source supports a sentence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .batch import UsageError, answer_lines
from .client import request
from .output import add_batch_arguments, pick, print_json

_FIELDS = ("verdict", "score", "reasons", "support")


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="check a sentence against a source",
        description="Check whether a source supports a sentence: supported, unsupported or unsure, with the reasons.",
        epilog="An input line is {id, source, sentence}, an output line {id, verdict, score, reasons, support}. "
        "score is 0 to 1, higher is better supported; support lists the source's nearest sentences, from 0, nearest "
        "first.",
    )
    parser.add_argument("source", nargs="?", metavar="FILE|-", help="a text file; - is standard input")
    parser.add_argument("sentence", nargs="?", help="the sentence to check")
    add_batch_arguments(parser)
    parser.set_defaults(command=run)


def run(arguments: argparse.Namespace) -> int:
    """Returns the exit status: 0, or 1 when some lines of a batch failed. Raises UsageError and ModelError."""
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    if arguments.jsonl:
        core = application()

        def answer_row(row: Mapping[str, Any]) -> Mapping[str, Any]:
            source, sentence = row.get("source"), row.get("sentence")
            if not isinstance(source, str) or not isinstance(sentence, str):
                raise UsageError("a line needs a source and a sentence")
            return pick(request(core, "check", {"source": source, "sentence": sentence}), _FIELDS)

        return answer_lines(arguments.jsonl, answer_row)
    if arguments.source is None or arguments.sentence is None:
        raise UsageError("give a source and a sentence, or --jsonl with a file of both")
    payload = {"source": _read_text(arguments.source), "sentence": arguments.sentence}
    answer = request(application(), "check", payload)
    if arguments.json:
        print_json(pick(answer, _FIELDS))
    else:
        print(f"{answer['verdict']} ({answer['score']:.2f})", *answer["reasons"], sep="\n  ")
    return 0


def _read_text(path: str) -> str:
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} could not be read: {error}") from error
