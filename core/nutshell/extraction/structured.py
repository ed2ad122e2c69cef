"""Turns schema.org items into a page's structured data (nutshell.structured_data)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nutshell.structured_data import Answer, Event, Job, Product, Question, Rating, Recipe, StructuredData, Video

from .date_formats import parse_stated
from .numbers import amount, currency, decimal, minutes, seconds, whole
from .plain_text import plain, plain_lines
from .recipe_text import STEP_NUMBER, complete_recipe
from .schema_org import Item
from .titles import overlap

_MAX_LIST, _MAX_TEXT = 300, 20_000
_PRODUCTS = (
    "Product",
    "ProductGroup",
    "IndividualProduct",
    "ProductModel",
    "Vehicle",
    "Car",
    "SoftwareApplication",
    "MobileApplication",
    "WebApplication",
    "Book",
)
_VIDEOS = ("VideoObject", "Movie", "TVEpisode", "Clip", "Episode", "PodcastEpisode", "AudioObject")
_STEP_NAME = re.compile(r"^\W*(?:step|schritt|étape|paso|passo|stap|steg)?\W*\d*\W*$", re.IGNORECASE)
_CONTROL = re.compile(r"^(?:print|share|save|pin|email|rate|jump to|watch)\b.{0,20}$", re.IGNORECASE)


def read_structured_data(
    items: Iterable[Item], main: Item | None, title: str = "", blocks: Iterable[Any] = ()
) -> StructuredData:
    """Returns what the page's items say. `main` is the one that describes the page; `title` chooses among several.

    `blocks` are the article's, in their wire form: recipes are often only in the text.
    """
    found = list(items)
    pick = _Picker(found, title)
    products = [item for item in pick.all(*_PRODUCTS) if not item.is_a("Book") or item.values("offers")]
    recipes = (_recipe(item) for item in pick.all("Recipe"))
    recipe = next((recipe for recipe in recipes if recipe.ingredients or recipe.steps), None)
    return StructuredData(
        types=main.types if main else (),
        recipe=complete_recipe(recipe, blocks, title),
        product=next((product for item in products if (product := _product(item)).name), None),
        video=next((video for item in pick.all(*_VIDEOS) if (video := _video(item)).name), None),
        event=next((event for item in pick.ending("Event") if (event := _event(item)).start), None),
        job=next((job for item in pick.all("JobPosting") if (job := _job(item)).role), None),
        questions=_questions(pick),
    )


def product_description(items: Iterable[Item], title: str) -> tuple[str, ...]:
    """Returns the paragraphs by which the page's data describes its product."""
    described = (_lines(item.raw_texts("description")) for item in _Picker(list(items), title).all(*_PRODUCTS))
    return next((lines for lines in described if lines), ())


class _Picker:
    """Finds items by type: those named like the page first, then as they come. Items in lists of others come last."""

    def __init__(self, items: list[Item], title: str) -> None:
        self._items = items
        self._title = title

    def _ordered(self, found: list[Item]) -> list[Item]:
        def rank(entry: tuple[int, Item]) -> tuple[float, int, int]:
            order, item = entry
            name = item.text("name", "headline", "title")
            agrees = bool(self._title and name and overlap(name, self._title) >= 0.6)
            return (0.0 if agrees else 1.0, min(item.depth, 2), order)

        return [item for _, item in sorted(enumerate(found), key=rank)]

    def all(self, *types: str) -> list[Item]:
        return self._ordered([item for item in self._items if item.is_a(*types)])

    def ending(self, end: str) -> list[Item]:
        return self._ordered([item for item in self._items if any(name.endswith(end) for name in item.types)])


def _lines(values: Iterable[str]) -> tuple[str, ...]:
    found = [line[:2_000] for value in values for line in plain_lines(value)]
    return tuple(found[:_MAX_LIST])


def _rating(item: Item) -> Rating | None:
    for rating in item.items("aggregateRating"):
        value = decimal(rating.text("ratingValue"))
        if value > 0:
            count = whole(rating.text("ratingCount", "reviewCount"))
            return Rating(value, decimal(rating.text("bestRating")) or 5.0, count)
    return None


def _recipe(item: Item) -> Recipe:
    times = {name: minutes(item.text(name)) for name in ("prepTime", "cookTime", "totalTime")}
    return Recipe(
        name=item.text("name", "headline"),
        ingredients=_ingredients(item),
        steps=_steps(item),
        prep_time=times["prepTime"],
        cook_time=times["cookTime"],
        total_time=times["totalTime"] or times["prepTime"] + times["cookTime"],
        servings=_servings(item),
        rating=_rating(item),
    )


def _ingredients(item: Item) -> tuple[str, ...]:
    values = item.raw_texts("recipeIngredient", "ingredients", "ingredient")
    if item.source == "json-ld":
        if len(values) == 1:  # all of them in one text
            lines = plain_lines(values[0])
            return tuple(lines if len(lines) > 1 else [plain(values[0])])[:_MAX_LIST]
        return tuple(text for value in values if (text := plain(value)))[:_MAX_LIST]
    # In markup, amount and name may be on lines of their own; a single element holds the whole list.
    if len(values) == 1:
        return _lines(values)
    return tuple(text for value in values if (text := plain(value)))[:_MAX_LIST]


def _steps(item: Item) -> tuple[str, ...]:
    found: list[str] = []
    for value in item.values("recipeInstructions", "instructions", "step"):
        found += _step_texts(value, 0)
    steps = [STEP_NUMBER.sub("", step) for step in found]
    return tuple(step for step in steps if step and not _CONTROL.match(step))[:_MAX_LIST]


def _step_texts(value: str | Item, depth: int) -> list[str]:
    if isinstance(value, str):
        return plain_lines(value)
    inner = value.values("itemListElement", "steps", "step") if depth < 4 else ()
    if inner and (value.is_a("HowToSection", "ItemList", "HowTo") or not value.values("text")):
        section = value.texts("name")[:1] if value.is_a("HowToSection") else []
        return section + [text for each in inner for text in _step_texts(each, depth + 1)]
    text = value.raw_texts("text") or value.raw_texts("description") or value.raw_texts("name")
    whole_text = " ".join(plain_lines(text[0])) if text else ""
    name = value.text("name")
    if name and name not in whole_text and len(name) < 80 and not _STEP_NAME.match(name):
        whole_text = f"{name.rstrip(':')}: {whole_text}"
    return [whole_text]


def _servings(item: Item) -> str:
    texts = item.texts("recipeYield", "yield")
    # "4" and "4 servings" are often given together.
    return max(texts, key=lambda text: (any(c.isalpha() for c in text), -len(text)), default="")[:100]


def _product(item: Item) -> Product:
    offers = [
        offer
        for entry in item.items("offers")
        for offer in (entry, *entry.items("offers"), *entry.items("priceSpecification"))
    ]
    if not offers:
        offers = [item]  # markup without an Offer
    low = high = code = available = ""
    for offer in offers:
        stated = offer.text("price", "lowPrice", "minPrice")
        if price := amount(stated):
            low = low or price
            high = high or amount(offer.text("highPrice", "maxPrice"))
            code = code or offer.text("priceCurrency", "currency") or currency(stated)
        available = available or offer.text("availability")
        code = code or offer.text("priceCurrency")
    return Product(
        name=item.text("name", "title")[:500],
        brand=item.text("brand", "manufacturer")[:200],
        price=low,
        high_price=high if high != low else "",
        currency=(currency(code) or code)[:10],
        availability=re.split(r"[/#:]", available.rstrip("/"))[-1][:40],
        rating=_rating(item),
    )


def _video(item: Item) -> Video:
    return Video(
        name=item.text("name", "headline")[:500],
        seconds=seconds(item.text("duration", "timeRequired")),
        published=parse_stated(item.text("uploadDate", "datePublished")),
        transcript=item.text("transcript")[:_MAX_TEXT],
    )


def _place(item: Item, *names: str) -> tuple[str, str]:
    """Returns the name and the postal address of a place."""
    for value in item.values(*names):
        if isinstance(value, str):
            return plain(value)[:300], ""
        addresses = value.items("address")
        source = addresses[0] if addresses else value if value.is_a("PostalAddress") else None
        parts = (
            [
                source.text(part)
                for part in ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
            ]
            if source
            else []
        )
        address = ", ".join(dict.fromkeys(part for part in parts if part)) or value.text("address")
        name = value.text("name")
        if name or address:
            return name[:300], address[:300]
    return "", ""


def _time(text: str) -> str:
    """Returns an ISO 8601 time to the minute, as far as the text gives it."""
    found = re.match(r"\s*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)", text)
    return f"{found[1]}T{found[2]}" if found else parse_stated(text)[:10]


def _event(item: Item) -> Event:
    place, address = _place(item, "location")
    offer = _product(item)
    return Event(
        name=item.text("name", "headline")[:500],
        start=_time(item.text("startDate", "doorTime")),
        end=_time(item.text("endDate")),
        place=place,
        address=address,
        price=offer.price,
        currency=offer.currency,
        status=re.split(r"[/#]", item.text("eventStatus"))[-1][:40],
    )


def _job(item: Item) -> Job:
    place, address = _place(item, "jobLocation")
    return Job(
        role=item.text("title", "name")[:300],
        organization=item.text("hiringOrganization")[:200],
        place=address or place or ("remote" if item.text("jobLocationType") == "TELECOMMUTE" else ""),
        pay=_pay(item),
        employment=", ".join(item.texts("employmentType"))[:100],
        until=parse_stated(item.text("validThrough"))[:10],
    )


def _pay(item: Item) -> str:
    for value in item.values("baseSalary", "estimatedSalary", "salary"):
        if isinstance(value, str):
            return plain(value)[:100]
        inner = value.items("value")
        source = inner[0] if inner else value
        low, high = amount(source.text("minValue", "value")), amount(source.text("maxValue"))
        unit = source.text("unitText") or value.text("unitText")
        code = value.text("currency", "priceCurrency") or source.text("currency", "priceCurrency")
        if low or high:
            figures = "-".join(dict.fromkeys(part for part in (low, high) if part))
            return " ".join(part for part in (code, figures, f"/ {unit.lower()}" if unit else "") if part)[:100]
    return ""


def _questions(pick: _Picker) -> tuple[Question, ...]:
    found: dict[str, Question] = {}
    for item in pick.all("Question"):
        text = item.text("name", "text", "headline")
        answers = [_answer(value, True) for value in item.values("acceptedAnswer")]
        answers += [_answer(value, False) for value in item.values("suggestedAnswer")]
        answers = [answer for answer in answers if answer.text]
        if text and answers and text not in found:
            ordered = sorted(answers, key=lambda answer: (not answer.accepted, -answer.votes))
            found[text] = Question(text[:1_000], item.text("author")[:200], tuple(ordered[:30]))
    return tuple(list(found.values())[:50])


def _answer(value: str | Item, accepted: bool) -> Answer:
    if isinstance(value, str):
        return Answer(plain(value)[:_MAX_TEXT], accepted=accepted)
    text = " ".join(line for raw in value.raw_texts("text", "description", "name")[:1] for line in plain_lines(raw))
    votes = value.text("upvoteCount")
    return Answer(
        text[:_MAX_TEXT], value.text("author")[:200], whole(votes) * (-1 if votes.startswith("-") else 1), accepted
    )
