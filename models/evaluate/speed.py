"""Speed in the browser, as tests/bench measured it there: this shows its result, and measures nothing."""

from __future__ import annotations

import json

from models.evaluate.page import Result
from models.shop import ROOT, RecipeError
from models.tables import Table

BENCH = ROOT.parent / "tests" / "bench" / "results" / "embedding.json"


def measure(quick: bool) -> Result:
    if not BENCH.is_file():
        raise RecipeError(f"{BENCH.name} of tests/bench/results is not there; make it with: make bench ARGS=embedding")
    bench = json.loads(BENCH.read_text(encoding="utf-8"))
    tables = [Table(**table) for table in bench["tables"]]
    about = f"{bench['about']} Measured by `{bench['command']}` at {bench['commit']}."
    return Result(
        "speed", tables, about=about, figures={"sentences_per_second": bench["figures"]["sentences_per_second"]}
    )
