import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "taste"))  # its models in plain Python, and its subjects

from arithmetic import Arithmetic
from newsroom import Newsroom


@pytest.fixture
def models():
    return Arithmetic()


@pytest.fixture
def press(run):
    """A reader without any source."""
    return Newsroom(run)


@pytest.fixture
def reading(press):
    """A reader of all four subjects, with three stories of each."""
    press.follow("boats", "bread", "stars", "vote")
    return press
