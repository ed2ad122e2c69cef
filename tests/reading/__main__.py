"""Summarizes the pages of the sheet, and compares the results with the grades given by reading them.

    python -m tests.reading                       # all pages: grades by kind, and what changed since it was graded
    python -m tests.reading show FILE...          # the summaries of some pages, to read
    python -m tests.reading grade FILE PART GRADE [--fault TEXT] [--better TEXT]
    python -m tests.reading add KIND FILE...      # further pages

FILE is relative to ../shared/data/pages. All summaries are also written to out/reading/outputs.jsonl.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from models.data import path_of
from models.evaluate.product import Product
from models.evaluate.statistics import share
from models.tables import Table, aligned
from nutshell.cli.article_reader import ArticleReader
from nutshell.cli.batch import UsageError
from nutshell.cli.client import request
from tests.reading.sheet import GRADES, PARTS, Grade, Page, digest, load, save

OUTPUTS = Path(__file__).resolve().parents[2] / "out" / "reading" / "outputs.jsonl"
_FIELDS = ("title", "lang", "method", "gist", "points", "outline", "reason")


def summaries(files: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Returns the answer to `summarize` for each file, with the page's title; with an `error` if it can't be read."""
    core, found = Product().application, {}
    with ArticleReader() as reader:
        for file in files:
            path = path_of("pages") / file
            content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            try:
                article = reader.from_row({"html": content.decode("utf-8", "replace")})
                found[file] = request(core, "summarize", {"article": article}) | {"title": article.get("title", "")}
            except UsageError as error:
                found[file] = {"error": str(error)}
    return found


def table(pages: Sequence[Page]) -> Table:
    rows = []
    for kind in [*sorted({page.kind for page in pages}), "all"]:
        row = [kind]
        for part in PARTS:
            grades = Counter(p.grades[part].grade for p in pages if part in p.grades and kind in {p.kind, "all"})
            count, good = sum(grades.values()), grades["A"] + grades["B"]
            row.append(" ".join(f"{grades[grade]}" for grade in GRADES))
            row.append(str(share(good, count)) if count else "")
        rows.append(row)
    columns = ["kind"]
    for part in PARTS:
        columns += [f"{part}: A B C D", "A or B, %"]
    return Table(columns, rows)


def changed(pages: Sequence[Page], answers: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{page.file} ({page.kind}): {part} changed since it was graded {grade.grade}"
        for page in pages
        for part, grade in page.grades.items()
        if page.file in answers and digest(part, answers[page.file]) != grade.output
    ]


def printed(file: str, kind: str, answer: dict[str, Any]) -> str:
    lines = [f"=== {file} [{kind}] {answer.get('title', '')}", f"gist: {answer.get('gist', '')}"]
    lines += [f" * {point['text']}" for point in answer.get("points", ())]
    lines += [f"   [{row['heading']}] {row['text']}" for row in answer.get("outline", ())]
    lines += [f"{name}: {answer[name]}" for name in ("reason", "error") if answer.get(name)]
    return "\n".join(lines)


def main() -> int:
    options = _parser().parse_args()
    pages = load()
    if options.command == "add":
        known = {page.file for page in pages}
        save([*pages, *(Page(file, options.kind) for file in options.files if file not in known)])
        return 0
    by_file = {page.file: page for page in pages}
    files = [options.file] if options.command == "grade" else getattr(options, "files", list(by_file))
    if unknown := [file for file in files if file not in by_file]:
        print(f"error: not in the sheet: {', '.join(unknown)}", file=sys.stderr)
        return 2
    answers = summaries(files)
    if options.command == "grade":
        output = digest(options.part, answers[options.file])
        grade = Grade(options.grade, output, options.fault, options.better)
        by_file[options.file] = by_file[options.file].with_grade(options.part, grade)
        save(list(by_file.values()))
        return 0
    if options.command == "show":
        print("\n\n".join(printed(file, by_file[file].kind, answers[file]) for file in files))
        return 0
    OUTPUTS.parent.mkdir(parents=True, exist_ok=True)
    with OUTPUTS.open("w", encoding="utf-8") as out:
        for file, answer in answers.items():
            kept = {name: answer[name] for name in _FIELDS if name in answer}
            out.write(json.dumps({"file": file, "kind": by_file[file].kind, **kept}, ensure_ascii=False) + "\n")
    print(aligned("reading", [table(pages)]))
    print(*changed(pages, answers), sep="\n")
    print(f"{len(pages)} pages -> {OUTPUTS}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.reading", description=__doc__)
    parser.set_defaults(command="")
    commands = parser.add_subparsers()
    show = commands.add_parser("show")
    show.add_argument("files", nargs="+", metavar="FILE")
    show.set_defaults(command="show")
    add = commands.add_parser("add")
    add.add_argument("kind")
    add.add_argument("files", nargs="+", metavar="FILE")
    add.set_defaults(command="add")
    grade = commands.add_parser("grade")
    grade.add_argument("file")
    grade.add_argument("part", choices=PARTS)
    grade.add_argument("grade", choices=GRADES)
    grade.add_argument("--fault", default="")
    grade.add_argument("--better", default="")
    grade.set_defaults(command="grade")
    return parser


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
