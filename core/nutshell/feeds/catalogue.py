"""Feeds to start with, by topic, language and country: catalogue.json, which names its source and licence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TOPICS = ("news", "world", "politics", "business", "tech", "science", "sport", "culture", "food", "travel")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A feed of the catalogue. `lang` is ISO 639-1, `country` ISO 3166-1 or empty."""

    title: str
    url: str
    topic: str
    lang: str
    country: str


@cache
def catalogue() -> tuple[Suggestion, ...]:
    return tuple(Suggestion(**feed) for feed in _file()["feeds"])


def provenance() -> dict[str, str]:
    """`source`, `licence` and `note` of the catalogue."""
    return {name: value for name, value in _file().items() if isinstance(value, str)}


def choose(*, topic: str = "", lang: str = "", country: str = "") -> list[Suggestion]:
    """The suggestions that fit, in the catalogue's order; what is empty does not matter."""
    return [
        one
        for one in catalogue()
        if (not topic or one.topic == topic)
        and (not lang or one.lang == lang)
        and (not country or one.country == country)
    ]


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files(__package__).joinpath("catalogue.json").read_text(encoding="utf-8"))
    return content
