import pytest

from support.arithmetic import Arithmetic
from support.newsroom import Newsroom


@pytest.fixture
def models():
    return Arithmetic()


@pytest.fixture
def press(run):
    """A user without any source."""
    return Newsroom(run)


@pytest.fixture
def reading(press):
    """A user who follows all four subjects, with three stories of each."""
    press.follow("boats", "bread", "stars", "vote")
    return press
