import sqlite3

import pytest

from nutshell.storage.transaction import transaction


def count(database):
    return database.connection.execute("SELECT count(*) FROM setting").fetchone()[0]


def test_a_transaction_is_committed_and_synced(database):
    before = database.syncs
    with transaction(database) as connection:
        connection.execute("INSERT INTO setting VALUES ('a', '1')")
        assert database.syncs == before
    assert (count(database), database.syncs) == (1, before + 1)
    assert not database.connection.in_transaction


@pytest.mark.parametrize("error", [ValueError, sqlite3.OperationalError, KeyboardInterrupt])
def test_an_error_rolls_everything_back(database, error):
    before = database.syncs

    def fail():
        with transaction(database) as connection:
            connection.execute("INSERT INTO setting VALUES ('a', '1')")
            raise error

    with pytest.raises(error):
        fail()
    assert (count(database), database.syncs) == (0, before)
    assert not database.connection.in_transaction
