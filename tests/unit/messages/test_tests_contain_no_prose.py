"""Tests look for message ids, roles and data attributes, so that the wording can change freely."""

import sys
from pathlib import Path

import pytest

from nutshell.messages.catalog import load

TESTS = Path(__file__).parents[2]
MIN_WORDS = 4
"""Shorter texts, such as "Cancel", are also ordinary words."""


def long_texts():
    texts = set(load("en")._catalog.values())
    return sorted(text for text in texts if len(text.split()) >= MIN_WORDS and "{" not in text)


@pytest.mark.skipif(sys.platform == "emscripten", reason="reads the whole folder of tests")
def test_no_message_is_repeated_in_a_test():
    texts = long_texts()
    assert len(texts) > 100
    sources = {
        path: path.read_text("utf-8")
        for folder in ("browser", "unit", "harden")
        for path in (TESTS / folder).rglob("*.py")
        if path != Path(__file__)
    }
    repeated = [(path.name, text) for path, source in sources.items() for text in texts if text in source]
    assert not repeated
