"""The feeds a reader subscribed to, and their items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from nutshell.feeds.schedule import DAY
from nutshell.ports import Database
from nutshell.records.items import FeedState, Item, NoSuchFeed, Outline, StoredItem, Subscription
from nutshell.records.message import Message
from nutshell.text.words import plain
from nutshell.urls import site_name

from . import unfollowed
from .transaction import transaction

KEPT, OLDEST, LEAST = 20_000, 90 * DAY, 20
_SUBSCRIPTION = "id, url, title, own_title, site, lang, folder, added, checked, due, problem, upkeep"
_ITEM = (
    "item.id, item.feed, coalesce(nullif(feed.own_title, ''), feed.title), item.url, item.title, item.text,"
    " item.author, item.categories, item.published, item.at, item.seen, item.saved, item.read"
)


class FeedStore:
    """Every change is durable when the method returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Subscriptions

    def all(self) -> list[Subscription]:
        """By folder and title."""
        rows = self._select(f"SELECT {_SUBSCRIPTION} FROM feed WHERE removed IS NULL")
        return sorted((_subscription(row) for row in rows), key=lambda one: (one.folder.lower(), one.title.lower()))

    def get(self, feed: int) -> Subscription:
        """Raises NoSuchFeed."""
        rows = self._select(f"SELECT {_SUBSCRIPTION} FROM feed WHERE id = ? AND removed IS NULL", feed)
        if not rows:
            raise NoSuchFeed(Message("feed.not_followed"))
        return _subscription(rows[0])

    def has(self, feed: int) -> bool:
        """Whether the reader is subscribed to it (still)."""
        return bool(self._select("SELECT 1 FROM feed WHERE id = ? AND removed IS NULL", feed))

    def at(self, url: str) -> Subscription | None:
        rows = self._select(f"SELECT {_SUBSCRIPTION} FROM feed WHERE url = ? AND removed IS NULL", url)
        return _subscription(rows[0]) if rows else None

    def add(self, url: str, now: float, *, title: str = "", site: str = "", folder: str = "") -> int:
        """Subscribe; a feed that was unsubscribed lately comes back with its items. Answers its id."""
        return self.add_all([Outline(title, url, site, folder)], now)[0]

    def add_all(self, outlines: Iterable[Outline], now: float) -> list[int]:
        """Subscribe to several. What comes back is fetched as if it were new: its items may have been erased since, and
        a site that said it was gone may have it again.
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

    def remove(self, feed: int, now: float) -> None:
        """Unsubscribe. Its items are hidden at once, and erased when they cannot be brought back any more."""
        self._one(feed, "UPDATE feed SET removed = ? WHERE id = ? AND removed IS NULL", now, feed)

    def restore(self, feed: int) -> None:
        """Undo `remove`, with all items and all that is known of the feed. Raises NoSuchFeed when it is too late."""
        self._one(feed, "UPDATE feed SET removed = NULL WHERE id = ?", feed)

    def purge(self, before: float) -> None:
        """Erase what was unsubscribed before this time, except for saved items."""
        unfollowed.purge(self._database, before)

    def keep_up(
        self, feed: int, *, upkeep: FeedState, due: float, problem: str, checked: float | None = None, url: str = ""
    ) -> None:
        """What a fetch left behind: `checked` if it answered, `url` if it moved (unless another feed is there)."""
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE feed SET upkeep = ?, due = ?, problem = ?, checked = coalesce(?, checked) WHERE id = ?",
                (json.dumps(asdict(upkeep)), due, problem, checked, feed),
            )
            if url:
                connection.execute("UPDATE OR IGNORE feed SET url = ? WHERE id = ?", (url, feed))

    # Items

    def take(
        self, feed: int, items: Sequence[Item], now: float, *, title: str = "", site: str = "", lang: str = ""
    ) -> tuple[list[int], list[int]]:
        """Take in what a feed lists, newest first; answers the ids of what is new, and of what was changed in place.

        Nothing of a feed that was erased while it was fetched.
        """
        if not self._select("SELECT 1 FROM feed WHERE id = ?", feed):
            return [], []
        known = {
            row[1]: row
            for row in self._select(
                "SELECT id, guid, url, title, text, author, categories, published FROM item WHERE feed = ?", feed
            )
        }
        # An item under another id, but with the link and the title of one that is not listed any more, is that one.
        listed = {item.id for item in items}
        renamed = {(row[2], row[3]): row for guid, row in known.items() if row[2] and guid not in listed}
        dropped = {row[0] for row in self._select("SELECT guid FROM dropped WHERE feed = ?", feed)}
        new: list[tuple[Any, ...]] = []
        changed: list[tuple[Any, ...]] = []
        for place, item in enumerate(items):
            content = (item.id, *_content(item))
            row = known.get(item.id) or renamed.pop((item.url, item.title), None)
            if row is not None:
                if tuple(row[1:]) != content:
                    changed.append((*content, row[0]))
            elif _hash(item.id) not in dropped:
                at = now if item.published is None else min(item.published, now)
                if at >= now - OLDEST or place < LEAST:
                    new.append((feed, *content, now, at))
        listed_hashes = {_hash(guid) for guid in listed}
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
                reversed(new),  # the newest last: ids then rise with the times
            )
            connection.executemany(
                "UPDATE item SET guid = ?, url = ?, title = ?, text = ?, author = ?, categories = ?, published = ?"
                " WHERE id = ?",
                changed,
            )
            connection.executemany(
                "DELETE FROM dropped WHERE feed = ? AND guid = ?", [(feed, one) for one in dropped - listed_hashes]
            )
            ids = [
                row[0]
                for row in connection.execute(
                    "SELECT id FROM item WHERE feed = ? AND id > ? ORDER BY id DESC", (feed, last)
                )
            ]
        return ids, [row[-1] for row in changed]

    def items(
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
        """The newest items first (saved ones: the last saved first) that contain every word of the query."""
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
        said = "item.title || ' ' || item.text || ' ' || item.author || ' ' || feed.title"
        for word in query.split():
            if word.isascii():  # the quick way: SQLite ignores the case of ASCII itself
                where.append(f"replace({said}, 'ß', 'ss') LIKE ? ESCAPE '\\'")
                values.append("%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
            else:
                self._database.connection.create_function("plain", 1, plain, deterministic=True)
                where.append(f"instr(plain({said}), ?)")
                values.append(plain(word))
        order = "item.saved DESC, item.id DESC" if saved else "item.at DESC, item.id DESC"
        rows = self._select(
            f"SELECT {_ITEM} FROM item JOIN feed ON feed.id = item.feed WHERE {' AND '.join(where)}"
            f" ORDER BY {order} LIMIT ? OFFSET ?",
            *values,
            -1 if limit is None else limit,
            offset,
        )
        return [_item(row) for row in rows]

    def by_id(self, ids: Iterable[int]) -> dict[int, StoredItem]:
        """Those of them that are still kept."""
        rows = self._select(
            f"SELECT {_ITEM} FROM item JOIN feed ON feed.id = item.feed"
            " WHERE item.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        return {row[0]: _item(row) for row in rows}

    def item_at(self, url: str) -> StoredItem | None:
        """The newest item with this link."""
        rows = self._select(
            f"SELECT {_ITEM} FROM item JOIN feed ON feed.id = item.feed WHERE item.url = ?"
            " ORDER BY item.id DESC LIMIT 1",
            url,
        )
        return _item(rows[0]) if rows else None

    def ids(self) -> dict[str, bool]:
        """The items of all subscriptions, newest first, and whether each was read."""
        rows = self._select(
            "SELECT CAST(item.id AS TEXT), item.read IS NOT NULL FROM item JOIN feed ON feed.id = item.feed"
            " WHERE feed.removed IS NULL ORDER BY item.at DESC, item.id DESC"
        )
        return {item: bool(read) for item, read in rows}

    def follow_read(self, item: int, others: Iterable[int]) -> None:
        """The item was read when the first of the others was."""
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE item SET read = (SELECT min(read) FROM item WHERE id IN (SELECT value FROM json_each(?)))"
                " WHERE id = ?",
                (json.dumps(list(others)), item),
            )

    def mark(self, ids: Iterable[int], *, column: str, when: float | None) -> None:
        """Set `saved` or `read` of items; None takes it back."""
        if column not in {"saved", "read"}:
            raise ValueError(f"items have no {column}")
        with transaction(self._database) as connection:
            connection.executemany(f"UPDATE item SET {column} = ? WHERE id = ?", [(when, one) for one in ids])

    def counts(self) -> dict[int, tuple[int, int]]:
        """Feed -> how many items it has, and how many of them are unread."""
        rows = self._select("SELECT feed, count(*), sum(read IS NULL) FROM item GROUP BY feed")
        return {feed: (total, unread) for feed, total, unread in rows}

    def unread(self, since: float = 0.0) -> int:
        """How many items are unread, of those that were first seen after a moment."""
        row = self._select(
            "SELECT count(*) FROM item WHERE read IS NULL AND seen > ?"
            " AND feed IN (SELECT id FROM feed WHERE removed IS NULL)",
            since,
        )
        return int(row[0][0])

    def unseen(self, since: float, limit: int) -> list[StoredItem]:
        """Those that `unread` counts, at most so many."""
        rows = self._select(
            f"SELECT {_ITEM} FROM item JOIN feed ON feed.id = item.feed"
            " WHERE item.read IS NULL AND item.seen > ? AND feed.removed IS NULL LIMIT ?",
            since,
            limit,
        )
        return [_item(row) for row in rows]

    def age(self, now: float) -> list[int]:
        """Deletes items by `RULE`; returns their ids."""
        gone = self._select(
            "SELECT id, feed, guid FROM (SELECT id, feed, guid, at, saved,"
            " row_number() OVER (PARTITION BY feed ORDER BY at DESC, id DESC) AS place FROM item)"
            " WHERE saved IS NULL AND place > ? AND (at < ? OR place > ?)",
            LEAST,
            now - OLDEST,
            _share([total for total, _unread in self.counts().values()]),
        )
        if gone:
            with transaction(self._database) as connection:
                connection.executemany("DELETE FROM item WHERE id = ?", [(row[0],) for row in gone])
                connection.executemany(
                    "INSERT OR IGNORE INTO dropped VALUES (?, ?)", [(row[1], _hash(row[2])) for row in gone]
                )
        return [row[0] for row in gone]

    def _one(self, feed: int, statement: str, *values: object) -> None:
        with transaction(self._database) as connection:
            if connection.execute(statement, values).rowcount != 1:
                raise NoSuchFeed(Message("feed.not_followed"))

    def _select(self, statement: str, *values: object) -> list[Any]:
        return self._database.connection.execute(statement, values).fetchall()


def _share(counts: list[int]) -> int:
    """The most items that each feed may keep so that all together keep `KEPT`: the small ones keep all of theirs."""
    left, share = KEPT, KEPT
    for place, count in enumerate(sorted(counts)):
        share = left // (len(counts) - place)
        if count > share:
            return max(share, LEAST)
        left -= count
    return KEPT


def _hash(guid: str) -> int:
    return int.from_bytes(hashlib.blake2b(guid.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _content(item: Item) -> tuple[Any, ...]:
    return item.url, item.title, item.text, item.author, json.dumps(item.categories, ensure_ascii=False), item.published


def _subscription(row: Sequence[Any]) -> Subscription:
    feed, url, title, own, site, lang, folder, added, checked, due, problem, upkeep = row
    known = json.loads(upkeep)
    for name in ("quiet_hours", "quiet_days"):
        known[name] = tuple(known.get(name, ()))
    shown = own or title or site_name(site or url)
    return Subscription(feed, url, shown, site, lang, folder, added, checked, due, problem, FeedState(**known))


def _item(row: Sequence[Any]) -> StoredItem:
    item, feed, source, url, title, text, author, categories, *times = row
    return StoredItem(item, feed, source, url, title, text, author, tuple(json.loads(categories)), *times)
