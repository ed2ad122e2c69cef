"""The arguments and the output that several subcommands share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any


def add_batch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jsonl", metavar="IN", help="a file of JSON lines; - is standard input")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def pick(answer: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    return {name: answer[name] for name in fields}


def print_json(data: Mapping[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))
