import json

import pytest

from nutshell.storage import settings
from nutshell.storage.settings import (
    BADGE,
    FRONT_PAGE,
    LENGTH,
    SLIDERS,
    NewsSettings,
    SettingKey,
    Settings,
    SettingsStore,
    delete_setting,
    get_setting,
    set_setting,
)


@pytest.fixture
def store(database):
    return SettingsStore(database)


def test_every_key_has_a_name_of_its_own():
    keys = [key.name for key in vars(settings).values() if isinstance(key, SettingKey)]
    assert len(keys) == len(set(keys)) > 10


def test_a_key_without_a_row_has_its_default(store):
    assert store.get(LENGTH) is None
    assert store.get(BADGE) is False
    assert store.get(FRONT_PAGE) == []


def test_values_are_stored_as_json_and_deleted(store, database):
    store.set(SLIDERS, {"fresh": 0.25})
    assert store.get(SLIDERS) == {"fresh": 0.25}
    assert database.connection.execute("SELECT name, value FROM setting").fetchall() == [
        ("taste.sliders", json.dumps({"fresh": 0.25}))
    ]
    store.set(SLIDERS, {"fresh": 0.5})
    assert store.get(SLIDERS) == {"fresh": 0.5}
    store.delete(SLIDERS)
    assert store.get(SLIDERS) == {}


def test_each_change_is_synced(store, database):
    before = database.syncs
    store.set(BADGE, True)
    store.save_news(background=True, looked=5.0)
    assert database.syncs == before + 2


def test_within_a_transaction_settings_are_written_with_it(database):
    connection = database.connection
    connection.execute("BEGIN")
    set_setting(connection, BADGE, True)
    assert get_setting(connection, BADGE) is True
    delete_setting(connection, BADGE)
    set_setting(connection, LENGTH, 5)
    connection.execute("ROLLBACK")
    assert get_setting(connection, LENGTH) is None


def test_summary_settings_are_saved_and_reset(store):
    assert store.load() == Settings(length=None, words=False)
    assert store.save(length=5, words=True) == Settings(length=5, words=True)
    assert store.save(length=None) == store.load() == Settings(length=None, words=True)


@pytest.mark.parametrize("length", [0, 1, 11, -3, "5", 2.0, True])
def test_invalid_lengths_are_refused(store, length):
    store.save(length=4)
    with pytest.raises(ValueError, match="length must be"):
        store.save(length=length)
    assert store.load() == Settings(length=4)


def test_a_switch_must_be_on_or_off(store):
    with pytest.raises(ValueError, match="true or false"):
        store.save(words=1)


def test_news_settings_are_off_until_they_are_saved(store):
    assert store.load_news() == NewsSettings()
    store.save_news(badge=True, looked=12.5)
    assert store.load_news() == NewsSettings(badge=True, looked=12.5)
    assert store.get(BADGE) is True
