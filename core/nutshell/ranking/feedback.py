"""Feedback, and the training examples that follow from it.

An item that was shown and skipped is a weak sign of no interest (implicit feedback: Hu, Koren & Volinsky 2008;
Joachims et al. 2005), an opened one a sign of interest, a thumb a strong sign either way. Time on a page says little by
itself (measured: Spearman .27 with liking), so a long stay only adds to an open, and a glance takes from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nutshell.records.events import KINDS, OWN_INTERESTS, Event

_POSITIVE = {"open": 1.0, "more": 3.0, "save": 1.5, "summary": 1.0, "wish": 4.0}
_NEGATIVE = {"shown": 1.0, "less": 5.0, "unwish": 5.0}
_MAX_STRENGTH = 5.0  # no item counts more than a thumb

GLANCE, STAY = 5.0, 60.0
"""Seconds on a page: below GLANCE the open was a mistake or a disappointment, from STAY on the page was read."""

HALF_LIFE_DAYS = 45.0

THUMBS = {"more": 1, "less": -1}

# Names that other programs use.
_ALIASES = {
    "opened": "open", "click": "open", "clicked": "open", "visit": "open", "view": "open", "read": "open",
    "like": "more", "liked": "more", "up": "more", "thumb-up": "more", "thumbs-up": "more", "thumb_up": "more",
    "dislike": "less", "disliked": "less", "down": "less", "thumb-down": "less", "thumbs-down": "less",
    "thumb_down": "less", "hide": "less", "saved": "save", "bookmark": "save", "star": "save",
    "summarize": "summary", "summarized": "summary",
    "pass": "shown", "passed": "shown", "skip": "shown", "skipped": "shown", "impression": "shown", "seen": "shown",
    "show": "shown", "ignored": "shown", "ignore": "shown", "not-opened": "shown", "passed-over": "shown",
}  # fmt: skip


def kind_of(name: str) -> str:
    """Returns the kind of event that a name stands for. Raises ValueError."""
    kind = name.strip().lower().replace("_", "-").replace(" ", "-")
    kind = _ALIASES.get(kind, _ALIASES.get(kind.replace("-", "_"), kind))
    if kind not in KINDS:
        raise ValueError(f"no kind of event is called {name!r} (there are {', '.join(KINDS)})")
    return kind


@dataclass(frozen=True, slots=True)
class Feedback:
    """An act of the user on an item. `at` is Unix seconds, `seconds` the time on the page (dwell).

    An item that is no candidate is described by title and text; for candidates they are not needed. `explored` is the
    topic that the item was shown to explore, or "".
    """

    kind: str
    item: str = ""
    at: float = 0.0
    seconds: float = 0.0
    title: str = ""
    text: str = ""
    source: str = ""
    explored: str = ""


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """What all feedback on one item says together. `event` is the last event that decided it.

    `explicit` feedback was stated (a thumb, an interest in words), not inferred from what the user did.
    """

    item: str
    liked: bool
    strength: float
    event: Event
    explicit: bool = False

    @property
    def stated_in_words(self) -> bool:
        """It is an interest in the user's own words, which counts until the user deletes it."""
        return self.event.kind in OWN_INTERESTS

    def weight(self, now: float) -> float:
        """Returns its strength at a moment: it halves every HALF_LIFE_DAYS."""
        if self.stated_in_words:
            return self.strength
        days = max(0.0, now - self.event.at) / 86_400
        return float(self.strength * 2.0 ** (-days / HALF_LIFE_DAYS))


class TrainingSet:
    """All events, by id and by item, and the training example of each item.

    An example is computed again only when an event on its item was added or removed.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: dict[int, Event] = {}
        self._by_item: dict[str, dict[int, Event]] = {}
        self._examples: dict[str, TrainingExample] = {}
        self._sorted: list[TrainingExample] = []
        self._stale: set[str] = set()
        for event in events:
            self.put(event)

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events.values())

    def __contains__(self, number: int) -> bool:
        return number in self._events

    def get(self, number: int) -> Event | None:
        return self._events.get(number)

    def events_of(self, item: str) -> Sequence[Event]:
        """Returns the events on an item, oldest first."""
        return sorted(self._by_item.get(item, {}).values(), key=_event_order)

    def put(self, event: Event) -> None:
        """Adds an event, or replaces the one with its id."""
        key = _key(event)
        self._events[event.id] = event
        self._by_item.setdefault(key, {})[event.id] = event
        self._stale.add(key)

    def remove(self, event: Event) -> None:
        key = _key(event)
        del self._events[event.id]
        del self._by_item[key][event.id]
        self._stale.add(key)

    def examples(self, max_explicit: int | None = None, max_skipped: int | None = None) -> list[TrainingExample]:
        """Returns all examples in words; of the other liked or explicit ones the newest `max_explicit`; and of the
        skipped ones the newest `max_skipped` (None: all). Each part is oldest first.

        A thumb overrules everything before it.
        """
        if self._stale:
            self._update()
        in_words, decided, skipped = [], [], []
        for example in self._sorted:
            if example.stated_in_words:
                in_words.append(example)
            elif example.liked or example.explicit:
                decided.append(example)
            else:
                skipped.append(example)
        decided = decided if max_explicit is None else decided[-max_explicit:]
        skipped = skipped if max_skipped is None else skipped[-max_skipped:]
        return [*in_words, *decided, *skipped]

    def _update(self) -> None:
        for key in self._stale:
            events = self.events_of(key)
            if not events:
                self._by_item.pop(key, None)
            example = _example(key, events)
            if example is None:
                self._examples.pop(key, None)
            else:
                self._examples[key] = example
        self._stale.clear()
        self._sorted = sorted(self._examples.values(), key=lambda example: _event_order(example.event))


def _key(event: Event) -> str:
    """An event without an item (an interest in words) is on its own."""
    return event.item or f"\0{event.id}"


def _event_order(event: Event) -> tuple[float, int]:
    return event.at, event.id


def _example(item: str, events: Sequence[Event]) -> TrainingExample | None:
    """Returns what the events on one item, oldest first, say together; None when they say nothing."""
    thumb = next((event for event in reversed(events) if event.kind in {"more", "less", "wish", "unwish"}), None)
    if thumb is not None and thumb.kind in _NEGATIVE:
        return TrainingExample(item, False, _NEGATIVE[thumb.kind], thumb, explicit=True)
    last_save = next((event.kind for event in reversed(events) if event.kind in {"save", "unsave"}), "")
    unsaved = last_save == "unsave"
    liked = {
        event.kind: event for event in events if event.kind in _POSITIVE and not (unsaved and event.kind == "save")
    }
    if liked:
        strength = sum(_POSITIVE[kind] for kind in liked)
        longest = max((event.seconds for event in events if event.kind == "dwell"), default=None)
        if longest is not None and "open" in liked:
            strength += 0.5 if longest >= STAY else -0.6 if longest < GLANCE else 0.0
        last = thumb or max(liked.values(), key=lambda event: event.at)
        return TrainingExample(item, True, min(strength, _MAX_STRENGTH), last, explicit=thumb is not None)
    skips = [event for event in events if event.kind == "shown"]
    return TrainingExample(item, False, _NEGATIVE["shown"], skips[-1]) if skips else None
