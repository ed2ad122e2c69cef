"""Labelled pages with what the page scripts counted in them.

The labels (labels.tsv) name pages of ../shared/data/pages. Reading them takes minutes, so the counts are cached.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from models.artifacts import ROOT
from models.data import path_of
from nutshell.cli.extraction import ExtractionError, Extractor
from nutshell.extraction.page_kind import PageKind, stated_kind
from nutshell.extraction.page_structure import Structure, features
from nutshell.extraction.thread import FoundThread

FOLDER = Path(__file__).parent
CACHE = ROOT.parent / ".cache/page_kind.jsonl"
_SUFFIXES = frozenset({"co", "com", "org", "net", "gov", "ac", "edu"})


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page with its label. `site` is its registered domain, about; `stated`: what its structured data says it is."""

    id: str
    kind: PageKind
    site: str
    stated: PageKind | None
    features: NDArray[np.float64]


def labels() -> dict[str, PageKind]:
    rows = (FOLDER / "labels.tsv").read_text(encoding="utf-8").splitlines()
    return {page: PageKind(kind) for page, kind in (row.split("\t") for row in rows)}


def labelled_pages() -> list[LabelledPage]:
    """Returns the labelled pages, and reads those that are not in the cache. Raises RecipeError if they are missing."""
    known = {row["id"]: row for row in _cached()}
    pages = []
    with Extractor(timeout=60) as extractor:
        for page, kind in labels().items():
            row = known.get(page) or _read(extractor, page)
            if row.get("structure") is None:
                continue  # a page that could not be read
            structure = Structure.from_wire(row["structure"])
            thread = None if row["thread"] is None else FoundThread.from_wire(row["thread"])
            values = np.array(features(structure, row["url"], thread))
            pages.append(LabelledPage(page, kind, _site(row["url"], page), stated_kind(structure, row["url"]), values))
    return pages


def _cached() -> Iterator[dict[str, Any]]:
    if CACHE.is_file():
        for line in CACHE.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _read(extractor: Extractor, page: str) -> dict[str, Any]:
    path, url = _file_of(page)
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        article = extractor.read(content, url).get("article") or {}
    except ExtractionError:
        article = {}
    if "unhidden" in article and article.get("thread") is None:
        article = article["unhidden"]
    thread = article.get("thread")
    if thread is not None:
        thread = {**thread, "posts": [{"blocks": []} for _ in thread["posts"]]}
    row = {"id": page, "url": url, "structure": article.get("structure"), "thread": thread}
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with CACHE.open("a", encoding="utf-8") as cache:
        cache.write(json.dumps(row) + "\n")
    return row


def _file_of(page: str) -> tuple[Path, str]:
    """Returns a page's file and its address, as far as it is known."""
    folder, name = page.split("/", 1)
    if folder == "wcxb-dev":
        return path_of(f"pages/wcxb-dev/html/{name}.html.gz"), _wcxb_addresses()[name]
    if folder == "trafilatura-half":
        return path_of(f"pages/trafilatura-half/{name}"), _trafilatura_addresses()[name]
    path = path_of(
        f"pages/readability/{name}/source.html" if folder == "readability" else f"pages/recipes/{name}.testhtml"
    )
    return path, _canonical(path)


@cache
def _wcxb_addresses() -> dict[str, str]:
    with gzip.open(path_of("pages/wcxb-dev/ground-truth.jsonl.gz"), "rt", encoding="utf-8") as rows:
        return {row.get("file_id", ""): row.get("url") or "" for row in map(json.loads, rows)}


@cache
def _trafilatura_addresses() -> dict[str, str]:
    entries = json.loads(path_of("pages/trafilatura-half/evaldata.json").read_text(encoding="utf-8"))
    return {entry["file"]: address for address, entry in entries.items()}


def _canonical(path: Path) -> str:
    """Returns the address that a saved page states."""
    found = re.search(
        r"<link[^>]*rel=[\"']?canonical[\"']?[^>]*href=[\"']?([^\"'\s>]+)", path.read_text(errors="replace")
    )
    return found[1] if found else ""


def _site(url: str, page: str) -> str:
    host = urlsplit(url).hostname or page
    parts = host.split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and parts[-2] in _SUFFIXES else parts[-2:])
