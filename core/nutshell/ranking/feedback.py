"""What is learned from: the reader's own acts, and how much each says.

An item that was shown and passed over is a weak sign of no interest (implicit feedback: Hu, Koren & Volinsky 2008;
Joachims et al. 2005), an open one of interest, a thumb a strong one either way. Time on a page says little by itself
(measured: Spearman .27 with liking), so a long stay only adds to an open, and a glance takes from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nutshell.records.events import KINDS, SAID, Event

_POSITIVE = {"open": 1.0, "more": 3.0, "save": 1.5, "summary": 1.0, "wish": 4.0}
_NEGATIVE = {"shown": 1.0, "less": 5.0, "unwish": 5.0}
_MOST = 5.0  # no item says more than a thumb does

GLANCE, STAY = 5.0, 60.0
"""Seconds on a page: below GLANCE the open was a mistake or a disappointment, from STAY on it was read."""

HALF_LIFE_DAYS = 45.0

# What other programs call the same.
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
    """The kind that a name stands for. Raises ValueError."""
    kind = name.strip().lower().replace("_", "-").replace(" ", "-")
    kind = _ALIASES.get(kind, _ALIASES.get(kind.replace("-", "_"), kind))
    if kind not in KINDS:
        raise ValueError(f"no kind of event is called {name!r} (there are {', '.join(KINDS)})")
    return kind


@dataclass(frozen=True, slots=True)
class Feedback:
    """Something that a reader did, to be learned from. `at` is Unix seconds, `seconds` the time on the page (dwell).

    An item that is not in the pool is known by its title and text; of one that is there they need not be given.
    """

    kind: str
    item: str = ""
    at: float = 0.0
    seconds: float = 0.0
    title: str = ""
    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """What all the events of one item say together: liked or not, and how much that was worth when it was said."""

    item: str
    liked: bool
    worth: float
    event: Event
    """The last of the events that decided."""
    asked: bool = False
    """It was said outright, not only seen from what the reader did."""

    @property
    def wished(self) -> bool:
        """It was said in words: that holds until the reader takes it back."""
        return self.event.kind in SAID

    def weight(self, now: float) -> float:
        """What it counts for now."""
        if self.wished:
            return self.worth
        days = max(0.0, now - self.event.at) / 86_400
        return float(self.worth * 2.0 ** (-days / HALF_LIFE_DAYS))


class TrainingSet:
    """The reader's acts, and the lessons they come to: one for each item, made again only where an act came or went."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: dict[int, Event] = {}
        self._of_item: dict[str, dict[int, Event]] = {}
        self._lessons: dict[str, TrainingExample] = {}
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

    def put(self, event: Event) -> None:
        """Add an event, or put it in the place of the one with its id."""
        key = event.item or f"\0{event.id}"
        self._events[event.id] = event
        self._of_item.setdefault(key, {})[event.id] = event
        self._stale.add(key)

    def remove(self, event: Event) -> None:
        key = event.item or f"\0{event.id}"
        del self._events[event.id]
        del self._of_item[key][event.id]
        self._stale.add(key)

    def lessons(self, liked: int | None = None, passed: int | None = None) -> list[TrainingExample]:
        """All that was asked for in words; of what was liked or not wanted, and of what was passed over, the newest so
        many (None: all). Each oldest first.

        A thumb overrules all that came before it.
        """
        for key in self._stale:
            acts = sorted(self._of_item[key].values(), key=lambda event: (event.at, event.id))
            if not acts:
                del self._of_item[key]
            lesson = _lesson(key, acts)
            if lesson is None:
                self._lessons.pop(key, None)
            else:
                self._lessons[key] = lesson
        self._stale.clear()
        found = sorted(self._lessons.values(), key=_when)
        said = [lesson for lesson in found if (lesson.liked or lesson.asked) and not lesson.wished]
        seen = [lesson for lesson in found if not (lesson.liked or lesson.asked)]
        said = said if liked is None else said[-liked:]
        seen = seen if passed is None else seen[-passed:]
        return [*(lesson for lesson in found if lesson.wished), *said, *seen]


def _when(lesson: TrainingExample) -> tuple[float, int]:
    return lesson.event.at, lesson.event.id


def _lesson(item: str, acts: list[Event]) -> TrainingExample | None:
    """What the acts on one item come to; oldest first."""
    thumb = next((act for act in reversed(acts) if act.kind in {"more", "less", "wish", "unwish"}), None)
    if thumb is not None and thumb.kind in _NEGATIVE:
        return TrainingExample(item, False, _NEGATIVE[thumb.kind], thumb, asked=True)
    last_save = next((act.kind for act in reversed(acts) if act.kind in {"save", "unsave"}), "")
    unsaved = last_save == "unsave"
    liked = {act.kind: act for act in acts if act.kind in _POSITIVE and not (unsaved and act.kind == "save")}
    if liked:
        weight = sum(_POSITIVE[kind] for kind in liked)
        stayed = max((act.seconds for act in acts if act.kind == "dwell"), default=None)
        if stayed is not None and "open" in liked:
            weight += 0.5 if stayed >= STAY else -0.6 if stayed < GLANCE else 0.0
        last = thumb or max(liked.values(), key=lambda act: act.at)
        return TrainingExample(item, True, min(weight, _MOST), last, asked=thumb is not None)
    passed = [act for act in acts if act.kind == "shown"]
    return TrainingExample(item, False, _NEGATIVE["shown"], passed[-1]) if passed else None
