"""What the reader does to a story, each act a request with the name `news.event`; and the way back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nutshell import messages
from nutshell.messages import Message
from nutshell.ports import Progress
from nutshell.ranking.feedback import Feedback
from nutshell.ranking.news_index import newest
from nutshell.records.items import StoredItem
from nutshell.storage.pages import PageStore
from nutshell.undo import Revert

from .news_context import Answer, NewsContext
from .story_lists import StoryLists
from .validation import number, text

_LONGEST_STAY = 86_400.0
_MUTE = 60
# Of the stories above the one that was opened, so many were looked at; and the next one below it (Joachims et al.
# 2005, "Accurately interpreting clickthrough data as implicit feedback": skip above, skip next).
_ABOVE, _BELOW = 12, 1
_AGAIN = 6 * 3600.0  # a story that is passed over again within these seconds says nothing more


class StoryActions:
    def __init__(self, work: NewsContext, lists: StoryLists, pages: PageStore) -> None:
        self._feeds, self._room, self._clock = work.feeds, work.room, work.clock
        self._undo, self._state = work.undo, work.state
        self._lists = lists
        self._pages = pages
        self._passed: dict[str, float] = {}
        self._acts: dict[str, Callable[[Sequence[StoredItem], StoredItem, Mapping[str, Any]], Answer]] = {
            "open": lambda told, lead, _: self._opened(told, lead, "open"),
            "summarize": lambda told, lead, _: self._opened(told, lead, "summary"),
            "dwell": self._stayed,
            "more": lambda told, lead, _: self._thumb(told, lead, "more", Message("story.more_done")),
            "less": lambda told, lead, _: self._thumb(told, lead, "less", Message("story.less_done")),
            "neutral": lambda told, lead, _: self._thumb(told, lead, "", Message("story.neutral_done")),
            "save": lambda told, lead, _: self._saved(told, lead, True),
            "unsave": lambda told, lead, _: self._saved(told, lead, False),
            "read": lambda told, lead, _: self._read(told, True),
            "unread": lambda told, lead, _: self._read(told, False),
            "not-source": self._not_source,
            "mute": self._mute,
        }

    async def event(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """`kind`, `story`; `seconds` for dwell, `words` for mute. Answers a `message` and its `undo`, if any."""
        kind, story = text(payload, "kind"), text(payload, "story")
        act = self._acts.get(kind)
        if act is None:
            raise ValueError(f"kind must be one of {', '.join(self._acts)}")
        await self._room.settle(progress)
        places = {place.story: place for place in self._lists.drawn}
        ids = self._room.told(story)
        if story in places:
            ids = list(dict.fromkeys([*ids, *places[story].items]))
        told = list(self._feeds.store.by_id(ids).values())
        if not told:
            raise ValueError(Message("story.gone"))
        lead = next((item for item in told if story in places and item.id == places[story].lead), newest(told))
        return act(told, lead, payload) | {"state": self._state()}

    def _opened(self, told: Sequence[StoredItem], lead: StoredItem, kind: str) -> Answer:
        now = self._clock.now()
        passed = [Feedback("shown", item, now) for item in self._passed_over(str(lead.id), now)]
        self._room.taste.record_many([*passed, _act(kind, lead, now)])
        self._mark_read(told, True)
        self._remember(lead)
        return {}

    def _passed_over(self, opened: str, now: float) -> list[str]:
        """What stood above the story that was opened, and next to it, and was left alone."""
        leads = [(str(place.lead), place.items) for place in self._lists.drawn]
        at = next((number for number, (lead, _) in enumerate(leads) if lead == opened), None)
        if at is None:
            return []
        near = [*leads[max(0, at - _ABOVE) : at], *leads[at + 1 : at + 1 + _BELOW]]
        items = self._feeds.store.by_id({item for _, told in near for item in told})
        touched = {act.item for act in self._room.taste.lessons(limit=100_000) if act.kind != "shown"}
        found = []
        for lead, told in near:
            read = any(items[item].read is not None for item in told if item in items)
            if read or lead in touched or now - self._passed.get(lead, 0.0) < _AGAIN:
                continue
            self._passed[lead] = now
            found.append(lead)
        return found

    def _stayed(self, told: Sequence[StoredItem], lead: StoredItem, payload: Mapping[str, Any]) -> Answer:
        seconds = number(payload, "seconds", maximum=_LONGEST_STAY)
        self._room.taste.record_many([_act("dwell", lead, self._clock.now(), seconds)])
        return {}

    def _thumb(self, told: Sequence[StoredItem], lead: StoredItem, kind: str, done: Message) -> Answer:
        taste, message = self._room.taste, messages.resolve(done)
        ids = {str(item.id) for item in told}
        before = [act.id for act in taste.lessons(limit=100_000) if act.item in ids and act.kind in {"more", "less"}]
        reverts: list[Revert] = []
        if kind and (revert := taste.record_many([_act(kind, lead, self._clock.now())])):
            reverts.append(revert)
        elif kind:
            message = messages.text("story.not_remembered", done=message)
        if before:
            reverts.append(taste.forget(before))
        return {"message": message, "undo": self._undo.add(*reverts)} if reverts else {"message": message}

    def _saved(self, told: Sequence[StoredItem], lead: StoredItem, save: bool) -> Answer:
        changed = [lead] if save else [item for item in told if item.saved is not None]
        self._mark([item.id for item in changed], "saved", save)
        forget = self._remember(lead) if save else None
        unlearn = self._room.taste.record_many([_act("save" if save else "unsave", lead, self._clock.now())])

        def restore_marks() -> None:
            for item in changed:  # since when, as before: they keep their places among what is saved
                self._feeds.store.mark([item.id], column="saved", when=item.saved)

        reverts = [restore_marks, *(revert for revert in (unlearn, forget) if revert)]
        message = messages.text("story.saved") if save else messages.text("story.unsaved")
        return {"message": message, "undo": self._undo.add(*reverts)}

    def _read(self, told: Sequence[StoredItem], read: bool) -> Answer:
        changed = [item for item in told if (item.read is None) == read]
        self._mark_read(changed, read)
        message = messages.text("story.marked_read") if read else messages.text("story.marked_unread")
        return {"message": message, "undo": self._undo.add(lambda: self._mark_read(changed, not read))}

    def _not_source(self, told: Sequence[StoredItem], lead: StoredItem, payload: Mapping[str, Any]) -> Answer:
        revert = self._room.taste.mute("source", str(lead.feed), self._clock.now())
        message = messages.text("story.source_hidden", source=lead.source)
        return {"message": message, "undo": self._undo.add(revert)}

    def _mute(self, told: Sequence[StoredItem], lead: StoredItem, payload: Mapping[str, Any]) -> Answer:
        words = " ".join(text(payload, "words", max_length=_MUTE).split())
        revert = self._room.taste.mute("words", words, self._clock.now())
        return {"message": messages.text("story.muted", words=words), "undo": self._undo.add(revert)}

    def _remember(self, lead: StoredItem) -> Revert:
        """What was read or saved is found again in the memory, with all else that was read. Answers the way back."""
        now, before = self._clock.now(), self._pages.count()
        number = self._pages.keep_story(url=lead.url, title=lead.headline, site=lead.source, text=lead.text, when=now)
        new = self._pages.count() > before
        return lambda: self._pages.unkeep_story(number, now) if new else None

    def _mark_read(self, told: Sequence[StoredItem], read: bool) -> None:
        ids = [item.id for item in told]
        self._mark(ids, "read", read)
        self._room.read(ids, read)

    def _mark(self, ids: Sequence[int], column: str, on: bool) -> None:
        self._feeds.store.mark(ids, column=column, when=self._clock.now() if on else None)


def _act(kind: str, item: StoredItem, at: float, seconds: float = 0.0) -> Feedback:
    """With its words: what was saved from a source that is not followed any more is not in the pool."""
    return Feedback(kind, str(item.id), at, seconds, item.headline, item.text, str(item.feed))
