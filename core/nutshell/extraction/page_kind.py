"""Decides what kind of page a page is: from its structured data where that is certain, otherwise with a small model.

The model is a multinomial logistic regression over the features of page_structure.py. Its weights are in
page_kind.json, which models/page_kind makes.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from .page_structure import Structure, features, names
from .thread import FoundThread


class PageKind(StrEnum):
    """REFERENCE is an encyclopedia, a dictionary or the like. LIST is a page whose content is links to other pages: an
    index, a category, results. OTHER includes pages about a company, its services and terms."""

    ARTICLE = "article"
    DOCUMENTATION = "documentation"
    REFERENCE = "reference"
    PAPER = "paper"
    FORUM = "forum"
    QUESTION = "question-and-answer"
    RECIPE = "recipe"
    PRODUCT = "product"
    LIST = "list"
    VIDEO = "video"
    JOB = "job"
    EVENT = "event"
    REPOSITORY = "code-repository"
    OTHER = "other"


THREADS = frozenset({PageKind.FORUM, PageKind.QUESTION})
LABELS = THREADS | {PageKind.RECIPE, PageKind.PRODUCT, PageKind.LIST, PageKind.JOB, PageKind.EVENT, PageKind.REPOSITORY}
"""Kinds whose pages are worth reading without a paragraph of prose: names, prices, short posts, steps."""

_MANY = 3  # items of a type: the page lists others of its kind
_MIN_CITATION_FIELDS = 5  # fields of a paper's `citation_` data
_FORGE = re.compile(r"(?:^|\.)(?:github\.com|gitlab\.|codeberg\.org|bitbucket\.org|git\.|gitea\.)")
_NOT_OWNERS = frozenset({"topics", "trending", "explore", "collections", "orgs", "marketplace", "sponsors", "users"})
_MIN_REPOSITORY_NAMES = 5


def kind_of(wire: Mapping[str, Any]) -> PageKind | None:
    """Returns the kind of the page that an article in its wire form was read from; None where that isn't known.

    Raises MalformedArticle.
    """
    url = wire.get("url") or ""
    if wire.get("structure") is None or not isinstance(url, str):
        return None
    thread = None if wire.get("thread") is None else FoundThread.from_wire(wire["thread"])
    return page_kind(Structure.from_wire(wire["structure"]), url, thread)


def page_kind(structure: Structure, url: str, thread: FoundThread | None = None) -> PageKind:
    stated = stated_kind(structure, url)
    if stated:
        return stated
    chances = probabilities(structure, url, thread)
    return max(chances, key=lambda kind: chances[kind])


def stated_kind(structure: Structure, url: str) -> PageKind | None:
    """Returns the kind that the page's structured data states beyond doubt, if any."""
    types = structure.types
    has_path = bool(_path(url))
    stated = (
        (PageKind.RECIPE, 0 < types.get("Recipe", 0) < _MANY),
        (PageKind.JOB, types.get("JobPosting") == 1),
        (PageKind.PAPER, has_path and structure.citations >= _MIN_CITATION_FIELDS),
        (PageKind.PAPER, 0 < types.get("ScholarlyArticle", 0) + types.get("MedicalScholarlyArticle", 0) < _MANY),
        (PageKind.QUESTION, "QAPage" in types and "DiscussionForumPosting" not in types),
        (PageKind.FORUM, types.get("DiscussionForumPosting") == 1),
        (PageKind.VIDEO, structure.og.startswith("video") and has_path),
        (PageKind.EVENT, 0 < structure.count_type("event") < _MANY and not _claims_article(structure)),
        (PageKind.REFERENCE, _is_encyclopedia(structure, url)),
        (PageKind.REPOSITORY, types.get("SoftwareSourceCode") == 1 or _is_repository(structure, url)),
    )
    return next((kind for kind, holds in stated if holds), None)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return ""


def _claims_article(structure: Structure) -> bool:
    return structure.og == "article" or structure.count_type("article") > 0


def _is_encyclopedia(structure: Structure, url: str) -> bool:
    """Returns whether a page is of a wiki that describes the world. Wikis that document software have listings of code;
    pages with a colon in the address are of a namespace: categories, users, talk."""
    wiki = structure.generator.startswith("mediawiki") or "wikipedia.org" in url
    return wiki and structure.counts.get("pre", 0) < 2 and ":" not in _path(url)


def _is_repository(structure: Structure, url: str) -> bool:
    owner, _, name = _path(url).partition("/")
    if not name or "/" in name or owner in _NOT_OWNERS:
        return False
    if structure.counts.get("name-repository", 0) < _MIN_REPOSITORY_NAMES:
        return False
    return bool(_FORGE.search(urlsplit(url).hostname or ""))


def probabilities(structure: Structure, url: str, thread: FoundThread | None = None) -> dict[PageKind, float]:
    """Returns the model's probability of each kind that it knows. Unlike `page_kind`, it does not know all of them."""
    model = _load_model()
    values = features(structure, url, thread)
    scaled = list(map(operator.truediv, map(operator.sub, values, model.means), model.deviations))
    logits = [
        bias + sum(map(operator.mul, weights, scaled))
        for weights, bias in zip(model.weights, model.biases, strict=True)
    ]
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    total = sum(powers)
    return {kind: power / total for kind, power in zip(model.kinds, powers, strict=True)}


@dataclass(frozen=True, slots=True)
class _Model:
    """`weights` has a row for each of `kinds` and a column for each feature, which `means` and `deviations` scale."""

    kinds: tuple[PageKind, ...]
    weights: Sequence[Sequence[float]]
    biases: Sequence[float]
    means: Sequence[float]
    deviations: Sequence[float]


@cache
def _load_model() -> _Model:
    content: Mapping[str, list[str]] = json.loads(
        files(__package__).joinpath("page_kind.json").read_text(encoding="utf-8")
    )
    if tuple(content["features"]) != names():
        raise ValueError("page_kind.json was trained for other features. Run: python -m models.page_kind.train")
    kinds = tuple(map(PageKind, content["kinds"]))
    rows = [[float(number) for number in content[f"weights:{kind}"]] for kind in kinds]
    return _Model(
        kinds, rows, *([float(number) for number in content[name]] for name in ("biases", "means", "deviations"))
    )
