"""Feeds, subscriptions and their items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.urls import site_name


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is stored of a feed between fetches. Times are Unix seconds, durations seconds; 0 means none.

    The field names are those of the JSON in the database. After a failure `patience` is the time before which the
    server asked for no request, and `unreachable` whether there was no response at all (perhaps no network).
    `refused` is the address that the user would have to allow: the feed's own, or where it redirects.
    """

    etag: str = ""
    modified: str = ""
    digest: str = ""
    wait: float = 0.0
    gap: float = 0.0
    newest: float = 0.0
    every: float = 0.0
    quiet_hours: tuple[int, ...] = ()
    quiet_days: tuple[str, ...] = ()
    failures: int = 0
    failing_since: float = 0.0
    patience: float = 0.0
    unreachable: bool = False
    refused: str = ""
    moved_to: str = ""
    moved_times: int = 0
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list. `folder` is the names of the outlines around it, joined by " / "."""

    title: str
    url: str
    site: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed. Everything is plain text in one line, or an http(s) address, or empty.

    `id` is stable within its feed (`feeds.parser.with_stable_ids`); `published` is Unix seconds, None when not known.
    """

    id: str
    url: str
    title: str
    text: str = ""
    author: str = ""
    published: float | None = None
    categories: tuple[str, ...] = ()
    image: str = ""


class NoSuchFeed(ValueError):
    """The user is not subscribed to the feed (any more)."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed the user follows. `title` is the user's own, or the feed's, or the name of its site.

    Times are Unix seconds: `checked` is the last response (None: never), `due` the next fetch. `problem` describes
    why the last fetch failed, or is empty.
    """

    id: int
    url: str
    title: str
    site: str
    lang: str
    folder: str
    added: float
    checked: float | None
    due: float
    problem: str
    fetch_state: FeedState


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item in the database. `source` is its feed's title; `at` is when it was published or, if unknown, first seen.

    `saved` and `read` are when the user did so, or None. The other fields are those of `Item`.
    """

    id: int
    feed: int
    source: str
    url: str
    title: str
    text: str
    author: str
    categories: tuple[str, ...]
    published: float | None
    at: float
    seen: float
    saved: float | None
    read: float | None

    @property
    def date(self) -> float | None:
        """Returns when it was published or first seen; None for an item that was there, undated, before its feed was
        followed.
        """
        return self.at if self.published is not None or self.at >= self.seen else None

    @property
    def headline(self) -> str:
        """Returns the title, or the start of the text if there is none."""
        if self.title:
            return self.title
        head, space, _ = self.text[:80].rpartition(" ")
        beginning = self.text if len(self.text) <= 80 else (head if space else self.text[:80]) + "\u2026"
        return beginning or site_name(self.url) or self.source


def newest(items: Sequence[StoredItem]) -> StoredItem:
    return max(items, key=lambda item: (item.at, item.id))
