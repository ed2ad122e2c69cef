"""The command line: `nutshell summarize FILE|URL|-`, one article or a batch of JSON lines; `feed` and `rank`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nutshell import __version__
from nutshell.app import Application
from nutshell.messages import error_text
from nutshell.ports import ModelError
from nutshell.storage.settings import LONGEST, SHORTEST

from . import ask as cli_words
from . import feed as cli_feed
from . import library as cli_memory
from . import rank as cli_rank
from .article_reader import ArticleReader
from .batch import UsageError, answer_lines
from .core_client import ask

_SUMMARY_FIELDS = ("title", "url", "lang", "method", "gist", "points", "outline")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 some input failed, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except (UsageError, ModelError) as error:
        print(f"nutshell: {error_text(error)}", file=sys.stderr)
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
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    with ArticleReader() as reader:
        if arguments.jsonl:
            core = application()

            def answered(row: Mapping[str, Any]) -> Mapping[str, Any]:
                answer = _summary(core, reader.from_row(row), arguments.points)
                if "gist" not in answer:
                    return {"gist": "", "points": [], "reason": answer["reason"]}
                return {name: answer[name] for name in _SUMMARY_FIELDS}

            return answer_lines(arguments.jsonl, answered, "articles")
        wire = reader.read(arguments.source)
        answer = _summary(application(), wire, arguments.points)
    if "gist" not in answer:
        raise UsageError(f"there is no article in {arguments.source}: too little running text to summarize.")
    if arguments.json:
        print(json.dumps({name: answer[name] for name in _SUMMARY_FIELDS}, ensure_ascii=False, indent=2))
    else:
        print(answer["text"], end="")
    return 0


def _summary(application: Application, wire: Mapping[str, Any], points: int | None) -> dict[str, Any]:
    return ask(application, "summarize", {"article": wire, "length": points})


if __name__ == "__main__":
    sys.exit(main())
