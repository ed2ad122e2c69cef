"""Plain text from the strings of metadata, which may contain character references, tags and invisible characters."""

from __future__ import annotations

import html
import re

_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_BREAK = re.compile(r"<\s*(?:br|/?(?:p|div|li|ul|ol|h[1-6]|tr))\b[^<>]*>", re.IGNORECASE)
# Only elements that metadata is known to contain: `<main>` in a title is the title's own text.
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|div|em|font|h[1-6]|i|img|li|ol|p|q|small|span|strong|sub|sup|tr|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


def clean(text: str) -> str:
    """Returns text with single spaces and without invisible characters."""
    return " ".join(_CONTROL.sub(" ", _INVISIBLE.sub("", text)).split())


def decode(text: str) -> str:
    """Returns text with its character references replaced, also where they were escaped twice (`&amp;#8217;`)."""
    for _ in range(2):
        if not _REFERENCE.search(text):
            break
        text = html.unescape(text)
    return text


def plain(text: str) -> str:
    """Returns one line of plain text from a string that may be HTML."""
    return clean(_TAG.sub(" ", decode(text)) if "<" in text or "&" in text else text)


def plain_lines(text: str) -> list[str]:
    """Returns the lines of a string that may be HTML; its block elements separate lines too."""
    if "<" in text or "&" in text:
        text = _TAG.sub("", _BREAK.sub("\n", decode(text)))
    return [line for line in map(clean, text.splitlines()) if line]
