"""Fixtures: a sample article, its summary, and comparison with golden files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nutshell.article import Article, Block, Role
from nutshell.records.summary import Point, SectionPoint, Summary

GOLDEN = Path(__file__).parent / "golden"
TEXTS = (
    "Bread rises because yeast turns sugar into gas.",
    "A warm room makes it twice as fast.",
    "Salt slows the yeast down & keeps the taste.",
)


def point(text: str, index: int) -> Point:
    return Point(text, index, 0.5, index, 0, len(text), index)


@pytest.fixture
def article() -> Article:
    return Article(
        blocks=tuple(Block(Role.PARAGRAPH, text) for text in TEXTS),
        url="https://www.bread.example/rise?a=1&b=(2)",
        title="How bread rises",
        site="The Daily Loaf",
        author="A. Baker",
        published="2026-03-02T06:00:00Z",
        lang="en",
    )


@pytest.fixture
def summary() -> Summary:
    first, second, third = (point(text, n) for n, text in zip((2, 9, 20), TEXTS, strict=True))
    outline = (SectionPoint("Yeast", 2, first), SectionPoint("Salt", 3, third))
    return Summary(second, (first, second, third), outline, "encoder", "en", 41, 372, 24)


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compares text with `golden/NAME`. Run with UPDATE_GOLDEN=1 to rewrite the file, then review the diff."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check
