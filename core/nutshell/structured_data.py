"""What a page's data says about the thing that it describes: a recipe, a product, an event and so on.

The wire form is JSON with the fields of these classes. Strings are plain text. Empty strings, 0 and empty tuples stand
for what is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rating:
    """`value` of `best`, by `count` people."""

    value: float = 0.0
    best: float = 5.0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """Times are in minutes; `servings` is as written, such as "4 servings" or "12 cookies"."""

    name: str = ""
    ingredients: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    prep_time: int = 0
    cook_time: int = 0
    total_time: int = 0
    servings: str = ""
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """`price` is a decimal number, such as "1299.90", the lowest of `price` and `high_price` where there are several.

    `currency` is an ISO 4217 code where known. `availability` is one of schema.org's names, such as "InStock".
    """

    name: str = ""
    brand: str = ""
    price: str = ""
    high_price: str = ""
    currency: str = ""
    availability: str = ""
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """`seconds` is the length."""

    name: str = ""
    seconds: int = 0
    published: str = ""
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """`start` and `end` are in ISO 8601, to the minute if the page gives a time."""

    name: str = ""
    start: str = ""
    end: str = ""
    place: str = ""
    address: str = ""
    price: str = ""
    currency: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """`pay` is as a person would write it, such as "EUR 50000-60000 a year"."""

    role: str = ""
    organization: str = ""
    place: str = ""
    pay: str = ""
    employment: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str = ""
    author: str = ""
    votes: int = 0
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers, best first: of a FAQ, or of a page for one question."""

    text: str = ""
    author: str = ""
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class StructuredData:
    """`types` are the schema.org types of the item that describes the page, most specific first."""

    types: tuple[str, ...] = ()
    recipe: Recipe | None = None
    product: Product | None = None
    video: Video | None = None
    event: Event | None = None
    job: Job | None = None
    questions: tuple[Question, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Returns the wire form, without what is unknown."""
        return _without_unknown(asdict(self))

    @classmethod
    def from_wire(cls, wire: Any) -> StructuredData:
        """Raises ValueError for anything of the wrong type; the message names the field."""
        return _build(cls, wire, "data")


_PARTS: dict[tuple[type, str], type] = {
    (Recipe, "rating"): Rating,
    (Product, "rating"): Rating,
    (Question, "answers"): Answer,
    (StructuredData, "recipe"): Recipe,
    (StructuredData, "product"): Product,
    (StructuredData, "video"): Video,
    (StructuredData, "event"): Event,
    (StructuredData, "job"): Job,
    (StructuredData, "questions"): Question,
}


def _build(kind: type[T], wire: Any, name: str) -> T:
    if not isinstance(wire, Mapping):
        raise ValueError(f"{name} must be an object")
    values: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        value = wire.get(field.name)
        if value is None:
            continue
        part = _PARTS.get((kind, field.name))
        if isinstance(field.default, tuple):
            if not isinstance(value, (list, tuple)):
                raise ValueError(f"{name}.{field.name} must be a list")
            values[field.name] = tuple(
                _build(part, entry, field.name) if part else _checked(entry, "", f"{name}.{field.name}")
                for entry in value
            )
        elif part:
            values[field.name] = _build(part, value, field.name)
        else:
            values[field.name] = _checked(value, field.default, f"{name}.{field.name}")
    return kind(**values)


def _checked(value: Any, default: Any, name: str) -> Any:
    if isinstance(default, float) and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise ValueError(f"{name} must be of the type {type(default).__name__}")
    return value


def _without_unknown(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, entry in value.items():
        if isinstance(entry, dict):
            entry = _without_unknown(entry)  # noqa: PLW2901
        elif isinstance(entry, tuple):
            entry = [_without_unknown(each) if isinstance(each, dict) else each for each in entry]  # noqa: PLW2901
        if entry or (entry is False and name != "accepted"):
            found[name] = entry
    return found
