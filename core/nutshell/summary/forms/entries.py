"""The form of a list: how many entries it has, and the names of the first."""

from __future__ import annotations

import re
from collections import Counter

from nutshell.article import RUNNING_TEXT, Role
from nutshell.records.message import Message

from .page import Form, ScoredPage, squeezed

_MIN_ENTRIES, _MIN_SHOWN, _SHOWN = 4, 3, 6
_MAX_CHARS = 180  # of all names
_MAX_NAME, _MAX_ITEM_WORDS = 90, 14
_MIN_DESCRIBED = 0.5  # share of the headings that are followed by text: others are a menu
_TAIL = re.compile(
    r"\s*(?:[-–—|·:]?\s*(?:from\s+)?[$€£¥]\s?\d[\d.,]*(?:\s*[-–—]\s*[$€£¥]?\s?\d[\d.,]*)?.*|\((?:[\w-]+\.)+[a-z]{2,}\).*"
    r"|\s\d{1,5})$",
    re.IGNORECASE,
)
# What is said about an entry in items of its own: discounts, ratings, sizes.
_FACT = re.compile(
    r":|\d\s?(?:%|''|\"|cm\b|in\b)|\b(?:ratings?|reviews?|stars?|sold|stock)\b|^[\d.,]+(?:\s?(?:to|[-–])\s?[\d.,]+)?\s?\w+$",
    re.IGNORECASE,
)
_MAX_FACTS, _MIN_ITEMS = 0.1, 8
_NOT_AN_ENTRY = re.compile(
    r"^(?:related|more|about|contact|follow|share|comments?|filters?|sort|categor|tags?\b|archives?|newsletter|subscribe"
    r"|faqs?|frequently|popular|recent|featured|latest|trending|search|menu|navigation|see also|read more|learn more"
    r"|what|why|how to choose|view|shop (?:by|all)|customer|reviews?|you may|recommended|sign|log|get|join|need help"
    r"|page|results?|showing|contents|references|external links|notes|discover|new(?: arrivals)?$|best sellers?$)",
    re.IGNORECASE,
)


def list_form(page: ScoredPage) -> Form:
    entries = _headed(page) or _items(page)
    names = list({squeezed(name): (block, name) for block, name in reversed(entries)}.values())[::-1]
    if len(names) < _MIN_ENTRIES:
        return Form()
    shown = names[:_SHOWN]
    label = (
        Message("form.list", count=len(names)) if len(names) > _SHOWN else Message("form.list_all", count=len(names))
    )
    return Form((page.composed(label, "; ".join(name for _, name in shown), [block for block, _ in shown]),))


def _headed(page: ScoredPage) -> list[tuple[int, str]]:
    """Returns the headings of the most frequent level, with their blocks, if text follows most of them."""
    blocks = page.article.blocks
    title = squeezed(page.article.title)
    found = [
        (number, block.level, name)
        for number, block in enumerate(blocks)
        if block.role is Role.HEADING and squeezed(block.text) != title and (name := _name(block.text))
    ]
    if not found:
        return []
    level = max(Counter(level for _, level, _ in found).items(), key=lambda entry: (entry[1], -entry[0]))[0]
    same = [(number, name) for number, own, name in found if own == level]
    described = sum(number + 1 < len(blocks) and blocks[number + 1].role in RUNNING_TEXT for number, _ in same)
    return same if len(same) >= _MIN_ENTRIES and described >= _MIN_DESCRIBED * len(same) else []


def _items(page: ScoredPage) -> list[tuple[int, str]]:
    """Returns the items of the page, if most are short: names, not sentences."""
    items = [(number, block) for number, block in enumerate(page.article.blocks) if block.role is Role.ITEM]
    short = [
        (number, name)
        for number, block in items
        if len(block.text.split()) <= _MAX_ITEM_WORDS and (name := _name(block.text))
    ]
    if len(short) < _MIN_ITEMS or sum(_FACT.search(name) is not None for _, name in short) > _MAX_FACTS * len(short):
        return []
    rest = sum(block.role in RUNNING_TEXT for block in page.article.blocks)
    return short if len(short) >= max(_MIN_ENTRIES, 0.7 * len(items), 0.5 * rest) else []


def _name(text: str) -> str:
    name = _TAIL.sub("", text).strip(" :–—-•·")
    fit = 3 <= len(name) <= _MAX_NAME and any(char.isalpha() for char in name) and not _NOT_AN_ENTRY.match(name)
    return name if fit else ""
