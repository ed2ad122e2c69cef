"""Decides the kind of a page, and on a thread replaces its blocks with those of its posts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from nutshell.article import MalformedArticle

from .content_features import count_words
from .page_kind import LABELS, THREADS, PageKind, page_kind
from .page_structure import Structure
from .thread import FoundThread, assemble

_MIN_SHARE = 0.25  # of the posts have an author or a date, or of the page's text is theirs


def with_kind(wire: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns an article in its wire form with `page_kind` in place of the `structure` it was read with.

    The blocks of a thread are those of its posts, with `posts`. An article without `structure` is returned as it is.
    Raises MalformedArticle.
    """
    if not isinstance(wire, Mapping) or wire.get("structure") is None:
        return wire
    made = _decided(wire)
    unhidden = wire.get("unhidden")
    if isinstance(unhidden, Mapping):
        made["unhidden"] = all_text = with_kind({"url": wire.get("url", ""), **unhidden})
        if all_text.get("posts") and not made.get("posts"):
            return all_text  # the visible text of a thread that scripts show is not the thread
    return made


def _decided(wire: Mapping[str, Any]) -> dict[str, Any]:
    url = wire.get("url") or ""
    if not isinstance(url, str):
        raise MalformedArticle("url must be a string")
    found = None if wire.get("thread") is None else FoundThread.from_wire(wire["thread"])
    kind = page_kind(Structure.from_wire(wire["structure"]), url, found)
    made = {name: value for name, value in wire.items() if name not in {"structure", "thread"}}
    made["page_kind"] = kind.value
    signals, blocks = wire.get("signals"), wire.get("blocks")
    if kind in LABELS and isinstance(signals, Mapping) and isinstance(blocks, (list, tuple)):
        made["signals"] = {**signals, "label_words": _words(blocks)}
    if found is None or kind not in THREADS or max(found.authors, found.dates, found.share) < _MIN_SHARE:
        return made
    thread = assemble(found, answers=kind is PageKind.QUESTION)
    made["blocks"] = list(thread.blocks)
    made["posts"] = [asdict(post) for post in thread.posts]
    if isinstance(signals, Mapping) and isinstance(signals.get("words", 0), int):
        # A forum's page may have a field for the password, and a topic "error" in its title.
        words = max(signals.get("words", 0), thread.words)
        made["signals"] = {**signals, "words": words, "article_markup": True}
    return made


def _words(blocks: Iterable[Any]) -> int:
    texts = (block.get("text") for block in blocks if isinstance(block, Mapping))
    return sum(count_words(text) for text in texts if isinstance(text, str))
