"""Cards: stories as the view shows them, from ranked stories and stored items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nutshell import messages
from nutshell.ranking.explanation import RankedStory, ScoreTerm
from nutshell.ranking.feedback import THUMBS
from nutshell.ranking.feedback_log import FeedbackLog
from nutshell.records.items import StoredItem, newest
from nutshell.records.ranking import FrontPagePlace, TermShare
from nutshell.text.sentences import split_text
from nutshell.views.news import Card, CardSource

_MAX_TERMS = 6
_MAX_GIST, _MIN_GIST = 220, 30
_GIST_SOURCE = 1_000
"""Characters of a text that are searched for its gist."""


def place_of(story: RankedStory) -> FrontPagePlace:
    """Returns a ranked story with its reason and its largest terms; the rest of them in one."""
    terms = sorted(story.terms, key=lambda term: -abs(term.value))
    largest = abs(terms[0].value) if terms else 1.0
    shares = [TermShare(_label(term), term.value / largest) for term in terms[:_MAX_TERMS]]
    if rest := terms[_MAX_TERMS:]:
        shares.append(TermShare(messages.text("term.others"), sum(term.value for term in rest) / largest))
    items = tuple(map(int, story.story.items))
    return FrontPagePlace(story.story.id, int(story.item), items, messages.resolve(story.reason.message), tuple(shares))


def _label(term: ScoreTerm) -> str:
    return messages.text("term.interest", interest=term.label) if term.name.isdigit() else messages.resolve(term.label)


def cards_of(
    places: Sequence[FrontPagePlace], items: Mapping[int, StoredItem], languages: Mapping[int, str], log: FeedbackLog
) -> list[Card]:
    """Returns a card for each place that has a stored item. `languages` are those of the feeds."""
    cards = []
    for place in places:
        stored = [items[item] for item in place.items if item in items]
        if stored:
            lead = items.get(place.lead) or newest(stored)
            cards.append(_card(place, lead, stored, languages.get(lead.feed, ""), _thumb(stored, log)))
    return cards


def _card(place: FrontPagePlace, lead: StoredItem, items: Sequence[StoredItem], lang: str, thumb: int) -> Card:
    others = sorted((item for item in items if item.id != lead.id), key=lambda item: -item.at)
    by_feed = {item.feed: item for item in [*reversed(others), lead]}  # the lead item, or the newest of the feed
    sources = sorted(by_feed.values(), key=lambda item: (item.id != lead.id, -item.at))
    return Card(
        id=place.story,
        title=lead.headline,
        gist=gist(lead),
        sources=tuple(CardSource(item.feed, item.source, item.headline, item.url, item.date) for item in sources),
        published=lead.date,
        reason=place.reason,
        terms=place.terms,
        lang=lang,
        read=any(item.read is not None for item in items),
        saved=any(item.saved is not None for item in items),
        thumb=thumb,
    )


def _thumb(items: Sequence[StoredItem], log: FeedbackLog) -> int:
    """Returns 1 for more, -1 for less and 0 for none: the last thumb on the first item that has one."""
    for item in items:
        if thumbs := log.thumb_events([str(item.id)]):
            return THUMBS[thumbs[-1].kind]
    return 0


def gist(item: StoredItem) -> str:
    """Returns the first full sentence of an item's text that does not repeat its title, or ""."""
    text = item.text[:_GIST_SOURCE]
    title = _letters(item.headline)
    for begin, end in split_text(text, ""):
        sentence = text[begin:end].strip()
        letters = _letters(sentence)
        if len(sentence) >= _MIN_GIST and letters != title and not title.startswith(letters):
            return sentence if len(sentence) <= _MAX_GIST else sentence[: _MAX_GIST - 1].rsplit(" ", 1)[0] + "\u2026"
    return ""


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
