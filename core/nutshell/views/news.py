"""Lists of stories as cards, each with the reason for its rank."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import tzinfo

from nutshell.messages import Message, resolve
from nutshell.messages import text as message
from nutshell.records.ranking import TermShare

from .dates import iso, short_age, time_ago
from .environment import language_tag, render, shorten, visible
from .library import marked, query_words
from .links import host_name, web_link

_SLIDERS = {
    "adventurous": (Message("slider.adventurous"), Message("slider.familiar_end"), Message("slider.adventurous_end")),
    "fresh": (Message("slider.fresh"), Message("slider.any_age_end"), Message("slider.fresh_end")),
    "calm": (Message("slider.calm"), Message("slider.lively_end"), Message("slider.calm_end")),
    "deep": (Message("slider.deep"), Message("slider.light_end"), Message("slider.deep_end")),
}
_MUTE_SUGGESTIONS = 4
_SHORT_WORD = 4


@dataclass(frozen=True, slots=True)
class CardSource:
    """One source's report of a story."""

    feed: int
    name: str
    title: str
    url: str
    published: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """A story. `reason` has its subject between asterisks: `like *harbour ferries*`."""

    id: str
    title: str
    gist: str
    sources: tuple[CardSource, ...]
    published: float | None
    reason: str = ""
    terms: tuple[TermShare, ...] = ()
    lang: str = ""
    read: bool = False
    saved: bool = False
    thumb: int = 0


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider of the ranking, with a value in 0 to 1: adventurous, fresh, calm or deep."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class StoryList:
    """A list of stories. `tab` is for-you, latest, saved or source; `left` more stories are not included.

    `toolbar` and `menu` are the macros of story_actions.html that each story has, in order.
    """

    tab: str
    cards: tuple[Card, ...]
    query: str = ""
    source: str = ""
    left: int = 0
    feeds: int = 0
    fetched: float | None = None
    failing: int = 0
    offline: bool = False
    sliders: tuple[Slider, ...] = field(default=())
    toolbar: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()


def render_stories(stories: StoryList, *, now: float, zone: tzinfo | None = None) -> str:
    words = query_words(stories.query)
    return render(
        "stories.html",
        {
            "list": stories,
            "cards": [_card(card, words, now, zone) for card in stories.cards],
            "sliders": [_slider(slider) for slider in stories.sliders],
            "fetched": time_ago(stories.fetched, now, zone) if stories.fetched else "",
        },
    )


def _slider(slider: Slider) -> dict[str, object]:
    label, low, high = (resolve(message) for message in _SLIDERS[slider.name])
    return {"name": slider.name, "value": slider.value, "label": label, "low": low, "high": high}


def _card(card: Card, words: re.Pattern[str] | None, now: float, zone: tzinfo | None) -> dict[str, object]:
    names = list(dict.fromkeys(shorten(visible(source.name), 40) for source in card.sources))
    lead = card.sources[0]
    title = shorten(visible(card.title), 200) or host_name(lead.url) or message("untitled.story")
    return {
        "id": card.id,
        "feed": lead.feed,
        "link": web_link(lead.url),
        "name": shorten(title, 80),
        "title": marked(title, words),
        "gist": marked(shorten(visible(card.gist), 220), words),
        "source": names[0],
        "others": len(names) - 1,
        "sources": [
            {
                "name": shorten(visible(source.name), 40),
                "title": shorten(visible(source.title), 140),
                "link": web_link(source.url),
                "age": short_age(source.published, now, zone) if source.published else "",
            }
            for source in card.sources
        ],
        "age": short_age(card.published, now, zone) if card.published else "",
        "iso": iso(card.published, zone) if card.published else "",
        "reason": emphasis(card.reason),
        "terms": [
            {"label": term.label, "percent": round(abs(term.share) * 100), "less": term.share < 0}
            for term in card.terms
        ],
        "lang": language_tag(card.lang),
        "read": card.read,
        "saved": card.saved,
        "thumb": card.thumb,
        "mutes": mute_words(title),
    }


def emphasis(text: str) -> list[tuple[str, bool]]:
    """`like *ferries*, which` as pieces: each text, and whether it is between asterisks."""
    pieces = shorten(visible(text), 200).split("*")
    if len(pieces) % 2 == 0:  # unbalanced: the asterisks are text
        return [(text, False)]
    return [(piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece]


def mute_words(title: str) -> list[str]:
    """Words of a headline to suggest for muting: names first, then the longest."""
    words = list(dict.fromkeys(re.findall(r"[^\W\d_][\w'\u2019-]+", title)))
    first = words[0] if words else ""
    fit = [word for word in words if len(word) >= _SHORT_WORD]
    fit.sort(key=lambda word: (word == first or not word[0].isupper(), -len(word)))
    return fit[:_MUTE_SUGGESTIONS]
