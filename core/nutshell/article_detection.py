"""Decides whether an extracted page is an article, from what the extraction measured.

The extraction (extension/page/extract.js) sends an article in its wire form with `signals`. Where the page has much
hidden text and little visible text, it also sends `unhidden`: the same page read with its hidden text. Articles without
signals (selections, plain text, stories of feeds) are always accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Measured on 617 real pages: with fewer than 30 words of prose, a page is a stub, a gallery or the frame of an
# application. Sign-in and error pages have a few sentences of their own, so a page that looks like either needs more.
_MIN_WORDS = 30
_CERTAIN_WORDS = 150
_ERROR_TITLE = re.compile(
    r"\b(404|403|500|502|503|error|not found|page unavailable|access denied|forbidden|just a moment|captcha|sign in"
    r"|log ?in)\b",
    re.IGNORECASE | re.ASCII,
)
_TEXT_TYPE = re.compile(r"html|^text/plain|^text/markdown")


@dataclass(frozen=True, slots=True)
class Signals:
    """What the extraction measured. `words` counts the words of prose in the blocks."""

    words: int
    content_type: str = "text/html"
    page_title: str = ""
    article_markup: bool = False
    password_field: bool = False

    @classmethod
    def from_wire(cls, wire: Any) -> Signals:
        """Raises ValueError for anything of the wrong type."""
        if not isinstance(wire, Mapping):
            raise ValueError("signals must be an object")
        words = wire.get("words", 0)
        if not isinstance(words, int) or isinstance(words, bool):
            raise ValueError("words must be a whole number")
        texts = {name: wire.get(name, default) for name, default in (("content_type", "text/html"), ("page_title", ""))}
        flags = {name: wire.get(name, False) for name in ("article_markup", "password_field")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise ValueError("content_type and page_title must be strings")
        if not all(isinstance(flag, bool) for flag in flags.values()):
            raise ValueError("article_markup and password_field must be true or false")
        return cls(words, **texts, **flags)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no article: `reason` names a notice (views/notice.py), `detail` says more."""

    reason: str
    detail: str = ""


def refusal(signals: Signals) -> Refusal | None:
    """Returns why a page is not an article, or None if it is one."""
    if signals.content_type == "application/pdf":
        return Refusal("pdf")
    if not _TEXT_TYPE.search(signals.content_type):
        return Refusal("no-article", signals.content_type)
    if signals.words < _MIN_WORDS:
        return Refusal("no-article", f"{signals.words} words of running text")
    if signals.words >= _CERTAIN_WORDS or signals.article_markup:
        return None
    if signals.password_field:
        return Refusal("no-article", "sign-in page")
    return Refusal("no-article", "error page") if _ERROR_TITLE.search(signals.page_title) else None


def select_reading(wire: Mapping[str, Any]) -> tuple[Mapping[str, Any], Refusal | None]:
    """Returns the wire form to use, of the visible text or of all text, and why it is not an article.

    Raises ValueError for anything of the wrong type.
    """
    if wire.get("signals") is None:
        return wire, None
    refused = refusal(Signals.from_wire(wire["signals"]))
    unhidden = wire.get("unhidden")
    if refused is None or unhidden is None:
        return wire, refused
    if not isinstance(unhidden, Mapping):
        raise ValueError("unhidden must be an object")
    if refusal(Signals.from_wire(unhidden.get("signals"))) is None:
        return unhidden, None
    return wire, refused
