"""`nutshell ask FILE|URL|- QUESTION`: the sentence of an article that answers; or a batch of lines."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

_ASK_FIELDS = ("question", "found", "quote", "index", "answer", "chance", "also")
_ASK_ROW = ("quote", "index", "answer", "found", "chance")

# What one line, or one set of arguments, asks of the core: the request's name and its payload.
Asked = tuple[str, dict[str, Any]]


def add_parsers(commands: Any) -> None:
    """The subcommand and its arguments."""
    ask = commands.add_parser(
        "ask",
        help="ask an article a question",
        description="Answer a question by a sentence of an article, or say that the article does not answer it.",
        epilog="A line in is {id, text, question} (or html instead of text); a line out {id, quote, index, answer, "
        "found, chance}. Without an answer, quote is the sentence that comes nearest and found is false. "
        "index counts the article's sentences from 0.",
    )
    ask.add_argument("source", nargs="?", metavar="FILE|URL|-", help="what to ask; - is standard input")
    ask.add_argument("question", nargs="?", help="the question")
    _batch_arguments(ask)
    ask.set_defaults(command=_ask)


def _batch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jsonl", metavar="IN", help="a file of JSON lines; - is standard input")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def _ask(arguments: argparse.Namespace) -> int:
    from ..article import Article  # noqa: PLC0415
    from .cli import Reader, UsageError, as_wire  # noqa: PLC0415

    with Reader() as reader:

        def asked(row: Mapping[str, Any]) -> Asked:
            question, html, text = row.get("question"), row.get("html"), row.get("text")
            if not isinstance(question, str) or not (isinstance(html, str) or isinstance(text, str)):
                raise UsageError("a line needs a question, and a text or an html")
            article = reader.extract(html) if isinstance(html, str) else as_wire(Article.from_text(str(text)))
            return "ask", {"article": article, "question": question}

        if arguments.jsonl:
            return _batch(arguments, asked, lambda answer: {name: answer[name] for name in _ASK_ROW})
        if arguments.source is None or arguments.question is None:
            raise UsageError("name what to ask and the question, or --jsonl with a file of both")
        payload = {"article": reader.read(arguments.source), "question": arguments.question}
        answer = _one(("ask", payload))
    if arguments.json:
        _print({name: answer[name] for name in _ASK_FIELDS})
    elif answer["found"]:
        print(answer["quote"])
    else:
        print(answer["answer"])
    return 0


def _batch(
    arguments: argparse.Namespace, asked: Callable[[Mapping[str, Any]], Asked], wanted: Callable[[Any], dict[str, Any]]
) -> int:
    """One JSON line out for each line in; a line that fails says why and does not stop the rest."""
    from tqdm import tqdm  # noqa: PLC0415

    from .cli import UsageError, open_lines  # noqa: PLC0415
    from .desktop import application  # noqa: PLC0415

    core = application()
    failed = 0
    with open_lines(arguments.jsonl) as lines:
        for number, line in enumerate(tqdm(lines, unit=" lines", disable=None), start=1):
            if not line.strip():
                continue
            result: dict[str, Any] = {"id": None}
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise UsageError("a line must be a JSON object")
                result["id"] = row.get("id")
                result |= wanted(_one(asked(row), core))
            except (UsageError, json.JSONDecodeError) as error:
                result["error"] = f"line {number}: {error}"
                failed += 1
            print(json.dumps(result, ensure_ascii=False), flush=True)
    if failed:
        print(f"nutshell: {failed} of the lines failed; see their error", file=sys.stderr)
    return 1 if failed else 0


def _one(asked: Asked, core: Any = None) -> dict[str, Any]:
    """The core's answer. Raises UsageError for what the core refuses, ModelError where a model fails."""
    from ..app import RequestError  # noqa: PLC0415
    from ..ports import ModelError  # noqa: PLC0415
    from .cli import UsageError  # noqa: PLC0415
    from .desktop import application  # noqa: PLC0415

    name, payload = asked
    try:
        answer: dict[str, Any] = asyncio.run((core or application()).handle(name, payload, lambda *_: None))
    except RequestError as error:
        if error.code == "model":
            raise ModelError(str(error)) from error
        raise UsageError(str(error)) from error
    return answer


def _print(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))
