"""The lists of stories: for you, latest, saved, and those of one source; each a request with the name `news.list`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nutshell import messages
from nutshell.ports import Progress
from nutshell.ranking.explanation import RankedStory
from nutshell.ranking.explanation import ScoreTerm as TasteTerm
from nutshell.ranking.news_index import newest
from nutshell.records.items import StoredItem, Subscription
from nutshell.records.ranking import FrontPagePlace, TermShare
from nutshell.storage.front_page import FrontPageStore
from nutshell.text.sentences import split_text
from nutshell.views.news import Card, CardSource, Slider, StoryList, render_stories

from .news_context import Answer, NewsContext
from .subscriptions import first_catalogue_html
from .validation import boolean, integer, text

TABS = ("for-you", "latest", "saved", "source")
_SHOWN, _MOST = 40, 2_000
_AHEAD = 80  # ranked beyond what is shown, so that the reader sees how many are left
_LOOKED_THROUGH = 400
_TERMS = 6
_GIST, _SHORT = 220, 30
_SLIDERS = ("adventurous", "fresh", "calm", "deep")


class StoryLists:
    def __init__(self, work: NewsContext, front: FrontPageStore) -> None:
        self._feeds, self._room, self._clock, self._state = work.feeds, work.room, work.clock, work.state
        self._front = front
        self._drawn: list[FrontPagePlace] = []

    @property
    def drawn(self) -> list[FrontPagePlace]:
        """The stories that the reader saw last, in their order."""
        return list(self._drawn)

    async def show(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """`tab`, `query`, `count` (how many stories to draw), `source`; `first`: nothing is on the screen yet; `again`:
        the list as it is now.

        Where the answer has `again`, its list is the one that was shown last: asking again brings today's.
        """
        tab = text(payload, "tab", "for-you")
        if tab not in TABS:
            raise ValueError(f"There is no list named {tab!r}.")
        query = text(payload, "query", "", max_length=200).strip()
        count = max(1, integer(payload, "count", _SHOWN, maximum=_MOST))
        source = self._feeds.store.get(integer(payload, "source")) if tab == "source" else None
        followed = self._feeds.store.all()
        if tab == "for-you" and not followed:
            return {"html": first_catalogue_html(), "state": self._state()}
        again = boolean(payload, "again", False)
        waiting = boolean(payload, "first", False) or not self._room.loaded
        wanted = tab == "for-you" and not query and not again
        places = self._early(followed) if wanted and waiting else []
        early, there = bool(places), len(places)
        if early:
            pass
        elif tab == "for-you" and not query:
            ranked = await self._room.rank(self._clock.now(), count + _AHEAD, progress)
            places, there = [_place(each) for each in ranked[:count]], len(ranked)
            self._front.save(places[:_SHOWN])
        else:
            await self._room.settle(progress)
            places = self._newest(tab, query, source, count)
            there = len(places)
        cards = self._cards(places[:count], followed)
        self._drawn = places[:count]
        html = self._html(tab, query, cards, there - count, source, followed)
        return {"html": html, "state": self._state()} | ({"again": True} if early else {})

    def _early(self, followed: Sequence[Subscription]) -> list[FrontPagePlace]:
        """The list as it was shown last, less what is not there any more."""
        places = self._front.load()
        items = self._feeds.store.by_id({item for place in places for item in place.items})
        there = {one.id for one in followed}
        return [place for place in places if place.lead in items and items[place.lead].feed in there]

    def _newest(self, tab: str, query: str, source: Subscription | None, count: int) -> list[FrontPagePlace]:
        """By time, or by when they were saved; each story once, by its latest telling."""
        found = self._feeds.store.items(
            feed=source.id if source else None,
            query=query,
            saved=tab == "saved",
            limit=max(_LOOKED_THROUGH, 4 * count),
        )
        places: dict[str, FrontPagePlace] = {}
        for item in found:
            story = self._room.story(item.id)
            if story in places or (tab in {"for-you", "latest"} and self._room.muted(item.id)):
                continue
            places[story] = FrontPagePlace(story, item.id, tuple(dict.fromkeys([item.id, *self._room.told(story)])))
        return list(places.values())

    def _cards(self, places: Sequence[FrontPagePlace], followed: Sequence[Subscription]) -> list[Card]:
        items = self._feeds.store.by_id({item for place in places for item in place.items})
        langs = {one.id: one.lang for one in followed}
        thumbs = self._thumbs()
        cards = []
        for place in places:
            told = [items[item] for item in place.items if item in items]
            if told:
                lead = items.get(place.lead) or newest(told)
                cards.append(_card(place, lead, told, langs.get(lead.feed, ""), thumbs))
        return cards

    def _thumbs(self) -> dict[str, int]:
        """Items that the reader wanted more (1) or less (-1) of: the last word counts."""
        thumbs: dict[str, int] = {}
        for act in self._room.taste.lessons(limit=100_000):  # newest first
            if act.kind in {"more", "less"}:
                thumbs.setdefault(act.item, 1 if act.kind == "more" else -1)
        return thumbs

    def _html(
        self,
        tab: str,
        query: str,
        cards: Iterable[Card],
        left: int,
        source: Subscription | None,
        followed: Sequence[Subscription],
    ) -> str:
        sliders = self._room.taste.sliders
        asked = [one for one in followed if not one.fetch_state.gone]
        failing = sum(bool(one.problem) for one in asked)
        return render_stories(
            StoryList(
                tab=tab,
                cards=tuple(cards),
                query=query,
                source=source.title if source else "",
                left=max(0, left),
                feeds=len(followed),
                fetched=max((one.checked for one in followed if one.checked is not None), default=None),
                failing=failing,
                offline=bool(asked) and all(one.fetch_state.unreachable for one in asked),
                sliders=tuple(Slider(name, getattr(sliders, name)) for name in _SLIDERS),
            ),
            now=self._clock.now(),
        )


def _place(ranked: RankedStory) -> FrontPagePlace:
    largest = max((abs(term.value) for term in ranked.terms), default=0.0) or 1.0
    terms = sorted(ranked.terms, key=lambda term: -abs(term.value))
    shown = [TermShare(_label(term), term.value / largest) for term in terms[:_TERMS]]
    if terms[_TERMS:]:  # in one, so that what is shown is the whole of the score
        shown.append(TermShare(messages.text("term.others"), sum(term.value for term in terms[_TERMS:]) / largest))
    return FrontPagePlace(
        ranked.story.id,
        int(ranked.item),
        tuple(int(item) for item in ranked.story.items),
        messages.resolve(ranked.reason.message),
        tuple(shown),
    )


def _label(term: TasteTerm) -> str:
    return messages.text("term.interest", interest=term.label) if term.name.isdigit() else messages.resolve(term.label)


def _card(
    place: FrontPagePlace, lead: StoredItem, told: Sequence[StoredItem], lang: str, thumbs: Mapping[str, int]
) -> Card:
    others = sorted((item for item in told if item.id != lead.id), key=lambda item: -item.at)
    tellers = {item.feed: item for item in [*reversed(others), lead]}  # of each feed one: the lead, or its latest
    ordered = sorted(tellers.values(), key=lambda item: (item.id != lead.id, -item.at))
    return Card(
        id=place.story,
        title=lead.headline,
        gist=gist(lead),
        sources=tuple(CardSource(item.feed, item.source, item.headline, item.url, item.at) for item in ordered),
        published=lead.at,
        reason=place.reason,
        terms=place.terms,
        lang=lang,
        read=any(item.read is not None for item in told),
        saved=any(item.saved is not None for item in told),
        thumb=next((thumbs[str(item.id)] for item in told if str(item.id) in thumbs), 0),
    )


def gist(item: StoredItem) -> str:
    """What the item says beyond its title, in one line: its first sentence that is one, and is not the title again."""
    said = item.text[:1_000]
    title = _plain(item.headline)
    for begin, end in split_text(said, ""):
        sentence = said[begin:end].strip()
        plain = _plain(sentence)
        if len(sentence) >= _SHORT and plain != title and not title.startswith(plain):
            return sentence if len(sentence) <= _GIST else sentence[: _GIST - 1].rsplit(" ", 1)[0] + "\u2026"
    return ""


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
