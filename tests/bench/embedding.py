"""Sentences embedded per second: the extension's model worker and transformers.js in the same browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from typing import Any

from models.tables import Table
from nutshell.text.encoder import MAX_TOKENS, batches
from nutshell.text.wordpiece import WordPiece
from tests.bench import peers, texts
from tests.bench.browser import Browser, built, with_bench_pages
from tests.bench.report import BenchError, Result, main

RUNS, QUICK_RUNS = 10, 2
THREADS = (1, 2)
FORMS = {"ours": ("tokens",), "peer": ("batched", "at once")}
# Nobody would pass more sentences in one call, since all are padded to the longest.
_MAX_AT_ONCE = 60
# Three layers distilled from the peer's six reach .93 on held-out texts (models/encoder/README.md), minus the cost of
# int8 on both sides. Below this value, the two do not do the same work.
MIN_COSINE = 0.88


def measure(quick: bool) -> Result:
    peers.install_node()
    corpora = {"article": texts.article(), "mixed": texts.mixed()}
    wordpiece = WordPiece.from_vocab((built() / "models/vocab.txt").read_text(encoding="utf-8"))
    with with_bench_pages() as extension:
        models = peers.model_folder(extension / "bench/models")
        add_transformers(extension / "bench/transformers")
        with Browser(extension) as browser:
            page = browser.open(browser.address("bench/page.html"))
            page.wait_for_function("globalThis.bench")
            encoders = {"ours": ("ours", {})} | {name: ("peer", {"model": name}) for name in models}
            feeds = {corpus: _feeds(sentences, wordpiece) for corpus, sentences in corpora.items()}
            times: dict[str, list[float]] = {}
            for threads in THREADS:
                times |= _alternate(page, encoders, feeds, threads, QUICK_RUNS if quick else RUNS)
    rates = {
        case: len(corpora[case.split("/")[0]]) / (median(milliseconds) / 1000) for case, milliseconds in times.items()
    }
    return Result(
        name="embedding",
        title="Embedding: sentences per second",
        about=(
            "all-MiniLM-L6-v2 in WASM in pages of the extension, on the same sentences: transformers.js with its six "
            "layers, Nutshell with three layers that are distilled from them (models/encoder). Nutshell is "
            "`engine/models.js` in the built package and gets token ids in the core's batches. transformers.js 4.3.1 "
            "gets the sentences (its time includes a few milliseconds for the tokenizer), either all in one call as "
            "documented or in the same batches as Nutshell. The encoders take turns. Medians (of the rates and of each "
            f"round's ratio) of {QUICK_RUNS if quick else RUNS} rounds (half as many for the longer set) after one "
            "warm-up round."
        ),
        tables=[_table(corpus, len(corpora[corpus]), models, rates, times) for corpus in corpora],
        figures={"milliseconds": times, "sentences_per_second": rates},
    )


def alternate(runs: int) -> dict[str, list[float]]:
    """Alternates both on one thread. Returns the milliseconds of ours and of transformers.js with int8 products."""
    peers.install_node()
    sentences = texts.article()
    wordpiece = WordPiece.from_vocab((built() / "models/vocab.txt").read_text(encoding="utf-8"))
    with with_bench_pages() as extension:
        peers.model_folder(extension / "bench/models")
        add_transformers(extension / "bench/transformers")
        with Browser(extension) as browser:
            page = browser.open(browser.address("bench/page.html"))
            page.wait_for_function("globalThis.bench")
            encoders = {"ours": ("ours", {}), "peer": ("peer", {"model": "integer"})}
            feed = _feeds(sentences, wordpiece)
            feeds = {"article": {form: feed[form] for form in ("tokens", "batched")}}
            times = _alternate(page, encoders, feeds, 1, runs)
    return {"ours": times["article/1/ours/tokens"], "peer": times["article/1/peer/batched"]}


def add_transformers(target: Path) -> None:
    target.mkdir()
    shutil.copyfile(peers.TRANSFORMERS, target / "transformers.min.js")
    for file in peers.RUNTIME.glob("ort-wasm-simd-threaded*.*"):
        shutil.copyfile(file, target / file.name)


def _feeds(sentences: list[str], wordpiece: WordPiece) -> dict[str, list[Any]]:
    rows = [wordpiece.encode(sentence, MAX_TOKENS) for sentence in sentences]
    groups = batches([len(row) for row in rows])
    tokens = []
    for group in groups:
        width = max(len(rows[number]) for number in group)
        ids = [token for number in group for token in rows[number] + [0] * (width - len(rows[number]))]
        tokens.append({"dims": [len(group), width], "ids": ids})
    feeds = {"tokens": tokens, "batched": [[sentences[number] for number in group] for group in groups]}
    return feeds | ({"at once": [sentences]} if len(sentences) <= _MAX_AT_ONCE else {})


def _alternate(
    page: Any, encoders: dict[str, Any], feeds: dict[str, dict[str, list[Any]]], threads: int, runs: int
) -> dict[str, list[float]]:
    for name, (kind, options) in encoders.items():
        page.evaluate("([...given]) => bench.open(...given)", [name, kind, options | {"threads": threads}])
    times: dict[str, list[float]] = {}
    _check_same_vectors(page, encoders, feeds["article"])
    for corpus, feed in feeds.items():
        for turn in range((runs if corpus == "article" else runs // 2) + 1):
            for name, (kind, _) in encoders.items():
                for form in (form for form in FORMS[kind] if form in feed):
                    done = page.evaluate("([name, texts]) => bench.embed(name, texts)", [name, feed[form]])
                    if turn:
                        times.setdefault(f"{corpus}/{threads}/{name}/{form}", []).append(done["ms"])
    for name in encoders:
        page.evaluate("(name) => bench.close(name)", name)
    return times


def _check_same_vectors(page: Any, encoders: dict[str, Any], feed: dict[str, list[Any]]) -> None:
    """Raises BenchError unless both compute nearly the same vectors, since speed only counts for the same work."""
    made = {}
    for name, (kind, _) in encoders.items():
        form = feed["tokens" if kind == "ours" else "batched"]
        made[name] = page.evaluate("([n, t]) => bench.embed(n, t, {vectors: true})", [name, form])["vectors"]
    ours = made.pop("ours")
    for name, vectors in made.items():
        cosine = sum(a * b for a, b in zip(ours, vectors, strict=True)) / (len(ours) / 384)
        if cosine < MIN_COSINE:
            raise BenchError(f"the vectors of {name} differ from ours: mean cosine {cosine:.3f}")


def _table(
    corpus: str,
    count: int,
    models: dict[str, str],
    rates: dict[str, float],
    times: dict[str, list[float]],
) -> Table:
    named = {"ours/tokens": "Nutshell"}
    for model, what in models.items():
        named |= {f"{model}/{form}": f"transformers.js, {what}, {form}" for form in ("batched", "at once")}
    rows = []
    for key, label in named.items():
        if f"{corpus}/{THREADS[0]}/{key}" not in rates:
            continue
        cells = []
        for threads in THREADS:
            case, ours = f"{corpus}/{threads}/{key}", times[f"{corpus}/{threads}/ours/tokens"]
            # Ratios per round, so that other load on the machine affects both sides.
            ratio = median(theirs / own for theirs, own in zip(times[case], ours, strict=True))
            cells += [f"{rates[case]:.1f}", f"{ratio:.2f}x"]
        rows.append((label, *cells))
    columns = ["encoder", *(cell for n in THREADS for cell in (f"{n} thread{'s' * (n > 1)}", "speed-up"))]
    title = f"{count} sentences of " + {"article": "the sample article", "mixed": "mixed length"}[corpus]
    return Table(columns, rows, title=title)


if __name__ == "__main__":
    main(measure)
