"""Speed in the browser: shows the result of the benchmark tests/bench/embedding.py. Measures nothing itself."""

from __future__ import annotations

import json

from models.artifacts import ROOT, RecipeError
from models.evaluate.report import Result
from models.tables import Table

BENCH = ROOT.parent / "tests" / "bench" / "results" / "embedding.json"


def measure(quick: bool) -> Result:
    if not BENCH.is_file():
        raise RecipeError(f"tests/bench/results/{BENCH.name} is missing. Create it with: make bench ARGS=embedding")
    bench = json.loads(BENCH.read_text(encoding="utf-8"))
    tables = [Table(**table) for table in bench["tables"]]
    about = f"{bench['about']} Measured by `{bench['command']}` at {bench['commit']}."
    return Result(
        "speed", tables, about=about, figures={"sentences_per_second": bench["figures"]["sentences_per_second"]}
    )
