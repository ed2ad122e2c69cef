"""Removes the document type declaration of a feed, so that its entities cannot expand into a huge document.

The attacks are entities made of other entities ("billion laughs") and long entities used many times (quadratic
blow-up): https://docs.python.org/3/library/xml.html#xml-vulnerabilities. Real feeds declare at most short entities of
plain text; these are kept, and everything else in the declaration is dropped.
"""

from __future__ import annotations

import re
from collections import Counter

from nutshell.records.message import Message

from .feed import NotAFeed

# The most bytes that all uses of a document's entities may add to it.
_MAX_EXPANSION = 1_000_000

_DECLARATION = re.compile(
    rb"[\s\x00]++|<!--.*?-->|<\?.*?\?>|%[^;\s]++;"
    rb"|<!ENTITY((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>"
    rb"|<!(?:ELEMENT|ATTLIST|NOTATION)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>"
    rb"|(\])",
    re.DOTALL,
)
_INTERNAL = re.compile(rb"\s+([\w:.-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*")
_NESTED = re.compile(rb"&(?!#\d+;|#x[0-9a-fA-F]+;)|%[\w:.-]+;")
_REFERENCE = re.compile(rb"&([\w:.-]+);")


def remove_doctype(data: bytes) -> tuple[bytes, bytes, dict[str, str]]:
    """Removes everything but harmless entities from the declaration of a document in UTF-8.

    Returns the document, the beginning of the original declaration in lower case, and its entities. Raises NotAFeed
    for entities that expand too far, and for a declaration that cannot be parsed.
    """
    start = data.find(b"<!DOCTYPE")
    if start < 0:
        return data, b"", {}
    if re.search(rb"<[A-Za-z_]", data[: start + 1]):
        return data, b"", {}  # after the root element: text in a CDATA section, or an error that the parser reports
    head = re.compile(rb"(?:[^<>\"'\[]|\"[^\"]*\"|'[^']*')*+").match(data, start + 9)
    end = head.end() if head else start
    entities: dict[bytes, bytes] = {}
    if data[end : end + 1] == b"[":
        entities, end = _subset(data, end + 1)
    end = data.find(b">", end) + 1
    if not end:
        raise NotAFeed(Message("feed.invalid_doctype"))
    if entities:
        uses = Counter(_REFERENCE.findall(data, end))
        if sum(len(value) * uses[name] for name, value in entities.items()) > _MAX_EXPANSION:
            raise NotAFeed(Message("feed.entity_expansion"))
    declared = b"".join(
        b'<!ENTITY %b "%b">' % (name, value.replace(b'"', b"&#34;")) for name, value in entities.items()
    )
    harmless = b"<!DOCTYPE feed [%b]>" % declared if declared else b""
    texts = {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in entities.items()}
    return data[:start] + harmless + data[end:], data[start:end][:500].lower(), texts


def _subset(data: bytes, start: int) -> tuple[dict[bytes, bytes], int]:
    """Returns the internal entities declared from `start` on, and the end of the declarations."""
    entities: dict[bytes, bytes] = {}
    position = start
    while found := _DECLARATION.match(data, position):
        position = found.end()
        if found.group(2):
            return entities, position
        if found.group(1) is not None and (entity := _INTERNAL.fullmatch(found.group(1))):
            name, value = entity[1], entity[2] if entity[2] is not None else entity[3]
            if _NESTED.search(value):
                raise NotAFeed(Message("feed.nested_entities"))
            if b"<" not in value:
                entities.setdefault(name, value)  # the first declaration binds
    raise NotAFeed(Message("feed.invalid_doctype"))
