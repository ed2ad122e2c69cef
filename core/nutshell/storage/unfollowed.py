"""What is left of sources that were unfollowed: for an hour all of it, to be brought back; then only what was saved."""

from __future__ import annotations

from nutshell.ports import Database

from .transaction import transaction

UNDOABLE = 3600.0
"""Seconds in which a source that was unfollowed can be brought back."""

_SAVED = "SELECT feed FROM item WHERE saved IS NOT NULL"
# There is something to erase: the source itself, or stories of it beside those that were saved.
_LEFT = (
    f"removed IS NOT NULL AND (id NOT IN ({_SAVED})"
    " OR EXISTS (SELECT 1 FROM item WHERE item.feed = feed.id AND saved IS NULL))"
)


def wait(database: Database, now: float) -> float | None:
    """Seconds until there is something to purge; None: nothing is waiting."""
    (first,) = database.connection.execute(f"SELECT min(removed) FROM feed WHERE {_LEFT}").fetchone()
    return None if first is None else max(0.0, float(first) + UNDOABLE - now)


def purge(database: Database, before: float) -> bool:
    """Erase what was unfollowed before this time, except for saved items; answers whether there was anything."""
    gone = f"SELECT id FROM feed WHERE removed <= ? AND {_LEFT}"
    if not database.connection.execute(f"{gone} LIMIT 1", (before,)).fetchone():
        return False
    with transaction(database) as connection:
        for table, kept in (("item", "saved IS NULL"), ("dropped", "true")):
            connection.execute(f"DELETE FROM {table} WHERE {kept} AND feed IN ({gone})", (before,))
        ends = f"removed <= ? AND id NOT IN ({_SAVED})"
        # What they taught is known by their address from now on: so it can still be erased with their site.
        connection.execute(
            "UPDATE taste_event SET source = (SELECT url FROM feed WHERE CAST(id AS TEXT) = source)"
            f" WHERE source IN (SELECT CAST(id AS TEXT) FROM feed WHERE {ends})",
            (before,),
        )
        connection.execute(f"DELETE FROM feed WHERE {ends}", (before,))
    return True
