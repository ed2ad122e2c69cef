"""Asks 162 questions about 41 real pages and grades the answers: `python -m tests.asking`.

Needs the shared data set and built models. questions.tsv names each page by its id in the data set, and for each
question what a right answer must contain, written by somebody who had read the page: `|` separates alternatives, `&`
separates parts that are all needed. `absent` questions are not answered by their page and must be refused.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nutshell.cli.article_reader import ArticleReader
from nutshell.cli.client import request
from nutshell.hosts.desktop import application

QUESTIONS = Path(__file__).with_name("questions.tsv")
PAGES = Path(__file__).parents[3] / "shared" / "data" / "pages"
_FILES = {
    "wcxb": "wcxb-dev/html/{}.html.gz",
    "readability": "readability/{}/source.html",
    "recipe": "recipes/{}.testhtml",
    "pdf": "pdf/{}.pdf",
}


@dataclass(frozen=True, slots=True)
class Graded:
    page: str
    kind: str
    question: str
    expected: str
    right: bool
    found: bool
    chance: float
    quote: str


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.asking", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="show the questions that were answered wrong")
    parser.add_argument("--jsonl", metavar="FILE", help="write each answer to a file")
    options = parser.parse_args()
    graded = list(grade_all())
    if options.jsonl:
        lines = (json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in graded)
        Path(options.jsonl).write_text("".join(lines), encoding="utf-8")
    for row in graded:
        if options.wrong and not row.right:
            state = "answered" if row.found else "refused"
            print(f"{row.page} [{row.kind}] {row.question}\n    {state} {row.chance:.2f}: {row.quote}")
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row in graded:
        by_kind[row.kind].append(row.right)
        by_kind["answerable" if row.expected else "not answerable"].append(row.right)
    for kind, right in by_kind.items():
        print(f"{kind:15} {sum(right):3} of {len(right):3} right: {100 * sum(right) / len(right):.0f} %")


def grade_all() -> Iterator[Graded]:
    core = application()
    articles: dict[str, Mapping[str, Any]] = {}
    with ArticleReader() as reader:
        for row in questions():
            if row["page"] not in articles:
                articles[row["page"]] = _read(reader, row["page"])
            payload = {"article": articles[row["page"]], "question": row["question"]}
            answer = request(core, "ask", payload)
            found = bool(answer["found"])
            quote = str(answer["answer"] if found else answer["quote"])
            right = found and contains(quote, row["expected"]) if row["expected"] else not found
            yield Graded(**row, right=right, found=found, chance=float(answer["chance"]), quote=quote)


def questions() -> list[dict[str, str]]:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def contains(quote: str, expected: str) -> bool:
    """Whether a quote has one of the alternatives, with all of its parts."""
    low = " ".join(quote.lower().split())
    return any(all(part.lower() in low for part in option.split("&")) for option in expected.split("|"))


def _read(reader: ArticleReader, page: str) -> Mapping[str, Any]:
    kind, _, name = page.partition("/")
    path = PAGES / _FILES[kind].format(name)
    if path.suffix == ".gz":
        return reader.from_row({"html": gzip.decompress(path.read_bytes()).decode("utf-8", "replace")})
    return reader.read(str(path))


if __name__ == "__main__":
    main()
