"""Makes almost well-formed XML well-formed without changing what it says.

Many feeds contain bare ampersands (`Salt & vinegar`, `?a=1&copy=2`), HTML's entities, control characters, or `<` as a
sign. A lenient parser guesses what these mean and changes text and links; here each becomes the character it is.
"""

from __future__ import annotations

import html.entities
import re

_KEPT = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^<>\[]{0,200}(?:\[[^\]]{0,20000}\]\s*)?>",
    re.DOTALL,
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?:#(\d{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_BARE_LESS_THAN = re.compile(r"<(?![A-Za-z_/!?:])")
_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repair(document: str, declared: frozenset[str] = frozenset()) -> str:
    """Returns the document with its bare `&` and `<` escaped and without characters that XML does not allow.

    `declared` are the names of entities that the document declares itself.
    """

    def ampersand(found: re.Match[str]) -> str:
        number, name = found.groups()
        if number:
            code = int(number[1:], 16) if number[0] in "xX" else int(number)
            return found[0] if _allowed(code) else ""
        if name in _XML or name in declared:
            return found[0]
        if name in html.entities.name2codepoint:  # HTML 4, which differs from HTML 5 for two brackets
            return f"&#{html.entities.name2codepoint[name]};"
        if name and (signs := html.entities.html5.get(f"{name};")):
            return "".join(f"&#{ord(sign)};" for sign in signs)
        return "&amp;" + found[0][1:]

    pieces, end = [], 0
    text = _ILLEGAL.sub("", document)
    for kept in _KEPT.finditer(text):
        pieces += [_BARE_LESS_THAN.sub("&lt;", _AMPERSAND.sub(ampersand, text[end : kept.start()])), kept[0]]
        end = kept.end()
    pieces.append(_BARE_LESS_THAN.sub("&lt;", _AMPERSAND.sub(ampersand, text[end:])))
    return "".join(pieces)


def _allowed(code: int) -> bool:
    """Whether XML 1.0 allows a character."""
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
