"""The figures in docs/SECURITY.md are the last results of `make harden`."""

from __future__ import annotations

import json

from tests.harden.report import DOCUMENT, RESULTS, with_lines


def test_document_has_the_figures_of_the_results_file() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    document = DOCUMENT.read_text("utf-8")
    assert with_lines(document, results) == document
    assert {"kills", "egress", "erase", "fuzz", "hostile"} == set(results)


def test_no_attack_succeeded_and_enough_were_tried() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    assert [name for name, entry in results.items() if entry["faults"]] == []
    assert (results["kills"]["lost"], results["kills"]["damaged"]) == (0, 0)
    assert results["kills"]["tried"] >= 50
    assert results["egress"]["page"] >= 20, "the listener must hear requests from an ordinary page"
