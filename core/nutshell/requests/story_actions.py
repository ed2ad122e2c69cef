"""Story actions: everything that can be done to a story, and the request `news.event` that does it.

A new action is a function with `@story_action` here, a macro for its control in
views/templates/story_actions.html, and a test.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nutshell import messages
from nutshell.messages import Message
from nutshell.ports import Progress
from nutshell.ranking.feedback import Feedback
from nutshell.records.items import StoredItem, newest
from nutshell.undo import Revert

from .news_context import NewsContext
from .types import Answer
from .validation import number, text

_MAX_STAY = 86_400.0
_MAX_MUTE = 60
# Stories around an opened one that were looked at: so many above it, and the next one below (Joachims et al. 2005,
# "Accurately interpreting clickthrough data as implicit feedback": skip above, skip next).
_ABOVE, _BELOW = 12, 1
_SKIP_AGAIN = 6 * 3600.0
"""Seconds before another skip of the same story counts."""


@dataclass(frozen=True, slots=True)
class SelectedStory:
    """The story that an action is for: its lead item, and all its items that are still stored."""

    lead: StoredItem
    items: tuple[StoredItem, ...]

    @property
    def ids(self) -> list[int]:
        return [item.id for item in self.items]


Handler = Callable[[NewsContext, SelectedStory, Mapping[str, Any]], Awaitable[Answer]]
"""Does the action and returns the answer, often a `message` and the token to `undo` it."""


@dataclass(frozen=True, slots=True)
class StoryAction:
    """`name` is the request's `kind`. `toolbar` or `menu` is the macro with its control, by where the control is.

    An action without one belongs to the control of another action, or is run by the shell.
    """

    name: str
    handler: Handler
    toolbar: str = ""
    menu: str = ""


STORY_ACTIONS: dict[str, StoryAction] = {}
"""All actions by name, in the order of their controls."""


def story_action(name: str, *, toolbar: str = "", menu: str = "") -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        STORY_ACTIONS[name] = StoryAction(name, handler, toolbar, menu)
        return handler

    return register


def toolbar_parts() -> tuple[str, ...]:
    return tuple(action.toolbar for action in STORY_ACTIONS.values() if action.toolbar)


def menu_parts() -> tuple[str, ...]:
    return tuple(action.menu for action in STORY_ACTIONS.values() if action.menu)


class StoryActions:
    """Finds the story and runs the action."""

    def __init__(self, context: NewsContext) -> None:
        self._context = context

    async def run(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Handles `kind`, the name of the action, and `story`; the action reads the rest of the payload."""
        name, story = text(payload, "kind"), text(payload, "story")
        action = STORY_ACTIONS.get(name)
        if action is None:
            raise ValueError(f"kind must be one of {', '.join(STORY_ACTIONS)}")
        await self._context.index.load(progress)
        answer = await action.handler(self._context, _select(self._context, story), payload)
        return answer | {"state": self._context.state.get()}


def _select(context: NewsContext, story: str) -> SelectedStory:
    """Returns a story as it was shown, with items that joined it since. Raises ValueError."""
    place = context.shown.find(story)
    ids = context.index.items_of(story)
    if place is not None:
        ids = list(dict.fromkeys([*ids, *place.items]))
    items = tuple(context.feeds.store.get_items(ids).values())
    if not items:
        raise ValueError(Message("story.gone"))
    lead = next((item for item in items if place is not None and item.id == place.lead), None)
    return SelectedStory(lead or newest(items), items)


@story_action("open")
async def _open(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _opened(context, story, "open")


@story_action("dwell")
async def _dwell(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    """The payload has the `seconds` on the page."""
    seconds = number(payload, "seconds", maximum=_MAX_STAY)
    context.index.recommender.record([_feedback(context, "dwell", story.lead, seconds)])
    return {}


@story_action("more", toolbar="more")
async def _more(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_thumb(context, story, "more", Message("story.more_done"))


@story_action("less", toolbar="less")
async def _less(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_thumb(context, story, "less", Message("story.less_done"))


@story_action("neutral")
async def _neutral(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_thumb(context, story, "", Message("story.neutral_done"))


@story_action("save", toolbar="save")
async def _save(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_saved(context, story, True)


@story_action("unsave")
async def _unsave(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_saved(context, story, False)


@story_action("read", toolbar="read")
async def _read(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_read(context, story, True)


@story_action("unread")
async def _unread(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _set_read(context, story, False)


@story_action("summarize", toolbar="summarize")
async def _summarize(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    return _opened(context, story, "summary")


@story_action("not-source", menu="hide_source")
async def _not_source(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    revert = context.index.recommender.mute("source", str(story.lead.feed), context.clock.now())
    message = messages.text("story.source_hidden", source=story.lead.source)
    return {"message": message, "undo": context.undo.add(revert)}


@story_action("mute", menu="mute")
async def _mute(context: NewsContext, story: SelectedStory, payload: Mapping[str, Any]) -> Answer:
    """The payload has the `words` to mute."""
    words = " ".join(text(payload, "words", max_length=_MAX_MUTE).split())
    revert = context.index.recommender.mute("words", words, context.clock.now())
    return {"message": messages.text("story.muted", words=words), "undo": context.undo.add(revert)}


def _opened(context: NewsContext, story: SelectedStory, kind: str) -> Answer:
    now = context.clock.now()
    skipped = [
        Feedback("shown", str(item), now, explored=context.shown.explored_topic(item))
        for item in _skipped_around(context, story.lead.id, now)
    ]
    context.index.recommender.record([*skipped, _feedback(context, kind, story.lead)])
    _mark_read(context, story.ids, True)
    _add_to_library(context, story.lead)
    return {}


def _skipped_around(context: NewsContext, opened: int, now: float) -> list[int]:
    """Returns the lead items of stories near the opened one that were seen and left alone."""
    places = context.shown.places
    at = next((number for number, place in enumerate(places) if place.lead == opened), None)
    if at is None:
        return []
    near = [*places[max(0, at - _ABOVE) : at], *places[at + 1 : at + 1 + _BELOW]]
    items = context.feeds.store.get_items({item for place in near for item in place.items})
    log = context.index.recommender.log
    skipped = []
    for place in near:
        was_read = any(items[item].read is not None for item in place.items if item in items)
        last = log.last_skipped(str(place.lead))
        recently = last is not None and now - last < _SKIP_AGAIN
        if not (was_read or recently or log.has_interaction(str(place.lead))):
            skipped.append(place.lead)
    return skipped


def _set_thumb(context: NewsContext, story: SelectedStory, kind: str, done: Message) -> Answer:
    """Replaces all thumbs on the story by one of this kind; "" for none."""
    recommender, message = context.index.recommender, messages.resolve(done)
    before = [event.id for event in recommender.log.thumb_events(map(str, story.ids))]
    reverts: list[Revert] = []
    if kind and (revert := recommender.record([_feedback(context, kind, story.lead)])):
        reverts.append(revert)
    elif kind:
        message = messages.text("story.not_remembered", done=message)
    if before:
        reverts.append(recommender.forget(before))
    return {"message": message, "undo": context.undo.add(*reverts)} if reverts else {"message": message}


def _set_saved(context: NewsContext, story: SelectedStory, saved: bool) -> Answer:
    changed = [story.lead] if saved else [item for item in story.items if item.saved is not None]
    _mark(context, [item.id for item in changed], "saved", saved)
    remove = _add_to_library(context, story.lead) if saved else None
    forget = context.index.recommender.record([_feedback(context, "save" if saved else "unsave", story.lead)])

    def restore_marks() -> None:
        for item in changed:  # with their times, so that they keep their places among the saved stories
            context.feeds.store.mark_items([item.id], column="saved", when=item.saved)

    reverts = [restore_marks, *(revert for revert in (forget, remove) if revert)]
    message = messages.text("story.saved") if saved else messages.text("story.unsaved")
    return {"message": message, "undo": context.undo.add(*reverts)}


def _set_read(context: NewsContext, story: SelectedStory, read: bool) -> Answer:
    changed = [item.id for item in story.items if (item.read is None) == read]
    _mark_read(context, changed, read)
    message = messages.text("story.marked_read") if read else messages.text("story.marked_unread")
    return {"message": message, "undo": context.undo.add(lambda: _mark_read(context, changed, not read))}


def _mark_read(context: NewsContext, ids: Sequence[int], read: bool) -> None:
    _mark(context, ids, "read", read)
    context.index.mark_read(ids, read)


def _mark(context: NewsContext, ids: Sequence[int], column: str, on: bool) -> None:
    context.feeds.store.mark_items(ids, column=column, when=context.clock.now() if on else None)


def _add_to_library(context: NewsContext, item: StoredItem) -> Revert:
    """Adds a read or saved story to the library. What reverts it removes the story only if it was not there before."""
    pages, now = context.pages, context.clock.now()
    before = pages.count()
    number = pages.save_story(url=item.url, title=item.headline, site=item.source, text=item.text, when=now)
    is_new = pages.count() > before
    return lambda: pages.delete_story(number, now) if is_new else None


def _feedback(context: NewsContext, kind: str, item: StoredItem, seconds: float = 0.0) -> Feedback:
    """Includes the item's text: a saved item of a source that is no longer followed is not in the index."""
    return Feedback(
        kind=kind,
        item=str(item.id),
        at=context.clock.now(),
        seconds=seconds,
        title=item.headline,
        text=item.text,
        source=str(item.feed),
        explored=context.shown.explored_topic(item.id),
    )
