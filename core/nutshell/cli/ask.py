"""`nutshell words`, `ask`, `check`: a page in other words, a question to it, a sentence held against a source."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .article_reader import ArticleReader
from .batch import UsageError, answer_lines
from .core_client import ask

_ASK_FIELDS = ("question", "found", "quote", "index", "answer", "chance", "also")
_CHECK_FIELDS = ("verdict", "score", "reasons", "support")
_ASK_ROW = ("quote", "index", "answer", "found", "chance")

# What one line, or one set of arguments, asks of the core: the request's name and its payload.
Asked = tuple[str, dict[str, Any]]


def add_parsers(commands: Any) -> None:
    """The subcommands and their arguments."""
    question = commands.add_parser(
        "ask",
        help="ask an article a question",
        description="Answer a question by a sentence of an article, or say that the article does not answer it.",
        epilog="A line in is {id, text, question} (or html instead of text); a line out {id, quote, index, answer, "
        "found, chance}. Without an answer, quote is the sentence that comes nearest and found is false. "
        "index counts the article's sentences from 0.",
    )
    question.add_argument("source", nargs="?", metavar="FILE|URL|-", help="what to ask; - is standard input")
    question.add_argument("question", nargs="?", help="the question")
    _batch_arguments(question)
    question.set_defaults(command=_ask_page)
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


def _ask_page(arguments: argparse.Namespace) -> int:
    with ArticleReader() as reader:

        def asked(row: Mapping[str, Any]) -> Asked:
            question = row.get("question")
            if not isinstance(question, str):
                raise UsageError("a line needs a question, and a text or an html")
            return "ask", {"article": reader.from_row(row), "question": question}

        if arguments.jsonl:
            return _batch(arguments, asked, lambda answer: {name: answer[name] for name in _ASK_ROW})
        if arguments.source is None or arguments.question is None:
            raise UsageError("name what to ask and the question, or --jsonl with a file of both")
        payload = {"article": reader.read(arguments.source), "question": arguments.question}
        answer = _one("ask", payload)
    if arguments.json:
        _print({name: answer[name] for name in _ASK_FIELDS})
    elif answer["found"]:
        print(answer["quote"])
    else:
        print(answer["answer"])
    return 0


def _words(arguments: argparse.Namespace) -> int:
    with ArticleReader() as reader:

        def asked(row: Mapping[str, Any]) -> Asked:
            return "words", {"article": reader.from_row(row), "insist": True}

        if arguments.jsonl:
            return _batch(arguments, asked, lambda answer: {"sentences": answer["sentences"]})
        if arguments.source is None:
            raise UsageError("name what to say in other words, or --jsonl with a file of articles")
        answer = _one("words", {"article": reader.read(arguments.source), "insist": True})
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


def _check(arguments: argparse.Namespace) -> int:
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
    answer = _one("check", {"source": source, "sentence": arguments.sentence})
    if arguments.json:
        _print({name: answer[name] for name in _CHECK_FIELDS})
    else:
        print(f"{answer['verdict']} ({answer['score']:.2f})", *answer["reasons"], sep="\n  ")
    return 0


def _batch(
    arguments: argparse.Namespace, asked: Callable[[Mapping[str, Any]], Asked], wanted: Callable[[Any], dict[str, Any]]
) -> int:
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    core = application()
    return answer_lines(arguments.jsonl, lambda row: wanted(ask(core, *asked(row))))


def _one(request: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    from nutshell.hosts.desktop import application  # noqa: PLC0415

    return ask(application(), request, payload)


def _print(answer: Mapping[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))
