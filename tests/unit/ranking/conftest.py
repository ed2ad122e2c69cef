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
def wordpiece():
    return WordPiece.from_vocab(vocabulary())


@pytest.fixture
def database():
    database = MemoryDatabase()
    schema.prepare(database)
    return database


@pytest.fixture
def recommender(models, wordpiece, database):
    return Recommender(models, wordpiece, database)


@pytest.fixture
def filled(recommender, run):
    """A recommender with four items on each subject."""
    run(recommender.add_items([story(number, subject) for number in range(4) for subject in SUBJECTS]))
    return recommender
