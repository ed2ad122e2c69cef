"""The language model in Chromium and wllama (llama.cpp in WASM) with the same GGUF file, in the same run."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from models.artifacts import Model
from models.decoder.fidelity import load_tokenizer
from models.tables import Table
from tests.bench import peers, texts
from tests.bench.browser import WEB, Browser, built, copies_of_article, wait_for
from tests.bench.processes import Peak, everything, pss
from tests.bench.report import ROOT, BenchError, Result, main

THREADS = (1, 2)
ROUNDS = {256: 3, 1024: 2}  # by prompt length: wllama takes a minute for the longer one
QUICK_ROUNDS = {256: 1}
GENERATED, QUICK_GENERATED = 48, 16
CANCELS = 5
_SETTLE = 3.0  # s for Chromium to release memory
WORDS = ROOT / "dist/chrome-words"
PEER = Path(__file__).with_name("node_modules") / "@wllama/wllama/esm"
PEER_NAME = "wllama"
FORMS = {
    "full head, token by token": {"guesses": 0, "allowed": []},
    "full head": {"allowed": []},
    "head limited to the page": {},
}
# The states in which the extension's memory is measured.
STATES = {
    "summary": "a summary is shown, the language model not loaded",
    "peak": "peak, while its speed is measured and the page is paraphrased",
    "said": "after the paraphrase",
    "idle": "idle, after its worker and the model worker have ended",
}


def measure(quick: bool) -> Result:
    if not (WORDS / "models/decoder.bin").is_file():
        raise BenchError("dist/chrome-words is missing: run `make build WORDS=1` first")
    peers.install_node()
    tokenizer = load_tokenizer(json.loads((WORDS / "models/decoder-tokenizer.json").read_text(encoding="utf-8")))
    rounds, generated = (QUICK_ROUNDS, QUICK_GENERATED) if quick else (ROUNDS, GENERATED)
    requests = {length: _request(tokenizer.encode, length) for length in rounds}
    figures: dict[str, Any] = {"memory": {}}
    with _served() as address:
        for engine in ("ours", "peer"):
            with Browser(built()) as browser:
                page = _opened(browser, address)
                figures["memory"][engine] = _memories(browser, page, engine, requests[max(rounds)], tokenizer.decode)
        with Browser(built()) as browser:
            for threads in THREADS:
                page = _opened(browser, address)
                figures[str(threads)] = _timed(page, threads, requests, rounds, generated, tokenizer.decode)
                page.close()
    figures["extension"] = _extension()
    return Result(
        name="generation",
        title="Language model: tokens per second",
        about=(
            "SmolLM2-135M-Instruct in WASM: Nutshell's worker with the graph built by models/decoder, and wllama "
            "3.13.0 with the GGUF file (Q4_1) that the graph is built from, in turns in the same cross-origin isolated "
            "page, so that both can use threads. Each reads the same tokens without a cached prefix, then generates "
            f"{generated} tokens greedily. Nutshell is timed from the request to the first and the last token, "
            "including messages; wllama by llama.cpp's own timings. “Full head, token by token” is equal work. In the "
            "other rows, Nutshell guesses text from the prompt. Ratios are medians over the rounds; rounds: "
            + ", ".join(f"{count} with {length} tokens" for length, count in rounds.items())
            + "."
        ),
        tables=[*(_table(figures, length) for length in rounds), _costs(figures), *_memory_tables(figures)],
        figures=figures,
    )


def _opened(browser: Browser, address: str) -> Any:
    page = browser.open(address)
    page.wait_for_function("globalThis.bench")
    if not page.evaluate("bench.isolated"):
        raise BenchError("the page is not cross-origin isolated, so two threads cannot be measured")
    return page


def _timed(
    page: Any, threads: int, requests: dict[int, Any], rounds: dict[int, int], generated: int, decode: Any
) -> dict[str, Any]:
    """Returns the milliseconds to load and to stop, and each round's tokens per second by prompt, form and kind."""
    found: dict[str, Any] = {
        f"{engine} load ms": page.evaluate(f"(threads) => bench.{opens}({{ threads }})", threads)
        for engine, opens in (("ours", "openOurs"), ("peer", "openPeer"))
    }
    for length, request in requests.items():  # warm up: compile, grow the cache
        page.evaluate("(r) => bench.ours(r)", request | {"max_tokens": 8})
        speeds: dict[str, dict[str, list[float]]] = {
            name: {"prefill": [], "decode": []} for name in (*FORMS, PEER_NAME)
        }
        for _ in range(rounds[length]):
            for form, change in FORMS.items():
                page.evaluate(
                    "() => bench.ours({ prompt: [2], allowed: [2, 3], max_tokens: 1 })"
                )  # drop the cached prompt
                done = page.evaluate("(r) => bench.ours(r)", request | change | {"max_tokens": generated})
                _append(speeds[form], done)
            text = decode(request["prompt"], skip_special_tokens=False)
            done = page.evaluate("(r) => bench.peer(r)", {"prompt": text, "maxTokens": generated})
            if abs(done["read"] - length) > 2 or done["threads"] != threads or done["count"] < generated - 1:
                raise BenchError(
                    f"wllama read {done['read']} of {length} tokens and generated {done['count']} of {generated} "
                    f"with {done['threads']} threads"
                )
            _append(speeds[PEER_NAME], done)
        found[str(length)] = speeds
    # As the product requests it, and with every token allowed; stopped right after the first tokens.
    for form in ("head limited to the page", "full head"):
        endless = requests[min(requests)] | FORMS[form] | {"max_tokens": 2000}
        found[f"cancel ms, {form}"] = [page.evaluate("(r) => bench.cancel(r)", endless) for _ in range(CANCELS)]
    page.evaluate("bench.closePeer()")
    page.evaluate("bench.closeOurs()")
    return found


def _append(speeds: dict[str, list[float]], done: dict[str, float]) -> None:
    for kind, values in speeds.items():
        values.append(done[kind])


def _memories(browser: Browser, page: Any, engine: str, request: dict[str, Any], decode: Any) -> dict[str, float]:
    """Returns MB (PSS) of all browser processes with one engine on one thread."""
    ours = engine == "ours"
    found = {"before": _settled(browser)}
    with Peak(browser.pid, everything) as peak:
        page.evaluate(f"bench.{'openOurs' if ours else 'openPeer'}({{ threads: 1 }})")
        found["loaded"] = _settled(browser)
        if ours:
            page.evaluate("(r) => bench.ours(r)", request | {"allowed": [], "max_tokens": QUICK_GENERATED})
        else:
            text = decode(request["prompt"], skip_special_tokens=False)
            page.evaluate("(r) => bench.peer(r)", {"prompt": text, "maxTokens": QUICK_GENERATED})
    found |= {"peak": peak.highest / 1000, "said": _settled(browser)}
    page.evaluate("bench.closeOurs()" if ours else "bench.closePeer()")
    return found | {"ended": _settled(browser)}


def _settled(browser: Browser) -> float:
    time.sleep(_SETTLE)
    return everything(browser.pid) / 1000


def _extension() -> dict[str, float]:
    """Returns MB (PSS) of the larger package's extension processes in normal use."""
    with copies_of_article(1) as pages, Browser(WORDS) as browser:
        page = browser.open(f"{browser.serve(pages).url}/0.html")
        browser.click_action(page)
        panel = browser.panel()
        panel.locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
        time.sleep(_SETTLE)
        found = {"summary": pss(browser.pid)}
        with Peak(browser.pid) as peak:
            panel.locator("#paraphrase-about summary").click()
            panel.locator("#paraphrase-offer [data-paraphrase=on]").click(timeout=120_000)
            panel.locator("#paraphrase-said :is(.said, .said-none)").wait_for(timeout=120_000)
            panel.locator("#paraphrase-progress").wait_for(state="hidden", timeout=120_000)
        time.sleep(_SETTLE)
        found |= {"peak": peak.highest, "said": pss(browser.pid)}
        offscreen = browser.offscreen()
        offscreen.evaluate("nutshell.times.modelsIdle = 100, nutshell.resetIdleTimers()")
        wait_for("the language model's worker to end", lambda: offscreen.evaluate("nutshell.languageModel.over"))
        time.sleep(_SETTLE)
        found["idle"] = pss(browser.pid)
    return {state: value / 1000 for state, value in found.items()}


def _request(encode: Any, length: int) -> dict[str, Any]:
    """Returns a prompt of `length` tokens in chat format, with its own and the most common tokens allowed."""
    start = encode("<|im_start|>user\nSay in one sentence what this text says.\n\n").ids
    end = encode("<|im_end|>\n<|im_start|>assistant\n").ids
    text = encode(" ".join(texts.article())).ids
    space = length - len(start) - len(end)
    if len(text) < space:
        text = text * (space // len(text) + 1)
    prompt = start + text[:space] + end
    return {"prompt": prompt, "fixed": len(start), "allowed": sorted({*prompt, 2, *range(17, 320)}), "no_repeat": 3}


@contextmanager
def _served() -> Iterator[str]:
    """Serves the larger package, the benchmark page and wllama over HTTP with the headers that allow threads."""
    with tempfile.TemporaryDirectory(prefix="nutshell-bench-") as name:
        folder = Path(name)
        shutil.copytree(WORDS, folder, dirs_exist_ok=True)
        shutil.copytree(WEB, folder / "bench")
        shutil.copytree(PEER, folder / "bench/wllama")
        (folder / "bench/wllama/model.gguf").symlink_to(Model("decoder").sources()["weights"].file())
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Isolated, directory=name))
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/bench/generation.html"
        server.shutdown()
        server.server_close()


class _Isolated(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def end_headers(self) -> None:
        for header, value in {"Opener": "same-origin", "Embedder": "require-corp"}.items():
            self.send_header(f"Cross-Origin-{header}-Policy", value)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Suppresses the log."""


def _table(figures: dict[str, Any], length: int) -> Table:
    rows = []
    for form in (*FORMS, PEER_NAME):
        cells = []
        for threads in THREADS:
            speeds = figures[str(threads)][str(length)]
            for kind in ("prefill", "decode"):
                ours, theirs = speeds[form][kind], speeds[PEER_NAME][kind]
                ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
                cells += [f"{median(ours):.1f}", f"{ratio:.2f}x"]
        rows.append((form, *cells))
    columns = ["", *(c for n in THREADS for k in ("read", "generated") for c in (f"{k}/s, {n} thr.", "vs. wllama"))]
    return Table(columns, rows, title=f"{length} tokens of prompt")


def _costs(figures: dict[str, Any]) -> Table:
    rows = []
    for threads in THREADS:
        of = figures[str(threads)]
        loads = (f"{of[f'{engine} load ms'] / 1000:.1f}" for engine in ("ours", "peer"))
        stops = (of[f"cancel ms, {form}"] for form in ("head limited to the page", "full head"))
        rows.append((str(threads), *loads, *(f"{median(stop):.0f}, max {max(stop):.0f}" for stop in stops)))
    columns = ("threads", "Nutshell loads, s", "wllama loads, s", "Nutshell stops, ms", "with the full head, ms")
    return Table(
        columns,
        rows,
        title="Loading and stopping",
        note="Loading: from start to the first token of a short prompt; the files are local.",
    )


def _memory_tables(figures: dict[str, Any]) -> list[Table]:
    columns = ("MB", "before", "loaded", "peak", "generated", "ended")
    rows = [
        (label, *(f"{figures['memory'][engine][key]:.0f}" for key in ("before", "loaded", "peak", "said", "ended")))
        for engine, label in (("ours", "Nutshell"), ("peer", PEER_NAME))
    ]
    note = (
        "PSS of all Chromium processes, each engine in its own browser, one thread, the longest prompt and "
        f"{QUICK_GENERATED} generated tokens, full head."
    )
    inside = [(label, f"{figures['extension'][state]:.0f}") for state, label in STATES.items()]
    return [
        Table(columns, rows, title="Memory compared with wllama", note=note),
        Table(
            ("MB", ""),
            inside,
            title="Memory in the extension",
            note="PSS of the extension's processes, one run; the idle timeout of one minute is shortened.",
        ),
    ]


if __name__ == "__main__":
    main(measure)
