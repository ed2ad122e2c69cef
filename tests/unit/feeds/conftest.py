from pathlib import Path

import pytest

from nutshell.feeds.parser import parse
from nutshell.records.message import message_of
from support.recommender_rig import NOW

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def fixture():
    """Reads a file of tests/fixtures."""
    return lambda path: (FIXTURES / path).read_bytes()


@pytest.fixture
def parsed(fixture):
    """Parses a feed of tests/fixtures/feeds, as fetched from `url`."""
    return lambda name, url="https://fetched.example/feed", kind="": parse(
        fixture(f"feeds/{name}"), url=url, content_type=kind, now=NOW
    )


@pytest.fixture
def reason():
    """Calls a function that raises an error; returns the id of the error's message."""

    def call(error, function, *arguments, **options):
        with pytest.raises(error) as caught:
            function(*arguments, **options)
        return message_of(caught.value).id

    return call
