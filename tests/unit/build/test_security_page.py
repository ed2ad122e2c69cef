"""The figures of docs/SECURITY.md are what `make harden` left in its results file, and all of its attacks are there."""

from __future__ import annotations

import json
import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the attacks are made on the developer's machine", allow_module_level=True)
pytest.importorskip("playwright", reason="the attacks need a browser's driver")

from tests.harden.report import DOCUMENT, RESULTS, with_lines


def test_the_document_says_what_was_counted() -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))
    document = DOCUMENT.read_text("utf-8")
    assert with_lines(document, kept) == document
    assert {"kills", "egress", "erase", "fuzz", "hostile"} == set(kept)


def test_nothing_got_through_and_enough_was_tried() -> None:
    kept = json.loads(RESULTS.read_text("utf-8"))
    assert [name for name, entry in kept.items() if entry["faults"]] == []
    assert (kept["kills"]["lost"], kept["kills"]["damaged"]) == (0, 0)
    assert kept["kills"]["tried"] >= 50
    assert kept["egress"]["page"] >= 20, "an ordinary page was heard: the listener is not deaf"
