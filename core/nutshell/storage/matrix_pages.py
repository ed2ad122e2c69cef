"""The stored format of the candidate matrix: pages of a few hundred rows.

The head of a page is JSON: the ids of its items, the sources they come from, and the stories of the items that joined
an earlier one. The body holds the columns one after the other, each with one entry for every item: packed vector
(int8, 256), features (int8, 256), position in the head's list of sources (int32), extras (3 float32: calm, depth,
novelty), time (float32, hours) and topic (int32). Page -1 is about the whole matrix: its body is the mean vector and
the topics (float32, 256 each), its head the names of sources and the counts of words in titles.
"""

from __future__ import annotations

import itertools
import json
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass

from nutshell.records.ranking import EXTRAS_STORED, MAX_TOPICS, VECTOR_WIDTH, MatrixPage

_MAX_PAGES = 4096
_WIDTHS = (VECTOR_WIDTH, VECTOR_WIDTH, 4, 4 * EXTRAS_STORED, 4, 4)
"""Bytes of one row in each column: packed, features, source, extras, time, topic."""
_MAX_COUNT = 1 << 40


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of one page. `sources` has the source of each item, `stories` those of items that joined one."""

    ids: list[str]
    sources: list[str]
    stories: Mapping[str, str]
    packed: bytes
    features: bytes
    extras: bytes
    times: bytes
    topics: bytes


def encode_page(number: int, rows: PageRows) -> MatrixPage:
    positions = {source: position for position, source in enumerate(dict.fromkeys(rows.sources))}
    head = {"ids": rows.ids, "sources": list(positions), "stories": dict(rows.stories)}
    sources = array("i", [positions[source] for source in rows.sources]).tobytes()
    body = b"".join((rows.packed, rows.features, sources, rows.extras, rows.times, rows.topics))
    return MatrixPage(number, json.dumps(head, separators=(",", ":")), body)


def decode_page(page: MatrixPage) -> PageRows:
    head = json.loads(page.head)
    columns, start = [], 0
    for width in _WIDTHS:
        end = start + len(head["ids"]) * width
        columns.append(page.body[start:end])
        start = end
    packed, features, sources, extras, times, topics = columns
    names = [head["sources"][position] for position in array("i", sources)]
    return PageRows(head["ids"], names, head["stories"], packed, features, extras, times, topics)


def is_valid_page(page: MatrixPage) -> bool:
    """Returns whether a page from another file can be restored: its columns are complete and its values in range."""
    head = json.loads(page.head)
    if not isinstance(head, dict):
        return False
    return _is_valid_summary(head, page.body) if page.number == -1 else _is_valid_rows(page.number, head, page.body)


def _is_valid_summary(head: dict[str, object], body: bytes) -> bool:
    names, common, added = head.get("source_names"), head.get("common"), head.get("came", 0)
    vectors, rest = divmod(len(body), 4 * VECTOR_WIDTH)
    return (
        head.keys() - {"came"} == {"source_names", "common", "counted"}
        and type(added) is int
        and 0 <= added < _MAX_COUNT
        and _maps_to_strings(names)
        and isinstance(common, dict)
        and all(type(count) is int and 0 < count < _MAX_COUNT for count in common.values())
        and type(head["counted"]) is int
        and 0 <= head["counted"] < _MAX_COUNT - 1
        and not rest
        and 2 <= vectors <= MAX_TOPICS + 1
        and all(map(math.isfinite, array("f", body)))
    )


def _is_valid_rows(number: int, head: dict[str, object], body: bytes) -> bool:
    ids, sources = head.get("ids"), head.get("sources")
    if head.keys() != {"ids", "sources", "stories"} or not isinstance(ids, list) or not isinstance(sources, list):
        return False
    count = len(ids)
    if len(body) != count * sum(_WIDTHS) or not all(isinstance(value, str) for value in (*ids, *sources)):
        return False
    ends = list(itertools.accumulate(count * width for width in _WIDTHS))
    positions, topics = array("i", body[ends[1] : ends[2]]), array("i", body[ends[4] : ends[5]])
    return (
        0 <= number < _MAX_PAGES
        and len(set(ids)) == count
        and _maps_to_strings(head["stories"])
        and all(0 <= position < len(sources) for position in positions)
        and all(0 <= topic < MAX_TOPICS for topic in topics)
        and all(map(math.isfinite, array("f", body[ends[2] : ends[4]])))
    )


def _maps_to_strings(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
