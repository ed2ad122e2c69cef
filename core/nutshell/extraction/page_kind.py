"""Decides what kind of page a page is: from its structured data where that is certain, otherwise with a small model.

The model is a multinomial logistic regression (models/page_kind) over counts of the page's structures
(extension/page/structure.js), its address, and what may be a thread in it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from nutshell.article import MalformedArticle

from .thread import FoundThread


class PageKind(StrEnum):
    """`REFERENCE` is an encyclopedia, a dictionary or the like; `LIST` a page whose content is links to others: an index, a
    category, results. `OTHER` includes pages about a company, its services and terms."""

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

# schema.org types, and those of microdata's older names, by what they stand for.
_TYPES = {
    "article": "Article NewsArticle BlogPosting ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle Report",
    "person": "Person",
    "product": "Product ProductGroup IndividualProduct ProductModel Vehicle Car",
    "offer": "Offer AggregateOffer OfferShippingDetails MerchantReturnPolicy",
    "list": "ItemList CollectionPage OfferCatalog Blog SearchResultsPage",
    "list_item": "ListItem",
    "faq": "FAQPage",
    "question": "Question",
    "answer": "Answer",
    "comment": "Comment UserComments InteractionCounter",
    "discussion": "DiscussionForumPosting QAPage SocialMediaPosting",
    "video": "VideoObject Clip",
    "event": "Event MusicEvent BusinessEvent TheaterEvent SportsEvent EducationEvent Festival",
    "recipe": "Recipe NutritionInformation",
    "how_to": "HowTo HowToStep",
    "technical": "TechArticle APIReference SoftwareSourceCode",
    "business": "LocalBusiness Service ProfessionalService Organization Corporation ContactPoint PostalAddress FinancialProduct",
    "software": "SoftwareApplication WebApplication MobileApplication VideoGame",
    "review": "Review AggregateRating Rating",
    "course": "Course Book Movie",
    "image": "ImageObject",
    "about": "AboutPage ContactPage",
}
_TYPE_GROUPS = {name: group for group, names in _TYPES.items() for name in names.split()}

_OG = ("article", "website", "product", "video", "blog", "profile", "object")
_GENERATORS = {
    "forum": "discourse vbulletin xenforo phpbb invision mybb smf nodebb flarum vanilla woltlab simple",
    "wiki": "mediawiki dokuwiki xwiki",
    "docs": "docusaurus sphinx mkdocs gitbook vitepress vuepress docsy hugo mdbook rustdoc javadoc doxygen pelican",
    "blog": "wordpress ghost blogger substack medium typepad jekyll tumblr",
    "shop": "shopify woocommerce magento prestashop",
    "site": "wix squarespace webflow drupal typo3 joomla",
}
_ADDRESS = {
    "forum": "forum forums thread threads topic topics viewtopic showthread discussion discussions discuss board boards community bbs t talk",
    "question": "question questions q answers ask stackexchange stackoverflow",
    "docs": "docs doc documentation api reference manual manuals guide handbook developer developers dev man howto sdk tutorial learn readthedocs",
    "wiki": "wiki wikipedia lexikon encyclopedia dictionary glossary browse title definition",
    "blog": "blog blogs post posts weblog",
    "news": "news article articles story stories magazine artikel nachrichten press aktuelles",
    "product": "product products item itm dp p sku produkt pd parts app",
    "shop": "shop store buy shopping",
    "category": "category categories collection collections cat c tag tags list lists browse search catalog directory archive b section sections genre listing",
    "recipe": "recipe recipes rezept rezepte recette recetas cooking",
    "job": "job jobs career careers vacancy stellen",
    "event": "event events conference veranstaltung termin",
    "video": "video videos watch tv podcast episode",
    "company": "services service solutions pricing about contact platform features products leistungen company plans terms legal privacy",
    "paper": "abs doi pubmed arxiv pmc journal proceedings paper papers",
    "code": "github gitlab bitbucket codeberg sourceforge",
}
_ADDRESS_WORDS: dict[str, tuple[str, ...]] = {}
for _group, _names in _ADDRESS.items():
    for _name in _names.split():
        _ADDRESS_WORDS[_name] = (*_ADDRESS_WORDS.get(_name, ()), _group)

_NAMES = (
    *("cart", "price", "product", "post", "comment", "person", "signature", "vote", "answer", "question", "thread", "recipe"),
    *("ingredient", "step", "rating", "job", "event", "video", "repository", "paper", "reference", "contents", "docs"),
    *("code", "pager", "filter", "card", "byline", "related", "sales"),
)  # fmt: skip
_COUNTS = (
    *("elements", "text", "p", "p-long", "p-text", "a", "a-text", "li", "li-link", "h1", "h2", "h3", "table", "td", "pre"),
    *("pre-text", "code", "blockquote", "img", "figure", "form", "input", "select", "button", "textarea", "time", "article", "section"),
    *("dl", "dt", "iframe", "video-frame", "media", "prices", "years", "questions", "group-size", "group-mean"),
)  # fmt: skip
_SHARES = ("group-linked", "group-pictured", "group-priced", "group-dated", "group-prose")

FEATURES = (
    *(f"count:{name}" for name in _COUNTS),
    *_SHARES,
    *(f"name:{name}" for name in _NAMES),
    *(f"often:{name}" for name in _NAMES),
    *(f"type:{name}" for name in _TYPES),
    *(f"one:{name}" for name in ("product", "recipe", "event", "video", "article")),
    *(f"og:{name}" for name in _OG),
    *(f"made-with:{name}" for name in _GENERATORS),
    *(f"host:{name}" for name in _ADDRESS),
    *(f"path:{name}" for name in _ADDRESS),
    *("links", "prose", "group-text", "citations", "feeds", "root", "depth", "slug", "numbered", "dated", "query"),
    *("thread", "posts", "authors", "dates", "share"),
)
"""The model's columns: logarithms of counts, shares of the text or of the elements, and flags."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What extension/page/structure.js counted. `types` are schema.org types with how often each is named."""

    types: Mapping[str, int]
    counts: Mapping[str, float]
    og: str = ""
    generator: str = ""
    citations: int = 0
    feeds: int = 0

    @classmethod
    def from_wire(cls, wire: Any) -> Structure:
        """Raises MalformedArticle for anything of the wrong type."""
        if not isinstance(wire, Mapping):
            raise MalformedArticle("structure must be an object")
        types, counts = wire.get("types", {}), wire.get("counts", {})
        for numbers in (types, counts):
            if not isinstance(numbers, Mapping) or not all(_is_number(value) for value in numbers.values()):
                raise MalformedArticle("types and counts must be objects of numbers")
        texts = {name: wire.get(name, "") for name in ("og", "generator")}
        numbers = {name: wire.get(name, 0) for name in ("citations", "feeds")}
        if not all(isinstance(text, str) for text in texts.values()) or not all(map(_is_number, numbers.values())):
            raise MalformedArticle("og and generator must be strings, citations and feeds numbers")
        return cls(types, counts, **texts, **numbers)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def page_kind(structure: Structure, url: str, thread: FoundThread | None) -> PageKind:
    return certain_kind(structure, url) or most_likely(probabilities(structure, url, thread))


def certain_kind(structure: Structure, url: str) -> PageKind | None:
    """Returns the kind that the page's structured data states beyond doubt, if any."""
    types, path = structure.types, urlsplit(url).path
    if 0 < types.get("Recipe", 0) <= 2:  # more are links to other recipes
        return PageKind.RECIPE
    if types.get("JobPosting") == 1:
        return PageKind.JOB
    if types.get("ScholarlyArticle") == 1 or (structure.citations >= 5 and path.strip("/")):
        return PageKind.PAPER
    if types.get("QAPage") and not types.get("DiscussionForumPosting"):
        return PageKind.QUESTION
    if types.get("DiscussionForumPosting") == 1:
        return PageKind.FORUM
    if structure.og.startswith("video"):
        return PageKind.VIDEO
    events = sum(count for name, count in types.items() if name.endswith("Event"))
    if 0 < events <= 2 and structure.og != "article" and not any(_TYPE_GROUPS.get(name) == "article" for name in types):
        return PageKind.EVENT
    if types.get("SoftwareSourceCode") == 1 or _is_repository(structure, url):
        return PageKind.REPOSITORY
    return None


_FORGE = re.compile(r"(?:^|\.)(?:github\.com|gitlab\.|codeberg\.org|bitbucket\.org|git\.|gitea\.)")


def _is_repository(structure: Structure, url: str) -> bool:
    parts = urlsplit(url)
    named = structure.counts.get("name-repository", 0)
    return bool(_FORGE.search(parts.hostname or "")) and named >= 5 and len(parts.path.strip("/").split("/")) == 2


def most_likely(chances: Mapping[PageKind, float]) -> PageKind:
    return max(chances, key=lambda kind: chances[kind])


def probabilities(structure: Structure, url: str, thread: FoundThread | None) -> dict[PageKind, float]:
    """Returns the model's probability of each kind that it knows."""
    model = _load_model()
    values = features(structure, url, thread)
    scaled = [(value - mean) / deviation for value, mean, deviation in zip(values, model.means, model.deviations, strict=True)]
    logits = [bias + math.fsum(map(_product, weights, scaled)) for weights, bias in zip(model.weights, model.biases, strict=True)]
    highest = max(logits)
    powers = [math.exp(logit - highest) for logit in logits]
    return {kind: power / sum(powers) for kind, power in zip(model.kinds, powers, strict=True)}


def _product(left: float, right: float) -> float:
    return left * right


@dataclass(frozen=True, slots=True)
class _Model:
    kinds: tuple[PageKind, ...]
    weights: Sequence[Sequence[float]]
    biases: Sequence[float]
    means: Sequence[float]
    deviations: Sequence[float]


@cache
def _load_model() -> _Model:
    content = json.loads(files(__package__).joinpath("page_kind.json").read_text(encoding="utf-8"))
    columns = [content["features"].index(name) for name in FEATURES]
    return _Model(
        tuple(map(PageKind, content["kinds"])),
        [[row[column] for column in columns] for row in content["weights"]],
        content["biases"],
        *([content[name][column] for column in columns] for name in ("means", "deviations")),
    )


def features(structure: Structure, url: str, thread: FoundThread | None) -> list[float]:
    """Returns the values of FEATURES."""
    counts = structure.counts
    found = {f"count:{name}": math.log1p(counts.get(name, 0)) for name in _COUNTS}
    found |= {name: counts.get(name, 0) for name in _SHARES}
    elements, text = max(1, counts.get("elements", 0)), max(1, counts.get("text", 0))
    for name in _NAMES:
        count = counts.get(f"name-{name}", 0)
        found |= {f"name:{name}": math.log1p(count), f"often:{name}": math.sqrt(count / elements)}
    groups = dict.fromkeys(_TYPES, 0)
    for name, count in structure.types.items():
        if name in _TYPE_GROUPS:
            groups[_TYPE_GROUPS[name]] += count
    found |= {f"type:{name}": math.log1p(count) for name, count in groups.items()}
    found |= {f"one:{name}": float(groups[name] == 1) for name in ("product", "recipe", "event", "video", "article")}
    found |= {f"og:{name}": float(structure.og.startswith(name)) for name in _OG}
    made_with = set(re.findall("[a-z]+", structure.generator))
    found |= {f"made-with:{name}": float(bool(made_with & set(words.split()))) for name, words in _GENERATORS.items()}
    found |= _address(url)
    found |= {
        "links": min(1.0, counts.get("a-text", 0) / text),
        "prose": min(1.0, counts.get("p-text", 0) / text),
        "group-text": min(1.0, counts.get("group-text", 0) / text),
        "citations": math.log1p(structure.citations),
        "feeds": math.log1p(structure.feeds),
    }
    if thread is not None:
        found |= {
            "thread": 1.0,
            "posts": math.log1p(len(thread.posts)),
            "authors": thread.authors,
            "dates": thread.dates,
            "share": thread.share,
        }
    return [found.get(name, 0.0) for name in FEATURES]


def _address(url: str) -> dict[str, float]:
    parts = urlsplit(url)
    host = re.findall("[a-z]+", (parts.hostname or "").removeprefix("www."))
    segments = [unquote(segment).lower() for segment in parts.path.split("/") if segment]
    found: dict[str, float] = {}
    for place, words in (("host", host), ("path", [word for segment in segments for word in re.findall("[a-z]+", segment) if segment.count("-") < 2])):
        for word in words:
            for group in _ADDRESS_WORDS.get(word, ()):
                found[f"{place}:{group}"] = 1.0
    last = segments[-1] if segments else ""
    return found | {
        "root": float(not segments),
        "depth": float(min(6, len(segments))),
        "slug": float(min(10, last.count("-") + last.count("_"))),
        "numbered": float(bool(re.search(r"\d{3,}", last))),
        "dated": float(bool(re.search(r"/(19|20)\d\d/", parts.path))),
        "query": float(bool(parts.query)),
    }
