"""`nutshell words`, `ask`, `check`: a page in other words, a question to it, a sentence held against a source."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cli import Reader

_ASK_FIELDS = ("question", "found", "quote", "index", "answer", "chance", "also")
_CHECK_FIELDS = ("verdict", "score", "reasons", "support")
_ASK_ROW = ("quote", "index", "answer", "found", "chance")

# What one line, or one set of arguments, asks of the core: the request's name and its payload.
Asked = tuple[str, dict[str, Any]]


def add_parsers(commands: Any) -> None:
    """The subcommands and their arguments."""
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
    words = commands.add_parser(
        "words",
        help="say an article in other words",
        description="Say an article in a language model's words; each sentence is checked against the article.",
        epilog="A line in is {id, text} (or html); a line out {id, sentences}: of each its text, whether it is shown, "
        "the support (numbers of the article's sentences, from 0) and the reasons why not. Needs the language model.",
    )
    words.add_argument("source", nargs="?", metavar="FILE|URL|-", help="what to say; - is standard input")
    _batch_arguments(words)
    words.set_defaults(command=_words)
    check = commands.add_parser(
        "check",
        help="check a sentence against a source",
        description="Say whether a source supports a sentence: supported, unsupported or unsure, with the reasons.",
        epilog="A line in is {id, source, sentence}; a line out {id, verdict, score, reasons, support}. score is 0 to "
        "1, higher is better supported; support are numbers of the source's sentences, from 0, the nearest first.",
    )
    check.add_argument("source", nargs="?", metavar="FILE|-", help="a text file with the source; - is standard input")
    check.add_argument("sentence", nargs="?", help="the sentence to check")
    _batch_arguments(check)
    check.set_defaults(command=_check)


def _batch_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jsonl", metavar="IN", help="a file of JSON lines; - is standard input")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


def _ask(arguments: argparse.Namespace) -> int:
    from .cli import Reader, UsageError  # noqa: PLC0415

    with Reader() as reader:

        def asked(row: Mapping[str, Any]) -> Asked:
            question = row.get("question")
            if not isinstance(question, str):
                raise UsageError("a line needs a question, and a text or an html")
            return "ask", {"article": _article(reader, row), "question": question}

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


def _words(arguments: argparse.Namespace) -> int:
    from .cli import Reader, UsageError  # noqa: PLC0415

    with Reader() as reader:

        def asked(row: Mapping[str, Any]) -> Asked:
            return "words", {"article": _article(reader, row), "insist": True}

        if arguments.jsonl:
            return _batch(arguments, asked, lambda answer: {"sentences": answer["sentences"]})
        if arguments.source is None:
            raise UsageError("name what to say in other words, or --jsonl with a file of articles")
        answer = _one(("words", {"article": reader.read(arguments.source), "insist": True}))
    if arguments.json:
        _print({"sentences": answer["sentences"]})
    else:
        for sentence in answer["sentences"]:
            if sentence["shown"]:
                print(sentence["text"])
        hidden = [sentence for sentence in answer["sentences"] if not sentence["shown"]]
        for sentence in hidden:
            print(f"not shown: {sentence['text']} ({' '.join(sentence['reasons'])})", file=sys.stderr)
    return 0


def _article(reader: Reader, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A line's article, in its wire form."""
    from ..article import Article  # noqa: PLC0415
    from .cli import UsageError, as_wire  # noqa: PLC0415

    html, text = row.get("html"), row.get("text")
    if isinstance(html, str):
        return reader.extract(html)
    if not isinstance(text, str):
        raise UsageError("a line needs a text or an html")
    return as_wire(Article.from_text(text))


def _check(arguments: argparse.Namespace) -> int:
    from .cli import UsageError  # noqa: PLC0415

    def asked(row: Mapping[str, Any]) -> Asked:
        source, sentence = row.get("source"), row.get("sentence")
        if not isinstance(source, str) or not isinstance(sentence, str):
            raise UsageError("a line needs a source and a sentence")
        return "check", {"source": source, "sentence": sentence}

    if arguments.jsonl:
        return _batch(arguments, asked, lambda answer: {name: answer[name] for name in _CHECK_FIELDS})
    if arguments.source is None or arguments.sentence is None:
        raise UsageError("name the source and the sentence, or --jsonl with a file of both")
    try:
        source = sys.stdin.read() if arguments.source == "-" else Path(arguments.source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{arguments.source} could not be read: {error}") from error
    answer = _one(("check", {"source": source, "sentence": arguments.sentence}))
    if arguments.json:
        _print({name: answer[name] for name in _CHECK_FIELDS})
    else:
        print(f"{answer['verdict']} ({answer['score']:.2f})", *answer["reasons"], sep="\n  ")
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
