import pytest

from nutshell.storage.schema import open_connection, prepare
from nutshell.storage.settings import Settings, SettingsStore


class MemoryDatabase:
    def __init__(self):
        self.connection = open_connection("")

    def sync(self):
        pass


@pytest.fixture
def store():
    database = MemoryDatabase()
    prepare(database)
    return SettingsStore(database)


def test_at_first_the_page_decides(store):
    assert store.load() == Settings(length=None)


def test_a_choice_is_kept_and_can_be_taken_back(store):
    store.save(length=5)
    assert store.load() == Settings(length=5)
    store.save(length=None)
    assert store.load() == Settings(length=None)


@pytest.mark.parametrize("length", [0, 1, 11, -3, "5", 2.0, True])
def test_other_lengths_are_refused(store, length):
    store.save(length=4)
    with pytest.raises(ValueError, match="length must be"):
        store.save(length=length)
    assert store.load() == Settings(length=4)
