import pytest

from nutshell.storage.schema import prepare
from support.fakes import MemoryDatabase


@pytest.fixture
def database():
    database = MemoryDatabase()
    prepare(database)
    return database
