"""The document type declaration of a feed: taken out before anything can expand it.

Entities that name entities (the "billion laughs"), or long ones named again and again (the quadratic blow-up, see
https://docs.python.org/3/library/xml.html#xml-vulnerabilities), make a small document a huge one. Nothing that a feed
needs does so: a declaration may hold short entities of plain text, and whatever else is in it is dropped.
"""

from __future__ import annotations

import re
from collections import Counter

from .parser import NotAFeed

# All that the entities of a feed may add to it, in bytes.
_EXPANSION = 1_000_000

_DECLARATION = re.compile(
    rb"[\s\x00]++|<!--.*?-->|<\?.*?\?>|%[^;\s]++;"
    rb"|<!ENTITY((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>"
    rb"|<!(?:ELEMENT|ATTLIST|NOTATION)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>"
    rb"|(\])",
    re.DOTALL,
)
_INTERNAL = re.compile(rb"\s+([\w:.-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*")
_NAMES_ANOTHER = re.compile(rb"&(?!#\d+;|#x[0-9a-fA-F]+;)|%[\w:.-]+;")
_REFERENCE = re.compile(rb"&([\w:.-]+);")


def without_doctype(data: bytes) -> tuple[bytes, bytes, dict[str, str]]:
    """The document (UTF-8) with a harmless declaration or none, the declaration's name and identifiers in lower case,
    and its entities.

    Raises NotAFeed for entities that grow, and for a declaration that cannot be understood.
    """
    start = data.find(b"<!DOCTYPE")
    if start < 0:
        return data, b"", {}
    if re.search(rb"<[A-Za-z_]", data[: start + 1]):
        return data, b"", {}  # inside the document: text in a CDATA section, or an error for the parser to find
    head = re.compile(rb"(?:[^<>\"'\[]|\"[^\"]*\"|'[^']*')*+").match(data, start + 9)
    end = head.end() if head else start
    entities: dict[bytes, bytes] = {}
    if data[end : end + 1] == b"[":
        entities, end = _subset(data, end + 1)
    end = data.find(b">", end) + 1
    if not end:
        raise NotAFeed("Its document type declaration has no end.")
    if entities:
        named = Counter(_REFERENCE.findall(data, end))
        if sum(len(value) * named[name] for name, value in entities.items()) > _EXPANSION:
            raise NotAFeed("Its entities would make it many times as long: a trap, or a mistake.")
    kept = b"".join(b'<!ENTITY %b "%b">' % (name, value.replace(b'"', b"&#34;")) for name, value in entities.items())
    harmless = b"<!DOCTYPE feed [%b]>" % kept if kept else b""
    texts = {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in entities.items()}
    return data[:start] + harmless + data[end:], data[start:end][:500].lower(), texts


def _subset(data: bytes, start: int) -> tuple[dict[bytes, bytes], int]:
    """The internal entities declared from `start` on, and where the declarations end."""
    entities: dict[bytes, bytes] = {}
    position = start
    while found := _DECLARATION.match(data, position):
        position = found.end()
        if found.group(2):
            return entities, position
        if found.group(1) is not None and (entity := _INTERNAL.fullmatch(found.group(1))):
            name, value = entity[1], entity[2] if entity[2] is not None else entity[3]
            if _NAMES_ANOTHER.search(value):
                raise NotAFeed("It declares entities made of other entities: a trap, or a mistake.")
            if b"<" not in value:
                entities.setdefault(name, value)  # the first declaration binds
    raise NotAFeed("Its document type declaration cannot be understood.")
