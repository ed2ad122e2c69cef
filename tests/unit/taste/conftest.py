import pytest
from arithmetic import Arithmetic
from taste_rig import SUBJECTS, story, vocabulary

from fakes import MemoryDatabase
from nutshell.memory import schema
from nutshell.taste.taste import Taste
from nutshell.text.wordpiece import WordPiece


@pytest.fixture
def models():
    return Arithmetic()


@pytest.fixture
def database():
    made = MemoryDatabase()
    schema.prepare(made)
    return made


@pytest.fixture
def taste(models, database):
    return Taste(models, WordPiece.from_vocab(vocabulary()), database)


@pytest.fixture
def stocked(taste, run):
    """A taste with four items of each subject in its pool."""
    run(taste.add_items([story(number, subject) for number in range(4) for subject in SUBJECTS]))
    return taste
