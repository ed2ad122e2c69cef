"""Pages of ../shared/data with the model's inputs and, for each block, how much of it is main content.

WCXB (development part) and Readability's pages have the whole expected text. The trafilatura pages have segments that
must be kept or left out, so only the blocks with these are labelled.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from models.artifacts import ROOT
from models.content.labels import labels, words_of
from models.data import path_of
from models.host import to_array
from nutshell.cli import extraction
from nutshell.extraction.candidates import Candidates
from nutshell.extraction.content_features import inputs

FOLDS = 5
CROSS_VALIDATION = ROOT / "content" / "cross_validation.npz"
CACHE = ROOT / "content" / "out"
_SCRIPTS = ROOT.parent / "extension" / "page"
_INLINE = "a|b|i|em|strong|span|code|sub|sup|u|s|small|abbr|cite|q|font|mark|time|kbd|var"
_MAX_LEFT_OUT = 60
"""Characters. A longer block that contains a short segment to leave out may contain it by chance."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page and what people expect from it: its whole text, or segments."""

    collection: str
    name: str
    url: str
    kind: str
    html: bytes
    text: str = ""
    keep: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageExample:
    """A page: inputs as in content_features.Inputs, and for each of its n blocks the text and words.

    wire: the page in its wire form
    labels: float32 [n], the share of the block that is main content
    known: float32 [n], 1 where there is a label
    """

    source: Source
    wire: dict[str, Any]
    features: NDArray[np.float32]
    words: NDArray[np.int32]
    page: NDArray[np.int32]
    texts: tuple[str, ...]
    block_words: tuple[tuple[str, ...], ...]
    labels: NDArray[np.float32]
    known: NDArray[np.float32]


def sources() -> Iterator[Source]:
    """Yields the labelled pages. Raises RecipeError when a data set is missing."""
    pages = path_of("pages/wcxb-dev")
    with gzip.open(pages / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if "file_id" not in row:
                continue  # one row does not say which page it describes
            content = gzip.decompress((pages / "html" / f"{row['file_id']}.html.gz").read_bytes())
            truth = row["ground_truth"]
            kind = row["_internal"]["page_type"]["primary"]
            text = truth.get("main_content") or ""
            yield Source(
                "wcxb", row["file_id"], row["url"], kind, content, text,
                tuple(truth.get("with") or ()), tuple(truth.get("without") or ()),
            )  # fmt: skip
    pages = path_of("pages/trafilatura-half")
    for url, row in json.loads((pages / "evaldata.json").read_text(encoding="utf-8")).items():
        content = (pages / row["file"]).read_bytes()
        yield Source(
            "trafilatura", row["file"], url, "segments", content, "", tuple(row["with"]), tuple(row["without"])
        )
    for folder in sorted(path_of("pages/readability").iterdir()):
        expected = plain_text((folder / "expected.html").read_text(encoding="utf-8"))
        yield Source(
            "readability", folder.name, "http://fakehost/test/page.html", "readability",
            (folder / "source.html").read_bytes(), expected,
        )  # fmt: skip


def plain_text(markup: str) -> str:
    markup = re.sub(r"(?is)<(script|style)\b.*?</\1>", " ", markup)
    markup = re.sub(rf"(?i)</?({_INLINE})\b[^>]*>", "", markup)
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))


def wires() -> Iterator[tuple[Source, dict[str, Any]]]:
    """Yields pages as the extension's scripts read them on the desktop, without those that they cannot read.

    The result is stored in models/content/out until a script changes: reading takes some minutes.
    """
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(_SCRIPTS.glob("*.js")))).hexdigest()[:12]
    stored = CACHE / f"pages-{digest}.jsonl.gz"
    if not stored.is_file():
        CACHE.mkdir(exist_ok=True)
        partial = stored.with_suffix(".part")
        with gzip.open(partial, "wt", encoding="utf-8", compresslevel=3) as out, extraction.Extractor() as extractor:
            for source in sources():
                answer = extractor.read(source.html, source.url)
                wire = answer["article"] if answer["ok"] else None
                out.write(json.dumps(wire, ensure_ascii=False) + "\n")
        partial.replace(stored)
    with gzip.open(stored, "rt", encoding="utf-8") as lines:
        for source, line in zip(sources(), lines, strict=True):
            wire = json.loads(line)
            if wire and wire.get("candidates", {}).get("blocks"):
                yield source, wire


@cache
def page_examples() -> tuple[PageExample, ...]:
    return tuple(_example(source, wire) for source, wire in wires())


def _example(source: Source, wire: dict[str, Any]) -> PageExample:
    candidates = Candidates.from_wire(wire["candidates"])
    made = inputs(candidates, source.url)
    texts = tuple(block.text for block in candidates.blocks)
    split = tuple(tuple(words_of(text)) for text in texts)
    if source.text:
        found, known = labels(split, words_of(source.text)), [1.0] * len(texts)
    else:
        found, known = _segment_labels(source, texts)
    return PageExample(
        source,
        wire,
        to_array(made.features).copy(),
        to_array(made.words).copy(),
        to_array(made.page)[0].copy(),
        texts,
        split,
        np.array(found, np.float32),
        np.array(known, np.float32),
    )


def _segment_labels(source: Source, texts: tuple[str, ...]) -> tuple[list[float], list[float]]:
    """Returns the labels, and 1 for the blocks that have one."""
    keep, leave_out = ([" ".join(segment.split()) for segment in group] for group in (source.keep, source.leave_out))
    found, known = [0.0] * len(texts), [0.0] * len(texts)
    for number, text in enumerate(texts):
        if any(segment in text or (len(text) > 15 and text in segment) for segment in keep):
            found[number] = known[number] = 1.0
        elif any(segment in text and len(text) < 6 * len(segment) + _MAX_LEFT_OUT for segment in leave_out):
            known[number] = 1.0
    return found, known


def fold_of(source: Source) -> int:
    """Returns the fold of a page. Pages of one site are in the same fold."""
    host = urlsplit(source.url).hostname or ""
    parts = host.split(".")
    site = ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 else parts[-2:])
    if source.collection == "readability":
        site = source.name  # these pages have no address of their own
    return int(hashlib.sha256(site.encode()).hexdigest(), 16) % FOLDS
