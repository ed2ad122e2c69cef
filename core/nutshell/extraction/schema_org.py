"""Schema.org data of a page as `Item`s, from its three syntaxes: JSON-LD, microdata and RDFa.

No maintained library reads all three where this runs: extruct needs lxml, and pyld, rdflib and the npm parsers handle
one syntax each, with remote contexts. So this reads the forms that pages use, and forgives the errors that they make.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from nutshell.safe_json import check_depth

from .plain_text import plain

_MAX_DEPTH = 12
_MAX_ITEMS = 2_000
_MAX_VALUES = 500

_OPENING = re.compile(r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)")
_CLOSING = re.compile(r"(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
# `http://schema.org/Recipe`, `schema:Recipe`, `https://data-vocabulary.org/Recipe`, `v:Recipe`.
_NAMESPACE = re.compile(r"^(?:https?:/*[^\s]*[/#]|[A-Za-z][\w.-]*:)(?=[A-Za-z]\w*$)")

Value: TypeAlias = "str | Item"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that a page describes. `types` and the names of properties are without their namespace.

    `source` is "json-ld" or "markup" (microdata, RDFa). `depth` is 0 for an item that is no property of another.
    """

    types: tuple[str, ...]
    properties: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    id: str = ""
    source: str = "json-ld"
    depth: int = 0

    def is_a(self, *types: str) -> bool:
        return any(name in types for name in self.types)

    def values(self, *names: str) -> tuple[Value, ...]:
        """Returns the values of the first of these properties that the item has."""
        return next((self.properties[name] for name in names if self.properties.get(name)), ())

    def raw_texts(self, *names: str) -> list[str]:
        """Returns the texts of a property as they are; for an item its name, or whatever stands for it."""
        return [text for value in self.values(*names) if (text := value if isinstance(value, str) else value.label())]

    def texts(self, *names: str) -> list[str]:
        """Returns the texts of a property in plain text."""
        return [text for raw in self.raw_texts(*names) if (text := plain(raw))]

    def text(self, *names: str) -> str:
        """Returns the first text of the first of these properties that has one."""
        return next((texts[0] for name in names if (texts := self.texts(name))), "")

    def items(self, *names: str) -> list[Item]:
        return [value for value in self.values(*names) if isinstance(value, Item)]

    def label(self) -> str:
        for name in ("name", "text", "headline", "title", "@value", "legalName", "alternateName"):
            for value in self.properties.get(name, ()):
                if isinstance(value, str) and value.strip():
                    return value
        return ""


def read_items(json_ld: Iterable[str], trees: Iterable[Mapping[str, Any]] = ()) -> tuple[Item, ...]:
    """Returns every item of a page, at any depth: JSON-LD first, each item before those inside it.

    `json_ld` are the texts of the page's scripts, `trees` the microdata and RDFa as the page script collects them
    (extension/page/items.js). Text that is no JSON is skipped.
    """
    nodes = [node for text in json_ld for node in _parse(text)]
    identified: dict[str, dict[str, Any]] = {}
    for node in nodes:
        _identify(node, identified, 0)
    top: list[Item] = []
    for node in nodes:
        top.extend(_from_json(node, identified))
    top.extend(_from_tree(tree, 0) for tree in trees)
    found: list[Item] = []
    for item in top:
        for each in _walk(item):
            if len(found) >= _MAX_ITEMS:
                return tuple(found)
            found.append(each)
    return tuple(found)


def _walk(item: Item) -> Iterator[Item]:
    yield item
    for values in item.properties.values():
        for value in values:
            if isinstance(value, Item):
                yield from _walk(value)


def _parse(text: str) -> list[Any]:
    """Returns the JSON values in the text of a script: usually one, sometimes several in a row."""
    text = _OPENING.sub("", text).strip()
    text = (text[:-20] + _CLOSING.sub("", text[-20:])).rstrip("; \t\r\n")
    for repair in (str, _repair, html.unescape):
        attempt, values, at = repair(text), [], 0
        decoder = json.JSONDecoder(strict=False)  # pages have raw line breaks in their strings
        try:
            check_depth(attempt)
            while at < len(attempt):
                value, at = decoder.raw_decode(attempt, at)
                values.append(value)
                while at < len(attempt) and attempt[at] in " \t\r\n,;\ufeff":
                    at += 1
        except (ValueError, RecursionError):
            if not values:
                continue
        return values
    return []


def _repair(text: str) -> str:
    return _BAD_ESCAPE.sub("", _TRAILING_COMMA.sub(r"\1", text))


def _identify(node: Any, identified: dict[str, dict[str, Any]], depth: int) -> None:
    """Collects the nodes that others refer to by their @id."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, list):
        for entry in node[:_MAX_VALUES]:
            _identify(entry, identified, depth + 1)
    elif isinstance(node, dict):
        name = node.get("@id")
        if isinstance(name, str) and len(node) > len(identified.get(name, {"@id": name})):
            identified[name] = node
        for value in node.values():
            if isinstance(value, (dict, list)):
                _identify(value, identified, depth + 1)


def _from_json(node: Any, identified: Mapping[str, dict[str, Any]], depth: int = 0) -> Iterator[Item]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, list):
        for entry in node[:_MAX_VALUES]:
            yield from _from_json(entry, identified, depth + 1)
    elif isinstance(node, dict):
        graph = node.get("@graph")
        if graph is not None:
            yield from _from_json(graph, identified, depth + 1)
        if graph is None or "@type" in node:
            yield _item(node, identified, (), 0)


def _item(node: dict[str, Any], identified: Mapping[str, dict[str, Any]], inside: tuple[str, ...], depth: int) -> Item:
    name = node.get("@id")
    name = name if isinstance(name, str) else ""
    full = identified.get(name, node) if len(node) <= 2 and name not in inside else node
    properties: dict[str, tuple[Value, ...]] = {}
    for key, value in full.items():
        if key.startswith("@") and key not in {"@value", "@list", "@graph"}:
            continue
        values = tuple(_values(value, identified, (*inside, name) if name else inside, depth + 1))
        if values:
            bare = _bare(key)
            properties[bare] = properties.get(bare, ()) + values
    return Item(_types(full.get("@type")), properties, name, "json-ld", depth)


def _values(
    value: Any, identified: Mapping[str, dict[str, Any]], inside: tuple[str, ...], depth: int
) -> Iterator[Value]:
    if depth > _MAX_DEPTH or value is None:
        return
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, (int, float)):
        yield str(value)
    elif isinstance(value, list):
        for entry in value[:_MAX_VALUES]:
            yield from _values(entry, identified, inside, depth)
    elif isinstance(value, dict):
        if set(value) & {"@value", "@list"}:
            yield from _values(value.get("@value", value.get("@list")), identified, inside, depth + 1)
        else:
            item = _item(value, identified, inside, depth)
            if item.properties or item.types:
                yield item


def _from_tree(tree: Mapping[str, Any], depth: int) -> Item:
    properties: dict[str, tuple[Value, ...]] = {}
    stated = tree.get("properties")
    for entry in stated if isinstance(stated, list) and depth <= _MAX_DEPTH else ():
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], str):
            continue
        name, value = entry
        name = _bare(name)
        if isinstance(value, Mapping):
            properties[name] = (*properties.get(name, ()), _from_tree(value, depth + 1))
        elif isinstance(value, str) and value.strip():
            properties[name] = (*properties.get(name, ()), value)
    return Item(_types(tree.get("types")), properties, "", "markup", depth)


def _types(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, (list, tuple)) else [value]
    return tuple(_bare(name) for name in names if isinstance(name, str) and name.strip())


def _bare(name: str) -> str:
    name = name.strip()
    return _NAMESPACE.sub("", name) if ":" in name else name
