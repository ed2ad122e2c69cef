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
from nutshell.storage.feeds import MAX_AGE, MAX_ITEMS, MIN_PER_FEED
from nutshell.storage.news_settings import NewsSettingsStore
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
        settings: NewsSettingsStore,
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
        counts = self._feeds.store.counts()
        switches = self._settings.load()
        rows = [_row(one, counts.get(one.id, (0, 0))[0]) for one in self._feeds.store.all()]
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
        """`address` as it was typed. `feed` is the one to follow; `html` the feeds to choose from, or why not."""
        typed = text(payload, "address")
        address = typed_address(typed)
        progress("discover", 0, 1)
        try:
            found = await self._look(address, plain="://" not in typed)
        except CannotSubscribe as problem:
            twin = problem.redirect or ("" if problem.answered else _twin(address))
            return {"html": render_nothing_found(messages.error_text(problem), twin)}
        if not found:
            return {"html": render_nothing_found(messages.text("choices.none_found"), "")}
        if len(found) == 1:
            return {"feed": {"url": found[0].url, "title": found[0].title}, "html": self._found_html(found)}
        return {"html": self._found_html(found)}

    async def _look(self, address: str, plain: bool) -> list[FeedLink]:
        """Who types no scheme does not mean to insist on TLS: what does not answer there may answer without."""
        try:
            return await self._feeds.finder.find(address)
        except CannotSubscribe as problem:
            if not plain or problem.answered or not address:
                raise
        return await self._feeds.finder.find("http" + address.removeprefix("https"))

    def _found_html(self, found: Sequence[FeedLink]) -> str:
        followed = self._followed()
        choices = [
            Choice(one.url, one.title, about=one.kind, followed=one.url in followed, chosen=place == 0)
            for place, one in enumerate(found)
        ]
        return render_choices(choices, page="found")

    async def subscribe(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """`feeds`: objects with `url` and perhaps `title`, `folder`. Each is fetched; what fails says why."""
        wanted = [_outline(one) for one in array(payload, "feeds", opml.MAX_FEEDS)]
        before = {one.url for one in self._feeds.store.all()}
        if len(wanted) == 1 and wanted[0].url not in before:
            # Alone, what is no feed is not followed, and said at once: somebody typed it.
            progress("feeds", 0, 1)
            one = await self._feeds.subscribe(wanted[0].url, folder=wanted[0].folder)
            await self._index.apply_changes(progress=progress)
            return self._followed_answer([one], [])
        new = self._feeds.add_all(wanted)
        try:
            done = await self._feeds.refresh(progress=progress, feeds=new) if new else RefreshResult()
        except BaseException:
            self._index.mark_changed()  # what was fetched until then is stored
            raise
        await self._index.apply_changes(progress=progress)
        all_now = {one.id: one for one in self._feeds.store.all()}
        return self._followed_answer(
            [all_now[number] for number in new if number in all_now], [n for n in done.failed if n in all_now]
        )

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
        one = self._feeds.store.get(row_id(payload))
        self._feeds.store.remove(one.id, self._clock.now())
        await self._index.apply_changes()
        message = messages.text("subscriptions.unfollowed", title=one.title)
        return {"message": message, "undo": "unfollow", "url": one.url, "state": self._state.get()}

    async def restore(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        self._feeds.store.restore(row_id(payload))
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
        subscriptions = self._feeds.store.all()
        sites = {site_name(address) for feed in subscriptions for address in (feed.url, feed.site)}
        site_followed = site_name(page) in sites
        feeds = [
            {"url": link.url, "title": link.title}
            for link in declared
            # Anyone who follows the site has chosen among its feeds: don't offer comment feeds on every page.
            if not self._feeds.store.at(typed_address(link.url)) and not (site_followed and link.of_comments)
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
        subscriptions = [feed for feed in self._feeds.store.all() if not feed.fetch_state.gone]
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
        """`data`: the file, in base64."""
        try:
            body = base64.b64decode(text(payload, "data"), validate=True)
            found = opml.parse(body)
        except (binascii.Error, opml.NotOpml) as problem:
            return {"html": render_nothing_found(messages.error_text(problem), "", back=True)}
        followed = self._followed()
        found.sort(key=lambda one: one.folder.casefold())
        choices = [
            Choice(one.url, one.title, topic=one.folder, followed=one.url in followed, chosen=True) for one in found
        ]
        return {"html": render_choices(choices, page="opml")}

    async def opml_export(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        outlines = [Outline(feed.title, feed.url, feed.site, feed.folder) for feed in self._feeds.store.all()]
        return {
            "text": opml.serialize(outlines, "Nutshell"),
            "message": messages.plural("subscriptions.exported", len(outlines)),
        }

    def _followed(self) -> set[str]:
        return {one.url for one in self._feeds.store.all()}


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


def _row(one: Subscription, stories: int) -> SourceRow:
    allow, problem = one.fetch_state.refused, messages.resolve(from_json(one.problem))
    state = "gone" if one.fetch_state.gone else "failing" if one.problem else "ok"
    if allow:
        state = "refused" if allow == one.url else "elsewhere"
    return SourceRow(one.id, one.title, one.url, one.site, stories, state, problem, one.checked, one.due, allow)


def _twin(address: str) -> str:
    """The same address with or without `www.`: where sites most often send on to."""
    scheme, slashes, rest = address.partition("://")
    if not slashes:
        return ""
    return f"{scheme}://{rest.removeprefix('www.') if rest.startswith('www.') else 'www.' + rest}"


def refresh_message(done: RefreshResult, titles: Iterable[str]) -> str:
    """What a refresh did, in a sentence or two. `titles` are the sources that failed."""
    failing = list(titles)
    if not done.answered and not failing:
        return messages.text("subscriptions.just_refreshed")
    if not done.answered:
        return messages.text("subscriptions.all_failed") if len(failing) > 1 else _failed(failing)
    found = (
        messages.plural("subscriptions.new_stories", len(done.new))
        if done.new
        else messages.text("subscriptions.nothing_new")
    )
    return f"{found} {_failed(failing)}" if failing else found


def _failed(titles: Sequence[str]) -> str:
    if len(titles) == 1:
        return messages.text("subscriptions.one_failed", title=titles[0])
    return messages.plural("subscriptions.several_failed", len(titles))
