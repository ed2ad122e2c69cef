"""HTML in feeds as plain text. The text is never rendered as HTML, so speed matters more than exactness."""

from __future__ import annotations

import html
import re

MAX_HTML = 40_000
"""Characters of one piece of HTML that are read: enough for the longest text kept, however much markup is in it."""

# Each alternative runs to the end of the text when its own end is missing, so none is tried twice from one place:
# the time is linear in the length of any text.
_INVISIBLE = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"</?(?:address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|figure|footer|form|"
                    r"h[1-6]|header|hr|img|li|ol|option|p|pre|section|table|td|th|tr|ul)\b(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>",
                    re.IGNORECASE)  # fmt: skip
_TAG = re.compile(r"</?[a-zA-Z][^\s<>/]*+(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|<[/!?a-zA-Z][^<>]*+(?:>|\Z)")
_MARKUP = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--")
# Control characters except white space, and the marks that set the direction of text: these would affect the text
# around them too.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def from_html(source: str, limit: int) -> str:
    """Returns the text of a piece of HTML in one line of at most `limit` characters."""
    text = source[:MAX_HTML]
    if "<" in text:
        text = _INVISIBLE.sub(" ", text)
        text = _BREAK.sub(" ", text)
        text = _TAG.sub("", text)
    return from_text(html.unescape(text), limit)


def from_either(source: str, limit: int) -> str:
    """Converts text that may or may not be HTML: it is taken as HTML if it contains a tag."""
    if _MARKUP.search(source[:MAX_HTML]):
        return from_html(source, limit)
    return from_text(html.unescape(source[:MAX_HTML]), limit)


def from_text(source: str, limit: int) -> str:
    """Returns plain text in one line, cut between words to at most `limit` characters."""
    text = " ".join(_CONTROL.sub("", source[:MAX_HTML]).split())
    if len(text) <= limit:
        return text
    head, space, _ = text[: limit - 1].rpartition(" ")
    return (head if space and len(head) > limit // 2 else text[: limit - 1]).rstrip(" ,;:") + "\u2026"
