"""Real web pages whose possible gists were graded by reading: what pages without a human line cannot teach.

judgements.json has, for each page of ../shared/data/pages, the grades of some lines by the hash of the line, never the
text. 3: says what the page is about; 2: nearly; 1: only a part of it, or vague; 0: something else.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from models.artifacts import ROOT
from models.data import path_of
from models.gist.examples import Example, Reader
from models.host import run_sync
from nutshell.article import Article
from nutshell.cli.extraction import Extractor, with_main_content
from nutshell.extraction.reading import PageReader

PATH = ROOT / "gist" / "judgements.json"
# The target for each grade.
TARGETS = (0.02, 0.2, 0.6, 0.9)
# The page's title is shown above the gist anyway: a line that adds to it is better, one that is off is worse.
TITLE_TARGETS = (0.02, 0.1, 0.35, 0.5)
# A judged page counts as much as this many pages with a human line: there are fewer, but they are what is read.
WEIGHT = 10.0
_FOLDERS = {
    "wcxb": "pages/wcxb-dev/html/{}.html.gz",
    "recipes": "pages/recipes/{}.testhtml",
    "traf": "pages/trafilatura-half/{}.html",
    "readability": "pages/readability/{}/source.html",
}


def line_key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def judgements() -> dict[str, dict[str, Any]]:
    """Returns page -> {"url", "grades": key of a line -> grade}."""
    found: dict[str, dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def judged_examples(reader: Reader) -> Iterator[Example]:
    """Yields the judged pages as examples. The targets of lines that were not judged are NaN."""
    pages = PageReader(reader.models)
    with Extractor() as extractor:
        for page, judged in judgements().items():
            answer = run_sync(with_main_content(extractor.read(html(page), judged["url"]), pages))
            if answer["ok"]:
                example = judged_example(page, Article.from_wire(answer["article"]), judged["grades"], reader)
                if example is not None:
                    yield example


def judged_example(page: str, article: Article, grades: dict[str, int], reader: Reader) -> Example | None:
    scored = reader.score(article)
    if scored is None:
        return None
    found, made = reader.candidates(article, scored)
    known = [grades.get(line_key(candidate.text)) for candidate in found]
    targets = np.array(
        [
            np.nan if grade is None else (TITLE_TARGETS if candidate.source == "title" else TARGETS)[grade]
            for candidate, grade in zip(found, known, strict=True)
        ],
        np.float32,
    )
    if np.isnan(targets).all():
        return None
    return Example(page, page.partition("/")[0], tuple(found), made, targets, WEIGHT)


def html(page: str) -> bytes:
    folder, _, name = page.partition("/")
    content = path_of(_FOLDERS[folder].format(name)).read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
