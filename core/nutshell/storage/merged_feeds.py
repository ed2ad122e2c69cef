"""Joins two subscriptions that turned out to be one feed, because the one redirects to the other."""

from __future__ import annotations

from nutshell.ports import Database

from .item_changes import UnlistedItems
from .transaction import transaction

_COLUMNS = "id, guid, url, title, text, author, categories, published"


def merge(database: Database, feed: int, target: int) -> list[int]:
    """Moves a feed's items to another and deletes it. Returns the ids of items that both had, which are deleted.

    What the user did with these counts for the ones that stay.
    """
    select = f"SELECT {_COLUMNS} FROM item WHERE feed = ?"
    with transaction(database) as connection:
        known = {row[1]: row for row in connection.execute(select, (target,))}
        others = UnlistedItems(list(known.values()))
        doubled = []
        for number, guid, url, title, text, _author, _categories, published in connection.execute(
            select, (feed,)
        ).fetchall():
            same = known.get(guid) or others.find(guid, url, title, text, published)
            if same is None:
                connection.execute("UPDATE item SET feed = ? WHERE id = ?", (target, number))
                continue
            connection.execute(
                "UPDATE item SET read = coalesce(item.read, other.read), saved = coalesce(item.saved, other.saved)"
                " FROM (SELECT read, saved FROM item WHERE id = ?) AS other WHERE item.id = ?",
                (number, same[0]),
            )
            connection.execute("DELETE FROM item WHERE id = ?", (number,))
            doubled.append(number)
        connection.execute("INSERT OR IGNORE INTO dropped SELECT ?, guid FROM dropped WHERE feed = ?", (target, feed))
        connection.execute("DELETE FROM dropped WHERE feed = ?", (feed,))
        connection.execute("UPDATE taste_event SET source = ? WHERE source = ?", (str(target), str(feed)))
        connection.execute(
            "UPDATE feed SET folder = coalesce(nullif(feed.folder, ''), old.folder),"
            " own_title = coalesce(nullif(feed.own_title, ''), old.own_title)"
            " FROM (SELECT folder, own_title FROM feed WHERE id = ?) AS old WHERE feed.id = ?",
            (feed, target),
        )
        connection.execute("DELETE FROM feed WHERE id = ?", (feed,))
    return doubled
