"""Headlines with descriptions embedded per second: the static encoder and the encoder in the same run."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from models.tables import Table
from tests.bench.browser import Browser, with_bench_pages
from tests.bench.report import ROOT, BenchError, Result, main

DATA = ROOT.parent / "shared/data/news/huffpost-10k/News_Category_Dataset_v3.json"
RUNS, QUICK_RUNS = 5, 1
THREADS = (1, 2)
_FEW = 200  # texts per round for the encoder, spread evenly over all


def measure(quick: bool) -> Result:
    items = texts()
    few = items[:: len(items) // _FEW][:_FEW]
    sets = {"encoder": ("encoder", few), "static, the same texts": ("static", few), "static": ("static", items)}
    times: dict[str, list[dict[str, Any]]] = {}
    with with_bench_pages() as extension, Browser(extension) as browser:
        page = browser.open(browser.address("bench/page.html"))
        page.wait_for_function("globalThis.bench")
        for threads in THREADS:
            page.evaluate("([...given]) => bench.open(...given)", ["bulk", "bulk", {"threads": threads}])
            for turn in range((QUICK_RUNS if quick else RUNS) + 1):
                for name, (model, given) in sets.items():
                    script = "([texts, model]) => bench.embed('bulk', texts, { model })"
                    done = page.evaluate(script, [given, model])
                    if done["shape"][0] != len(given):
                        raise BenchError(f"{name}: {done['shape'][0]} vectors of {len(given)} texts")
                    if turn:
                        times.setdefault(f"{threads}/{name}", []).append(done)
            page.evaluate("(name) => bench.close(name)", "bulk")
    rows, figures = [], {}
    for name, (_, given) in sets.items():
        cells = []
        for threads in THREADS:
            rates = [len(given) / run["ms"] * 1000 for run in times[f"{threads}/{name}"]]
            base = [_FEW / run["ms"] * 1000 for run in times[f"{threads}/encoder"]]
            # Ratios per round, so that other load on the machine affects both sides.
            ratio = median(rate / other for rate, other in zip(rates, base, strict=True))
            cells += [f"{median(rates):,.0f}", f"{ratio:.0f}x"]
            figures[f"{threads}/{name}"] = {"texts_per_second": median(rates), "to_encoder": ratio, "runs": rates}
        again = median(run["again"] for run in times[f"{THREADS[0]}/{name}"])
        rows.append((f"{name} ({len(given):,} texts)", *cells, f"{again:.0f}"))
    columns = [
        "texts per second",
        *(cell for n in THREADS for cell in (f"{n} thread{'s' * (n > 1)}", "vs. encoder")),
        "tokenizer, cached, ms",
    ]
    return Result(
        name="static",
        title="Static encoder: headlines per second",
        about=(
            "HuffPost headlines with their descriptions (median "
            f"{median(len(text.split()) for text in items):.0f} words) to vectors in a page of the extension, end to "
            "end: Python in Pyodide tokenizes (with an empty tokenizer cache), the model worker computes, and the "
            "vectors return to Python. The models take turns. Medians (of the rates and of each round's ratio) of "
            f"{QUICK_RUNS if quick else RUNS} rounds after one warm-up round. The last column is the tokenizer's time "
            "for the same texts with a filled cache."
        ),
        tables=[Table(columns, rows)],
        figures=figures,
    )


def texts() -> list[str]:
    """Returns every item's headline and description, as the news embeds them."""
    if not DATA.is_file():
        raise BenchError(f"{DATA.name} is missing from ../shared/data/news/huffpost-10k")
    items = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    return [f"{item['headline']}. {item['short_description']}".strip() for item in items]


if __name__ == "__main__":
    main(measure)
