"""Training texts that look like feed items: a title, a title with a summary, or one to three sentences.

All of it is unlabelled text from the training parts of ../shared/data. Left out on purpose: news/huffpost-10k (used to
measure the encoder), news/mind-titles (used to tune it, and licensed for non-commercial use), news/same-event-ecbplus
(used to measure story grouping), every dev-* file and every document that appears in one, and the test parts of
text/clickbait and text/goemotions.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.data import path_of
from nutshell.text.language import detect

SEED = 20261123
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+")
_TAG = re.compile(r"<[^>]*>")
_MOST_WORDS = 70
_EMOTION_TEXTS = 15_000


def texts() -> list[str]:
    """Returns every text once, in a seeded random order. Raises RecipeError when the data set is missing."""
    found: dict[str, str] = {}
    for text in _all():
        clean = " ".join(text.split())
        if 15 <= len(clean) <= 900 and clean.count(" ") >= 2:
            found.setdefault(re.sub(r"\W+", "", clean).lower(), clean)
    ordered = [found[key] for key in sorted(found)]
    random.Random(SEED).shuffle(ordered)
    return ordered


def split_of(text: str) -> str:
    """Returns "train", "dev" or "test" (8, 1 and 1 of ten) by the text's hash, whichever list it is in."""
    place = int(hashlib.sha256(text.strip().lower().encode()).hexdigest(), 16) % 10
    return {8: "dev", 9: "test"}.get(place, "train")


def _all() -> Iterator[str]:
    for path in sorted(path_of("summaries").glob("train-*.jsonl")):
        for row in _rows(path):
            if row.get("lang", "en") == "en" and (path.stem != "train-standfirst" or _english(row["document"])):
                yield from _document(row)
    seen = set()
    for path in sorted(path_of("faithfulness").glob("*.jsonl")):
        for row in _rows(path):
            if not row.get("also_in") and row["doc_key"] not in seen:
                seen.add(row["doc_key"])
                yield from _document(row | {"summary": ""})
    yield from _headlines()
    yield from _emotions()
    yield from _feeds()
    for row in json.loads(path_of("text/xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]:
        for paragraph in row["paragraphs"]:
            yield from _runs(_sentences(paragraph["context"]))
            yield from (question["question"] for question in paragraph["qas"])
    for path in sorted(path_of("pages/readability").glob("*/expected.html")):
        for block in re.findall(r"<p[ >].*?</p>", path.read_text(encoding="utf-8"), re.S):
            plain = _plain(block)
            if _english(plain):
                yield from _runs(_sentences(plain))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _document(row: dict[str, Any]) -> Iterator[str]:
    """Yields a document's title, the title with a summary or first sentences, its summaries, and runs of sentences."""
    sentences = [s for block in row.get("paragraphs", [row.get("sentences") or []]) for s in block]
    if not sentences:
        sentences = _sentences(row["document"])
    title = row.get("title") or ""
    summaries = [row.get("summary") or "", *row.get("highlights", []), *row.get("summaries", [])]
    summaries += row.get("human_summaries", [])
    if title:
        yield title
        yield f"{title}. {(summaries[0] or ' '.join(sentences[:2]))[:400]}"
    yield from summaries
    yield from _runs(sentences)


def _sentences(text: str) -> list[str]:
    return [s for line in text.splitlines() for s in _SENTENCE.split(line) if s]


def _runs(sentences: list[str]) -> Iterator[str]:
    """Yields one to three sentences at a time, cut to the length of a headline with its summary."""
    rng = random.Random(f"{SEED} {sentences[0] if sentences else ''}")
    start = 0
    while start < len(sentences):
        stop = start + rng.choice((1, 1, 2, 2, 3))
        yield " ".join(" ".join(sentences[start:stop]).split()[:_MOST_WORDS])
        start = stop


def _headlines() -> Iterator[str]:
    for name in ("clickbait_data", "non_clickbait_data"):
        with gzip.open(path_of(f"text/clickbait/dataset/{name}.gz"), "rt", encoding="utf-8") as lines:
            yield from (line.strip() for line in lines if split_of(line) == "train")


def _emotions() -> Iterator[str]:
    path = path_of("text/goemotions/data/ekman/train.tsv")
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
            if number >= _EMOTION_TEXTS:
                return
            yield row[0]


def _feeds() -> Iterator[str]:
    for path in sorted(path_of("feeds/netnewswire").rglob("*")):
        if path.suffix in {".rss", ".xml", ".atom"}:
            yield from _items(path)


def _items(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8", errors="replace")
    for item in re.findall(r"<(?:item|entry)\b.*?</(?:item|entry)>", source, re.S):
        title = re.search(r"<title[^>]*>(.*?)</title>", item, re.S)
        body = re.search(r"<(?:description|summary|content)\b[^>]*>(.*?)</", item, re.S)
        plain = [_plain(_plain(found[1])) if found else "" for found in (title, body)]
        if _english(" ".join(plain)):
            yield plain[0]
            yield " ".join(". ".join(plain).split()[:_MOST_WORDS])


def _plain(markup: str) -> str:
    return " ".join(_TAG.sub(" ", html.unescape(markup.replace("<![CDATA[", "").replace("]]>", ""))).split())


def _english(text: str) -> bool:
    return detect(text) == "en"
