"""The command `nutshell`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from nutshell import __version__
from nutshell.messages import error_text
from nutshell.ports import ModelError

from . import ask, check, feed, library, rank, summarize, words
from .batch import UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 for success, 1 when some input failed, 2 for wrong usage."""
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
    parser = argparse.ArgumentParser(prog="nutshell", description="Summarize web pages and rank news on this machine.")
    parser.add_argument("--version", action="version", version=f"nutshell {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (summarize, feed, rank, ask, words, check):
        command.add_parser(commands)
    library.add_parsers(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
