import pytest

from nutshell.ranking.recommender import Recommender
from nutshell.storage import schema
from nutshell.text.wordpiece import WordPiece
from support.arithmetic import Arithmetic
from support.fakes import MemoryDatabase
from support.recommender_rig import SUBJECTS, story, vocabulary


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
    return Recommender(models, WordPiece.from_vocab(vocabulary()), database)


@pytest.fixture
def stocked(taste, run):
    """A taste with four items of each subject in its pool."""
    run(taste.add_items([story(number, subject) for number in range(4) for subject in SUBJECTS]))
    return taste
