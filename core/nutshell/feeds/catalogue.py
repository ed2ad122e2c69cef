"""Feeds to start with, by topic, language and country: catalogue.json, which names its source and licence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TOPICS = ("news", "world", "politics", "business", "tech", "science", "sport", "culture", "food", "travel")


@dataclass(frozen=True, slots=True)
class CatalogueFeed:
    """A feed of the catalogue. `lang` is an ISO 639-1 code, `country` an ISO 3166-1 code or empty."""

    title: str
    url: str
    topic: str
    lang: str
    country: str


@cache
def load_catalogue() -> tuple[CatalogueFeed, ...]:
    content = json.loads(files(__package__).joinpath("catalogue.json").read_text(encoding="utf-8"))
    return tuple(CatalogueFeed(**feed) for feed in content["feeds"])
