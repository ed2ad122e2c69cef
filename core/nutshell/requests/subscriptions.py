"""The requests about sources: what is followed, how to follow more, and every request that was made for them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from nutshell import messages
from nutshell.feeds import opml
from nutshell.feeds.discovery import FeedLink, declared_feeds
from nutshell.feeds.finder import CannotSubscribe
from nutshell.feeds.subscriptions import FeedService, RefreshResult
from nutshell.messages import Message
from nutshell.ports import Clock, Progress
from nutshell.ranking.news_index import NewsIndex
from nutshell.records.items import Outline, Subscription
from nutshell.records.message import from_json
from nutshell.storage.feeds import MAX_ITEMS
from nutshell.storage.item_changes import MAX_AGE, MIN_PER_FEED
from nutshell.storage.settings import SettingsStore
from nutshell.urls import http_address, pattern_host, site_name, typed_address, unicode_host
from nutshell.views.subscriptions import (
    Choice,
    NewsSwitches,
    SourceRow,
    StorageLimits,
    render_choices,
    render_nothing_found,
    render_sources,
    topic_name,
)

from .news_context import NewsState
from .types import Answer
from .validation import array, row_id, text

_MAX_LINKS = 500


class SubscriptionRequests:
    """Handlers for the user's sources. `not_saved_reason` says why nothing is stored, or is empty."""

    def __init__(
        self,
        feeds: FeedService,
        index: NewsIndex,
        state: NewsState,
        settings: SettingsStore,
        clock: Clock,
        not_saved_reason: str,
    ) -> None:
        self._feeds = feeds
        self._index = index
        self._state = state
        self._settings = settings
        self._clock = clock
        self._not_saved_reason = not_saved_reason

    async def sources(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        counts = self._feeds.store.count_items()
        switches = self._settings.load_news()
        rows = [_row(feed, counts.get(feed.id, (0, 0))[0]) for feed in self._feeds.store.list_subscriptions()]
        html = render_sources(
            sorted(rows, key=lambda row: row.title.casefold()),
            now=self._clock.now(),
            switches=NewsSwitches(switches.background, switches.badge),
            kept=sum(total for total, _unread in counts.values()),
            limits=StorageLimits(MAX_ITEMS, round(MAX_AGE / 86_400), MIN_PER_FEED),
            not_saved_reason=self._not_saved_reason,
        )
        return {"html": html, "state": self._state.get()}

    async def catalogue(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        return {"html": _catalogue_html("catalogue", self._followed())}

    async def discover(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Searches the typed `address`. Returns `html`, the feeds found or why there are none, and the only `feed`."""
        typed = text(payload, "address")
        address = typed_address(typed)
        progress("discover", 0, 1)
        try:
            found = await self._find(address, any_scheme="://" not in typed)
        except CannotSubscribe as error:
            other = error.redirect or ("" if error.answered else _toggle_www(address))
            return {"html": render_nothing_found(messages.error_text(error), other)}
        if not found:
            return {"html": render_nothing_found(messages.text("choices.none_found"), "")}
        if len(found) == 1:
            return {"feed": {"url": found[0].url, "title": found[0].title}, "html": self._found_html(found)}
        return {"html": self._found_html(found)}

    async def _find(self, address: str, any_scheme: bool) -> list[FeedLink]:
        """Tries http too when https gets no response and the user typed no scheme."""
        try:
            return await self._feeds.finder.find(address)
        except CannotSubscribe as error:
            if not any_scheme or error.answered or not address:
                raise
        return await self._feeds.finder.find("http" + address.removeprefix("https"))

    def _found_html(self, found: Sequence[FeedLink]) -> str:
        followed = self._followed()
        choices = [
            Choice(link.url, link.title, about=link.kind, followed=link.url in followed, chosen=number == 0)
            for number, link in enumerate(found)
        ]
        return render_choices(choices, page="found")

    async def subscribe(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Follows `feeds`: objects with `url` and optionally `title` and `folder`. All are fetched."""
        wanted = [_outline(feed) for feed in array(payload, "feeds", opml.MAX_FEEDS)]
        if len(wanted) == 1 and wanted[0].url not in self._followed():
            # The user typed one address: if it is not a feed, it is not followed.
            progress("feeds", 0, 1)
            subscription = await self._feeds.subscribe(wanted[0].url, folder=wanted[0].folder)
            await self._index.apply_changes(progress=progress)
            return self._followed_answer([subscription], [])
        new = self._feeds.add_all(wanted)
        try:
            result = await self._feeds.refresh(progress=progress, feeds=new) if new else RefreshResult()
        except BaseException:
            self._index.mark_changed()  # the items fetched before the error are stored
            raise
        await self._index.apply_changes(progress=progress)
        subscriptions = [feed for feed in self._feeds.store.list_subscriptions() if feed.id in set(new)]
        return self._followed_answer(subscriptions, [feed.id for feed in subscriptions if feed.id in result.failed])

    def _followed_answer(self, new: Sequence[Subscription], failed: Sequence[int]) -> Answer:
        if not new:
            message = messages.text("subscriptions.already_followed")
        elif len(new) == 1:
            message = messages.text("subscriptions.now_following", title=new[0].title)
        else:
            message = messages.plural("subscriptions.now_following_many", len(new))
        if failed:
            message = messages.plural("subscriptions.some_failed", len(failed), done=message)
        return {
            "followed": len(new),
            "view": "sources" if len(failed) == len(new) else "for-you",
            "message": message,
            "state": self._state.get(),
        }

    async def unsubscribe(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        feed = self._feeds.store.get_subscription(row_id(payload))
        self._feeds.store.unsubscribe(feed.id, self._clock.now())
        await self._index.apply_changes()
        message = messages.text("subscriptions.unfollowed", title=feed.title)
        return {"message": message, "undo": "unfollow", "url": feed.url, "state": self._state.get()}

    async def restore(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        self._feeds.store.restore_subscription(row_id(payload))
        await self._index.apply_changes(progress=progress)
        return {"state": self._state.get()}

    async def page_feeds(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns the feeds to offer for the page at `page`: declared by its `links`, and not followed yet.

        If the page declares none and no feed of its site is followed, `site` says where to search for one.
        """
        page = http_address(text(payload, "page"))
        if not page:
            return {"feeds": [], "site": None}
        links = [_link(link) for link in array(payload, "links", _MAX_LINKS)] if payload.get("links") else []
        declared = declared_feeds(links, page, text(payload, "title", "").strip()[:120] or site_name(page))
        subscriptions = self._feeds.store.list_subscriptions()
        sites = {site_name(address) for feed in subscriptions for address in (feed.url, feed.site)}
        site_followed = site_name(page) in sites
        feeds = [
            {"url": link.url, "title": link.title}
            for link in declared
            # Anyone who follows the site has chosen among its feeds: don't offer comment feeds on every page.
            if not self._feeds.store.find_subscription(typed_address(link.url))
            and not (site_followed and link.of_comments)
        ]
        site = None if declared or site_followed else {"url": urljoin(page, "/"), "host": urlsplit(page).hostname}
        return {"feeds": feeds, "site": site}

    async def address(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns `url`, the web address that the typed `address` stands for; or "" and a `message`."""
        url = typed_address(text(payload, "address"))
        return {"url": url, "message": "" if url else messages.text("subscriptions.invalid_address")}

    async def hosts(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Returns `urls`, which need host permissions: feeds, and where their sites redirect to.

        `unneeded` are the match patterns in `granted` whose host none of these has.
        """
        subscriptions = [feed for feed in self._feeds.store.list_subscriptions() if not feed.fetch_state.gone]
        redirects = [
            address
            for feed in subscriptions
            for address in (feed.fetch_state.moved_to, feed.fetch_state.refused)
            if address
        ]
        urls = list(dict.fromkeys([*(feed.url for feed in subscriptions), *redirects]))
        hosts = {unicode_host(urlsplit(url).hostname or "") for url in urls}
        granted = payload.get("granted") or []
        if not isinstance(granted, list) or not all(isinstance(pattern, str) for pattern in granted):
            raise ValueError("granted must be a list of match patterns")
        return {"urls": urls, "unneeded": [pattern for pattern in granted if pattern_host(pattern) not in hosts]}

    async def opml_read(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Lists the feeds of the file in `data` (base64)."""
        try:
            body = base64.b64decode(text(payload, "data"), validate=True)
            found = opml.parse(body)
        except (binascii.Error, opml.NotOpml) as error:
            return {"html": render_nothing_found(messages.error_text(error), "", back=True)}
        followed = self._followed()
        found.sort(key=lambda feed: feed.folder.casefold())
        choices = [
            Choice(feed.url, feed.title, topic=feed.folder, followed=feed.url in followed, chosen=True)
            for feed in found
        ]
        return {"html": render_choices(choices, page="opml")}

    async def opml_export(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        outlines = [
            Outline(feed.title, feed.url, feed.site, feed.folder) for feed in self._feeds.store.list_subscriptions()
        ]
        return {
            "text": opml.serialize(outlines, "Nutshell"),
            "message": messages.plural("subscriptions.exported", len(outlines)),
        }

    def _followed(self) -> set[str]:
        return {feed.url for feed in self._feeds.store.list_subscriptions()}


def first_catalogue_html() -> str:
    """Renders the catalogue for users who follow no source yet."""
    return _catalogue_html("first", frozenset())


def _catalogue_html(page: str, followed: Collection[str]) -> str:
    from nutshell.feeds.catalogue import TOPICS, load_catalogue  # noqa: PLC0415 - read when it is first shown

    choices = [
        Choice(
            url=feed.url,
            title=feed.title,
            topic=topic_name(feed.topic),
            lang=feed.lang,
            country=feed.country,
            followed=feed.url in followed,
        )
        for feed in sorted(load_catalogue(), key=lambda feed: TOPICS.index(feed.topic))
    ]
    return render_choices(choices, page=page)


def _link(wire: Any) -> Mapping[str, str]:
    if not isinstance(wire, Mapping):
        raise ValueError("a link must be an object with a href")
    return {name: text(wire, name, "") for name in ("rel", "type", "href", "title")}


def _outline(wire: Any) -> Outline:
    if not isinstance(wire, Mapping):
        raise ValueError("a feed must be an object with a url")
    address = typed_address(text(wire, "url"))
    if not address:
        raise ValueError(Message("feed.invalid_address"))
    return Outline(text(wire, "title", "")[:200], address, folder=text(wire, "folder", "")[:100])


def _row(feed: Subscription, stories: int) -> SourceRow:
    allow, problem = feed.fetch_state.refused, messages.resolve(from_json(feed.problem))
    state = "gone" if feed.fetch_state.gone else "failing" if feed.problem else "ok"
    if allow:
        state = "refused" if allow == feed.url else "elsewhere"
    return SourceRow(feed.id, feed.title, feed.url, feed.site, stories, state, problem, feed.checked, feed.due, allow)


def _toggle_www(address: str) -> str:
    """Returns the address with or without `www.`: the most common redirect between hosts."""
    scheme, slashes, rest = address.partition("://")
    if not slashes:
        return ""
    return f"{scheme}://{rest.removeprefix('www.') if rest.startswith('www.') else 'www.' + rest}"


def refresh_message(result: RefreshResult, titles: Iterable[str]) -> str:
    """Returns what a refresh did, for the user. `titles` are the sources that failed."""
    failing = list(titles)
    if not result.answered and not failing:
        return messages.text("subscriptions.just_refreshed")
    if not result.answered:
        return messages.text("subscriptions.all_failed") if len(failing) > 1 else _failed(failing)
    found = (
        messages.plural("subscriptions.new_stories", len(result.new))
        if result.new
        else messages.text("subscriptions.nothing_new")
    )
    return f"{found} {_failed(failing)}" if failing else found


def _failed(titles: Sequence[str]) -> str:
    if len(titles) == 1:
        return messages.text("subscriptions.one_failed", title=titles[0])
    return messages.plural("subscriptions.several_failed", len(titles))
