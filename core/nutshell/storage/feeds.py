"""Subscriptions and the items of their feeds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from nutshell.ports import Database
from nutshell.records.items import FeedState, Item, NoSuchFeed, Outline, StoredItem, Subscription
from nutshell.records.message import Message
from nutshell.urls import same_page

from . import unsubscribed
from .feed_rows import (
    ITEM_COLUMNS,
    SUBSCRIPTION_COLUMNS,
    fold,
    guid_hash,
    parse_item,
    parse_subscription,
)
from .item_changes import MAX_AGE, MIN_PER_FEED, plan_changes
from .merged_feeds import merge
from .transaction import transaction

MAX_ITEMS = 20_000
"""Items kept in all. When there are more, the feeds with the most items lose their oldest. Saved items are kept."""


class FeedStore:
    """Every change is durable when the method returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Subscriptions

    def list_subscriptions(self) -> list[Subscription]:
        """Returns the subscriptions, sorted by folder and title."""
        rows = self._select(f"SELECT {SUBSCRIPTION_COLUMNS} FROM feed WHERE removed IS NULL")
        subscriptions = map(parse_subscription, rows)
        return sorted(subscriptions, key=lambda entry: (entry.folder.lower(), entry.title.lower()))

    def get_subscription(self, feed: int) -> Subscription:
        """Raises NoSuchFeed."""
        rows = self._select(f"SELECT {SUBSCRIPTION_COLUMNS} FROM feed WHERE id = ? AND removed IS NULL", feed)
        if not rows:
            raise NoSuchFeed("You are not subscribed to this feed any more.")
        return parse_subscription(rows[0])

    def is_subscribed(self, feed: int) -> bool:
        """Whether the user is (still) subscribed to a feed."""
        return bool(self._select("SELECT 1 FROM feed WHERE id = ? AND removed IS NULL", feed))

    def find_subscription(self, url: str) -> Subscription | None:
        rows = self._select(f"SELECT {SUBSCRIPTION_COLUMNS} FROM feed WHERE url = ? AND removed IS NULL", url)
        return parse_subscription(rows[0]) if rows else None

    def find_same_subscription(self, url: str) -> Subscription | None:
        """Returns the subscription at an address, or a working one at the `same_page`."""
        if subscription := self.find_subscription(url):
            return subscription
        page = same_page(url)
        same = (other for other in self.list_subscriptions() if same_page(other.url) == page and not other.problem)
        return next(same, None)

    def merge_subscription(self, feed: int, target: int) -> list[int]:
        """Joins two subscriptions (see `merged_feeds.merge`)."""
        return merge(self._database, feed, target)

    def add_subscription(self, url: str, now: float, *, title: str = "", site: str = "", folder: str = "") -> int:
        """Subscribes to a feed; one that was unsubscribed recently returns with its items. Returns its id."""
        return self.add_subscriptions([Outline(title, url, site, folder)], now)[0]

    def add_subscriptions(self, outlines: Iterable[Outline], now: float) -> list[int]:
        """Subscribes to several feeds. Returns their ids.

        A feed that returns is fetched like a new one: its items may have been erased, and it may exist again.
        """
        with transaction(self._database) as connection:
            feeds = []
            for outline in outlines:
                connection.execute(
                    "INSERT INTO feed (url, title, own_title, site, lang, folder, added, due, problem, upkeep)"
                    " VALUES (?, ?, '', ?, '', ?, ?, ?, '', '{}') ON CONFLICT (url) DO UPDATE"
                    " SET removed = NULL, due = excluded.due, problem = '', checked = NULL, upkeep = '{}'"
                    " WHERE removed IS NOT NULL",
                    (outline.url, outline.title, outline.site, outline.folder, now, now),
                )
                feeds += connection.execute("SELECT id FROM feed WHERE url = ?", (outline.url,)).fetchone()
        return feeds

    def unsubscribe(self, feed: int, now: float) -> None:
        """Unsubscribes. Items are hidden at once and deleted by `delete_unsubscribed`. Raises NoSuchFeed."""
        self._update(feed, "UPDATE feed SET removed = ? WHERE id = ? AND removed IS NULL", now, feed)

    def restore_subscription(self, feed: int) -> None:
        """Subscribes again, with all items and the fetch state. Raises NoSuchFeed if it is too late."""
        self._update(feed, "UPDATE feed SET removed = NULL WHERE id = ?", feed)

    def delete_unsubscribed(self, before: float) -> None:
        """Deletes feeds that were unsubscribed before a time, except for saved items."""
        unsubscribed.purge(self._database, before)

    def save_fetch_state(
        self, feed: int, *, state: FeedState, due: float, problem: str, checked: float | None = None, url: str = ""
    ) -> None:
        """Saves the result of a fetch: `checked` if the server answered, `url` if the feed moved (unless taken)."""
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE feed SET upkeep = ?, due = ?, problem = ?, checked = coalesce(?, checked) WHERE id = ?",
                (json.dumps(asdict(state)), due, problem, checked, feed),
            )
            if url:
                connection.execute("UPDATE OR IGNORE feed SET url = ? WHERE id = ?", (url, feed))

    # Items

    def save_items(
        self, feed: int, items: Sequence[Item], now: float, *, title: str = "", site: str = "", lang: str = ""
    ) -> tuple[list[int], list[int]]:
        """Saves the items that a feed lists, newest first. Returns the ids of new items and of changed ones.

        Saves nothing if the feed was deleted while it was fetched.
        """
        if not self._select("SELECT 1 FROM feed WHERE id = ?", feed):
            return [], []
        rows = self._select(
            "SELECT id, guid, url, title, text, author, categories, published FROM item WHERE feed = ?", feed
        )
        (checked,) = self._select("SELECT checked FROM feed WHERE id = ?", feed)[0]
        dropped = {row[0] for row in self._select("SELECT guid FROM dropped WHERE feed = ?", feed)}
        new, changed = plan_changes(items, rows, dropped, now, first_fetch=not rows and checked is None)
        listed_hashes = {guid_hash(item.id) for item in items}
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE feed SET title = coalesce(nullif(?, ''), title), site = coalesce(nullif(?, ''), site), lang = ?"
                " WHERE id = ?",
                (title, site, lang, feed),
            )
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM item").fetchone()
            connection.executemany(
                "INSERT INTO item (feed, guid, url, title, text, author, categories, published, seen, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(feed, *row) for row in reversed(new)],  # the newest last, so that ids rise with time
            )
            connection.executemany(
                "UPDATE item SET guid = ?, url = ?, title = ?, text = ?, author = ?, categories = ?, published = ?"
                " WHERE id = ?",
                changed,
            )
            connection.executemany(
                "DELETE FROM dropped WHERE feed = ? AND guid = ?", [(feed, guid) for guid in dropped - listed_hashes]
            )
            ids = [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM item WHERE feed = ? AND id > ? ORDER BY id DESC", (feed, last)
                )
            ]
        return ids, [row[-1] for row in changed]

    def list_items(
        self,
        *,
        feed: int | None = None,
        query: str = "",
        saved: bool = False,
        unread: bool = False,
        since: float | None = None,
        limit: int | None = 200,
        offset: int = 0,
    ) -> list[StoredItem]:
        """Returns items that contain every word of the query, newest first (saved ones: the last saved first)."""
        where = ["item.saved IS NOT NULL" if saved else "feed.removed IS NULL"]
        values: list[object] = []
        if feed is not None:
            where.append("item.feed = ?")
            values.append(feed)
        if unread:
            where.append("item.read IS NULL")
        if since is not None:
            where.append("item.at >= ?")
            values.append(since)
        text = "item.title || ' ' || item.text || ' ' || item.author || ' ' || feed.title"
        for word in query.split():
            if word.isascii():  # faster: SQLite ignores the case of ASCII itself
                where.append(f"replace({text}, 'ß', 'ss') LIKE ? ESCAPE '\\'")
                values.append("%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
            else:
                self._database.connection.create_function("fold", 1, fold, deterministic=True)
                where.append(f"instr(fold({text}), ?)")
                values.append(fold(word))
        order = "item.saved DESC, item.id DESC" if saved else "item.at DESC, item.id DESC"
        rows = self._select(
            f"SELECT {ITEM_COLUMNS} FROM item JOIN feed ON feed.id = item.feed WHERE {' AND '.join(where)}"
            f" ORDER BY {order} LIMIT ? OFFSET ?",
            *values,
            -1 if limit is None else limit,
            offset,
        )
        return [parse_item(row) for row in rows]

    def get_items(self, ids: Iterable[int]) -> dict[int, StoredItem]:
        """Returns the items that still exist, by id."""
        rows = self._select(
            f"SELECT {ITEM_COLUMNS} FROM item JOIN feed ON feed.id = item.feed"
            " WHERE item.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        return {row[0]: parse_item(row) for row in rows}

    def find_item(self, url: str) -> StoredItem | None:
        """Returns the newest item with this link."""
        rows = self._select(
            f"SELECT {ITEM_COLUMNS} FROM item JOIN feed ON feed.id = item.feed WHERE item.url = ?"
            " ORDER BY item.id DESC LIMIT 1",
            url,
        )
        return parse_item(rows[0]) if rows else None

    def list_read_flags(self) -> dict[str, bool]:
        """Returns the ids of all items, newest first, and whether each was read."""
        rows = self._select(
            "SELECT CAST(item.id AS TEXT), item.read IS NOT NULL FROM item JOIN feed ON feed.id = item.feed"
            " WHERE feed.removed IS NULL ORDER BY item.at DESC, item.id DESC"
        )
        return {item: bool(read) for item, read in rows}

    def copy_read_time(self, item: int, others: Iterable[int]) -> None:
        """Marks an item as read when the first of the others was read."""
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE item SET read = (SELECT min(read) FROM item WHERE id IN (SELECT value FROM json_each(?)))"
                " WHERE id = ?",
                (json.dumps(list(others)), item),
            )

    def mark_items(self, ids: Iterable[int], *, column: str, when: float | None) -> None:
        """Sets `saved` or `read` of items; None clears it."""
        if column not in {"saved", "read"}:
            raise ValueError(f"items have no {column}")
        with transaction(self._database) as connection:
            connection.executemany(f"UPDATE item SET {column} = ? WHERE id = ?", [(when, item) for item in ids])

    def count_items(self) -> dict[int, tuple[int, int]]:
        """Returns feed id -> (items, unread items)."""
        rows = self._select("SELECT feed, count(*), sum(read IS NULL) FROM item GROUP BY feed")
        return {feed: (total, unread) for feed, total, unread in rows}

    def count_unread(self, since: float = 0.0) -> int:
        """Returns how many items are unread, of those first seen after a time."""
        row = self._select(
            "SELECT count(*) FROM item WHERE read IS NULL AND seen > ?"
            " AND feed IN (SELECT id FROM feed WHERE removed IS NULL)",
            since,
        )
        return int(row[0][0])

    def list_unread(self, since: float, limit: int) -> list[StoredItem]:
        """Returns at most `limit` of the items that `count_unread` counts."""
        rows = self._select(
            f"SELECT {ITEM_COLUMNS} FROM item JOIN feed ON feed.id = item.feed"
            " WHERE item.read IS NULL AND item.seen > ? AND feed.removed IS NULL LIMIT ?",
            since,
            limit,
        )
        return [parse_item(row) for row in rows]

    def delete_old_items(self, now: float) -> list[int]:
        """Deletes the items that are too old or too many (see MAX_ITEMS). Returns their ids."""
        gone = self._select(
            "SELECT id, feed, guid FROM (SELECT id, feed, guid, at, saved,"
            " row_number() OVER (PARTITION BY feed ORDER BY at DESC, id DESC) AS place FROM item)"
            " WHERE saved IS NULL AND place > ? AND (at < ? OR place > ?)",
            MIN_PER_FEED,
            now - MAX_AGE,
            _max_per_feed([total for total, _unread in self.count_items().values()]),
        )
        if gone:
            with transaction(self._database) as connection:
                connection.executemany("DELETE FROM item WHERE id = ?", [(row[0],) for row in gone])
                connection.executemany(
                    "INSERT OR IGNORE INTO dropped VALUES (?, ?)", [(row[1], guid_hash(row[2])) for row in gone]
                )
        return [row[0] for row in gone]

    def _update(self, feed: int, statement: str, *values: object) -> None:
        with transaction(self._database) as connection:
            if connection.execute(statement, values).rowcount != 1:
                raise NoSuchFeed(Message("feed.not_followed"))

    def _select(self, statement: str, *values: object) -> list[Any]:
        return self._database.connection.execute(statement, values).fetchall()


def _max_per_feed(counts: list[int]) -> int:
    """Returns how many items each feed may keep so that all together keep MAX_ITEMS; small feeds keep all."""
    remaining, share = MAX_ITEMS, MAX_ITEMS
    for place, count in enumerate(sorted(counts)):
        share = remaining // (len(counts) - place)
        if count > share:
            return max(share, MIN_PER_FEED)
        remaining -= count
    return MAX_ITEMS
