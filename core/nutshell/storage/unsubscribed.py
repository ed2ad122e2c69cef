"""Deletes feeds that the user unsubscribed from, once it can no longer be undone. Saved items stay."""

from __future__ import annotations

from nutshell.ports import Database

from .transaction import transaction

UNDO_SECONDS = 3600.0
"""How long unsubscribing can be undone."""

_WITH_SAVED_ITEMS = "SELECT feed FROM item WHERE saved IS NOT NULL"
# The feed itself can be deleted, or some of its items.
_DELETABLE = (
    f"removed IS NOT NULL AND (id NOT IN ({_WITH_SAVED_ITEMS})"
    " OR EXISTS (SELECT 1 FROM item WHERE item.feed = feed.id AND saved IS NULL))"
)


def seconds_until_purge(database: Database, now: float) -> float | None:
    """Returns None if there is nothing to delete."""
    (first,) = database.connection.execute(f"SELECT min(removed) FROM feed WHERE {_DELETABLE}").fetchone()
    return None if first is None else max(0.0, float(first) + UNDO_SECONDS - now)


def purge(database: Database, before: float) -> bool:
    """Deletes feeds that were unsubscribed before a time, except for saved items. Returns whether there were any."""
    deletable = f"SELECT id FROM feed WHERE removed <= ? AND {_DELETABLE}"
    if not database.connection.execute(f"{deletable} LIMIT 1", (before,)).fetchone():
        return False
    with transaction(database) as connection:
        for table, condition in (("item", "saved IS NULL"), ("dropped", "true")):
            connection.execute(f"DELETE FROM {table} WHERE {condition} AND feed IN ({deletable})", (before,))
        without_items = f"removed <= ? AND id NOT IN ({_WITH_SAVED_ITEMS})"
        # Events name the feed by address from now on, so that they can still be erased with its site.
        connection.execute(
            "UPDATE taste_event SET source = (SELECT url FROM feed WHERE CAST(id AS TEXT) = source)"
            f" WHERE source IN (SELECT CAST(id AS TEXT) FROM feed WHERE {without_items})",
            (before,),
        )
        connection.execute(f"DELETE FROM feed WHERE {without_items}", (before,))
    return True
