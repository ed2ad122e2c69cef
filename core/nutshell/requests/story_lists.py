"""The lists of stories: for you, latest, saved, and those of one source; the request `news.list`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nutshell.ports import Progress
from nutshell.records.items import StoredItem, Subscription
from nutshell.records.ranking import FrontPagePlace
from nutshell.storage.front_page import FrontPageStore
from nutshell.views.news import Card, Slider, StoryList, render_stories

from .news_context import NewsContext
from .story_actions import menu_parts, toolbar_parts
from .story_cards import cards_of, place_of
from .types import Answer
from .validation import boolean, integer, text

FOR_YOU, LATEST, SAVED, SOURCE = TABS = ("for-you", "latest", "saved", "source")
_STORIES, _MAX_STORIES = 40, 2_000
_RANKED_AHEAD = 80
"""Stories ranked beyond those shown, so that the list can say how many are left."""
_MIN_SEARCHED = 400
_SLIDERS = ("adventurous", "fresh", "calm", "deep")


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What list is wanted, and how many stories of it.

    With `first` the screen is empty, and the stories shown last are better than a wait. With `again` they are on the
    screen, and the list as it is now is wanted.
    """

    tab: str
    query: str
    count: int
    source: int
    first: bool
    again: bool

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> ListRequest:
        """Raises ValueError."""
        tab = text(payload, "tab", FOR_YOU)
        if tab not in TABS:
            raise ValueError(f"tab must be one of {', '.join(TABS)}")
        return cls(
            tab=tab,
            query=text(payload, "query", "", max_length=200).strip(),
            count=max(1, integer(payload, "count", _STORIES, maximum=_MAX_STORIES)),
            source=integer(payload, "source") if tab == SOURCE else 0,
            first=boolean(payload, "first", False),
            again=boolean(payload, "again", False),
        )

    @property
    def is_ranked(self) -> bool:
        return self.tab == FOR_YOU and not self.query


@dataclass(frozen=True, slots=True)
class _Listing:
    """The stories of a list, and how many there are in all. `items` are those already read from the store, `explored`
    the topics of lead items that are shown to explore them. An `early` list is the one that was shown last.
    """

    places: Sequence[FrontPagePlace]
    total: int
    items: dict[int, StoredItem] = field(default_factory=dict)
    explored: Mapping[str, str] = field(default_factory=dict)
    early: bool = False


class StoryLists:
    def __init__(self, context: NewsContext, front_page: FrontPageStore) -> None:
        self._feeds, self._index, self._clock = context.feeds, context.index, context.clock
        self._state, self._shown = context.state, context.shown
        self._front_page = front_page

    async def show(self, request: ListRequest, progress: Progress) -> Answer:
        """Returns the list as `html`. With `again` in the answer, it is the list shown last: ask again for today's."""
        source = self._feeds.store.get_subscription(request.source) if request.tab == SOURCE else None
        subscriptions = self._feeds.store.list_subscriptions()
        listing = None
        if request.is_ranked and not request.again and (request.first or not self._index.loaded):
            listing = self._stored_listing(request, subscriptions)
        if listing is None and request.is_ranked:
            listing = await self._ranked_listing(request, progress)
        if listing is None:
            await self._index.load(progress)
            listing = self._newest_listing(request, source)
        self._shown.replace(listing.places, listing.explored)
        cards = self._cards(listing, subscriptions)
        html = self._html(request, cards, listing.total - request.count, source, subscriptions)
        return {"html": html, "state": self._state.get()} | ({"again": True} if listing.early else {})

    def _stored_listing(self, request: ListRequest, subscriptions: Sequence[Subscription]) -> _Listing | None:
        """Returns the list shown last, without stories that are gone; None when there is none."""
        places = self._front_page.load()
        items = self._read_items(places, {})
        followed = {subscription.id for subscription in subscriptions}
        left = [place for place in places if place.lead in items and items[place.lead].feed in followed]
        return _Listing(left[: request.count], len(left), items, early=True) if left else None

    async def _ranked_listing(self, request: ListRequest, progress: Progress) -> _Listing:
        ranked = await self._index.rank(self._clock.now(), request.count + _RANKED_AHEAD, progress)
        stories = ranked[: request.count]
        places = [place_of(story) for story in stories]
        self._front_page.save(places[:_STORIES])
        return _Listing(places, len(ranked), explored={story.item: story.explored for story in stories})

    def _newest_listing(self, request: ListRequest, source: Subscription | None) -> _Listing:
        """Lists stories by time, or by when they were saved; each once, by its newest item."""
        found = self._feeds.store.list_items(
            feed=source.id if source else None,
            query=request.query,
            saved=request.tab == SAVED,
            limit=max(_MIN_SEARCHED, 4 * request.count),
        )
        places: dict[str, FrontPagePlace] = {}
        for item in found:
            story = self._index.story_of(item.id)
            if story in places or (request.tab in {FOR_YOU, LATEST} and self._index.is_muted(item.id)):
                continue
            items = tuple(dict.fromkeys([item.id, *self._index.items_of(story)]))
            places[story] = FrontPagePlace(story, item.id, items)
        items_by_id = {item.id: item for item in found}
        return _Listing(list(places.values())[: request.count], len(places), items_by_id)

    def _cards(self, listing: _Listing, subscriptions: Sequence[Subscription]) -> list[Card]:
        languages = {subscription.id: subscription.lang for subscription in subscriptions}
        items = self._read_items(listing.places, listing.items)
        return cards_of(listing.places, items, languages, self._index.recommender.log)

    def _read_items(self, places: Sequence[FrontPagePlace], known: Mapping[int, StoredItem]) -> dict[int, StoredItem]:
        """Returns the items of these stories; reads only those that are not known yet."""
        missing = {item for place in places for item in place.items} - known.keys()
        return {**known, **self._feeds.store.get_items(missing)} if missing else dict(known)

    def _html(
        self,
        request: ListRequest,
        cards: Iterable[Card],
        left: int,
        source: Subscription | None,
        subscriptions: Sequence[Subscription],
    ) -> str:
        sliders = self._index.recommender.sliders
        active = [subscription for subscription in subscriptions if not subscription.fetch_state.gone]
        checked = [subscription.checked for subscription in subscriptions if subscription.checked is not None]
        return render_stories(
            StoryList(
                tab=request.tab,
                cards=tuple(cards),
                query=request.query,
                source=source.title if source else "",
                left=max(0, left),
                feeds=len(subscriptions),
                fetched=max(checked, default=None),
                failing=sum(bool(subscription.problem) for subscription in active),
                offline=bool(active) and all(subscription.fetch_state.unreachable for subscription in active),
                sliders=tuple(Slider(name, getattr(sliders, name)) for name in _SLIDERS),
                toolbar=toolbar_parts(),
                menu=menu_parts(),
            ),
            now=self._clock.now(),
        )
