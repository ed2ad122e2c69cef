"""What a page's data says about what it describes, as labelled values: the price, the cooking time, the author.

Shops and recipe sites write into their data what they show only as icons or leave to a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nutshell.article import Article
from nutshell.messages import plural, text
from nutshell.structured_data import Event, Job, Product, Rating, Recipe, Video

_MAX_LISTED = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """`text` is what is searched: the label with other words for it, and the value."""

    label: str
    value: str
    text: str


def page_facts(article: Article) -> list[Fact]:
    found: list[tuple[str, str]] = []
    if data := article.data:
        found += _recipe(data.recipe) if data.recipe else ()
        found += _product(data.product) if data.product else ()
        found += _event(data.event) if data.event else ()
        found += _job(data.job) if data.job else ()
        found += _video(data.video) if data.video else ()
    if article.author:
        found.append(("author", article.author))
    if article.published:
        found.append(("published", article.published[:10]))
    labels = _labels()
    return [_fact(labels[name], _SYNONYMS[name], value) for name, value in found if value]


# Other words for a label, in which people ask. Searched only, never shown.
_SYNONYMS = {
    "price": "cost how much",
    "brand": "made by maker manufacturer",
    "rating": "rated stars average reviews",
    "ingredient": "need used",
    "step": "",
    "prep_time": "preparation how long takes to prepare",
    "cook_time": "cooking how long takes to cook bake",
    "total_time": "altogether how long takes to make",
    "servings": "serves people portions makes yield how many",
    "start": "date when begins takes place",
    "end": "until when",
    "place": "location where held venue",
    "address": "where street",
    "organization": "company employer",
    "pay": "salary earn how much",
    "employment": "kind of job",
    "until": "deadline apply by",
    "availability": "in stock available",
    "length": "duration how long lasts",
    "author": "written by who wrote writer",
    "published": "date when written posted",
}


def _labels() -> dict[str, str]:
    return {
        "price": text("ask.fact_price"),
        "brand": text("ask.fact_brand"),
        "rating": text("ask.fact_rating"),
        "ingredient": text("ask.fact_ingredient"),
        "step": text("ask.fact_step"),
        "prep_time": text("ask.fact_prep_time"),
        "cook_time": text("ask.fact_cook_time"),
        "total_time": text("ask.fact_total_time"),
        "servings": text("ask.fact_servings"),
        "start": text("ask.fact_start"),
        "end": text("ask.fact_end"),
        "place": text("ask.fact_place"),
        "address": text("ask.fact_address"),
        "organization": text("ask.fact_organization"),
        "pay": text("ask.fact_pay"),
        "employment": text("ask.fact_employment"),
        "until": text("ask.fact_until"),
        "availability": text("ask.fact_availability"),
        "length": text("ask.fact_length"),
        "author": text("ask.fact_author"),
        "published": text("ask.fact_published"),
    }


def _fact(label: str, also: str, value: str) -> Fact:
    return Fact(label, value, f"{label} ({also}): {value}" if also else f"{label}: {value}")


def _recipe(recipe: Recipe) -> Iterator[tuple[str, str]]:
    for ingredient in recipe.ingredients[:_MAX_LISTED]:
        yield "ingredient", ingredient
    for step in recipe.steps[:_MAX_LISTED]:
        yield "step", step
    for name in ("prep_time", "cook_time", "total_time"):
        yield name, _minutes(getattr(recipe, name))
    yield "servings", recipe.servings
    yield "rating", _rating(recipe.rating)


def _product(product: Product) -> Iterator[tuple[str, str]]:
    yield "price", _price(product.price, product.high_price, product.currency)
    yield "brand", product.brand
    yield "rating", _rating(product.rating)
    yield "availability", _words(product.availability)


def _event(event: Event) -> Iterator[tuple[str, str]]:
    yield "start", event.start.replace("T", " ")
    yield "end", event.end.replace("T", " ")
    yield "place", event.place
    yield "address", event.address
    yield "price", _price(event.price, "", event.currency)


def _job(job: Job) -> Iterator[tuple[str, str]]:
    yield "organization", job.organization
    yield "place", job.place
    yield "pay", job.pay
    yield "employment", job.employment
    yield "until", job.until


def _video(video: Video) -> Iterator[tuple[str, str]]:
    yield "length", _minutes(round(video.seconds / 60))
    yield "published", video.published[:10]


def _minutes(minutes: int) -> str:
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = [plural("duration.hours", hours)] if hours else []
    parts += [plural("duration.minutes", rest)] if rest else []
    return " ".join(parts)


def _rating(rating: Rating | None) -> str:
    if rating is None or not rating.value:
        return ""
    value = {"value": f"{rating.value:g}", "best": f"{rating.best:g}"}
    if not rating.count:
        return text("ask.rating", **value)
    return plural("ask.rating_of", rating.count, **value)


def _price(lowest: str, highest: str, currency: str) -> str:
    amount = f"{lowest}\u2013{highest}" if highest and highest != lowest else lowest
    return f"{amount} {currency}".strip() if amount else ""


def _words(name: str) -> str:
    """Returns a schema.org name such as "InStock" as words."""
    return "".join(f" {letter.lower()}" if letter.isupper() and at else letter for at, letter in enumerate(name))
