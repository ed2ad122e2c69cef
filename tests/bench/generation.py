"""The language model in Chromium beside wllama (llama.cpp in WASM) with the same GGUF, in the same run."""

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

from models.decoder.fidelity import reader
from models.shop import Model
from models.tables import Table
from tests.bench import peers, texts
from tests.bench.browser import WEB, Browser, built, copies_of_article, wait_for
from tests.bench.processes import Peak, everything, pss
from tests.bench.report import ROOT, BenchError, Result, main

THREADS = (1, 2)
ROUNDS = {256: 3, 1024: 2}  # by the prompt's tokens: wllama takes a minute for the longer one
QUICK_ROUNDS = {256: 1}
SAID, QUICK_SAID = 48, 16
CANCELS = 5
_SETTLE = 3.0  # s that Chromium gets to give memory back
WORDS = ROOT / "dist/chrome-words"
PEER = Path(__file__).with_name("node_modules") / "@wllama/wllama/esm"
PEER_NAME = "wllama"
FORMS = {
    "full head, token by token": {"guesses": 0, "allowed": []},
    "full head": {"allowed": []},
    "head cut to the page": {},
}
# In the extension: what is on screen when its memory is looked at.
STATES = {
    "summary": "a summary is shown, the language model not loaded",
    "peak": "at most, while its speed is measured and the page is said in other words",
    "said": "said",
    "idle": "idle: its worker and the models' have ended",
}


def measure(quick: bool) -> Result:
    if not (WORDS / "models/decoder.bin").is_file():
        raise BenchError("dist/chrome-words is missing: run `make build WORDS=1` first")
    peers.install_node()
    tokenizer = reader(json.loads((WORDS / "models/decoder-tokenizer.json").read_text(encoding="utf-8")))
    rounds, said = (QUICK_ROUNDS, QUICK_SAID) if quick else (ROUNDS, SAID)
    requests = {length: _request(tokenizer.encode, length) for length in rounds}
    figures: dict[str, Any] = {"memory": {}}
    with _served() as address:
        for who in ("ours", "peer"):
            with Browser(built()) as browser:
                page = _opened(browser, address)
                figures["memory"][who] = _memories(browser, page, who, requests[max(rounds)], tokenizer.decode)
        with Browser(built()) as browser:
            for threads in THREADS:
                page = _opened(browser, address)
                figures[str(threads)] = _timed(page, threads, requests, rounds, said, tokenizer.decode)
                page.close()
    figures["extension"] = _extension()
    return Result(
        name="generation",
        title="Language model: tokens a second",
        about=(
            "SmolLM2-135M-Instruct in WASM: Nutshell's worker with the graph made by models/decoder, and wllama 3.13.0 "
            "with the GGUF (Q4_1) that the graph is made of, in the same page (isolated, so that both may use threads) "
            "in turns. Each reads the same tokens with nothing of them kept from before, then says "
            f"{said}, greedily. Ours is timed from the request to the first token and on to the last, messages "
            "included; wllama as llama.cpp times itself. “Full head, token by token” is equal work; without that mark "
            "Nutshell guesses what the prompt says next. Ratios are medians of each round's; rounds: "
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
        raise BenchError("the page is not isolated: two threads cannot be measured")
    return page


def _timed(
    page: Any, threads: int, requests: dict[int, Any], rounds: dict[int, int], said: int, decode: Any
) -> dict[str, Any]:
    """Milliseconds to load and to stop; of each round, tokens a second, by prompt, form and kind."""
    found: dict[str, Any] = {
        f"{who} load ms": page.evaluate(f"(threads) => bench.{opens}({{ threads }})", threads)
        for who, opens in (("ours", "openOurs"), ("peer", "openPeer"))
    }
    for length, request in requests.items():  # compiled, and the cache grown
        page.evaluate("(r) => bench.ours(r)", request | {"max_tokens": 8})
        speeds: dict[str, dict[str, list[float]]] = {
            name: {"prefill": [], "decode": []} for name in (*FORMS, PEER_NAME)
        }
        for _ in range(rounds[length]):
            for form, change in FORMS.items():
                page.evaluate(
                    "() => bench.ours({ prompt: [2], allowed: [2, 3], max_tokens: 1 })"
                )  # nothing of the prompt is kept
                done = page.evaluate("(r) => bench.ours(r)", request | change | {"max_tokens": said})
                _take(speeds[form], done)
            text = decode(request["prompt"], skip_special_tokens=False)
            done = page.evaluate("(r) => bench.peer(r)", {"prompt": text, "maxTokens": said})
            if abs(done["read"] - length) > 2 or done["threads"] != threads or done["count"] < said - 1:
                raise BenchError(
                    f"wllama read {done['read']} of {length} tokens and said {done['count']} of {said} "
                    f"with {done['threads']} threads"
                )
            _take(speeds[PEER_NAME], done)
        found[str(length)] = speeds
    # As the product asks, and with every token allowed; stopped just after some tokens came, when most is left to do.
    for form in ("head cut to the page", "full head"):
        endless = requests[min(requests)] | FORMS[form] | {"max_tokens": 2000}
        found[f"cancel ms, {form}"] = [page.evaluate("(r) => bench.cancel(r)", endless) for _ in range(CANCELS)]
    page.evaluate("bench.closePeer()")
    page.evaluate("bench.closeOurs()")
    return found


def _take(speeds: dict[str, list[float]], done: dict[str, float]) -> None:
    for kind, values in speeds.items():
        values.append(done[kind])


def _memories(browser: Browser, page: Any, who: str, request: dict[str, Any], decode: Any) -> dict[str, float]:
    """MB (PSS) of all of the browser's processes: one engine alone, one thread."""
    ours = who == "ours"
    found = {"before": _settled(browser)}
    with Peak(browser.pid, everything) as peak:
        page.evaluate(f"bench.{'openOurs' if ours else 'openPeer'}({{ threads: 1 }})")
        found["loaded"] = _settled(browser)
        if ours:
            page.evaluate("(r) => bench.ours(r)", request | {"allowed": [], "max_tokens": QUICK_SAID})
        else:
            text = decode(request["prompt"], skip_special_tokens=False)
            page.evaluate("(r) => bench.peer(r)", {"prompt": text, "maxTokens": QUICK_SAID})
    found |= {"peak": peak.highest / 1000, "said": _settled(browser)}
    page.evaluate("bench.closeOurs()" if ours else "bench.closePeer()")
    return found | {"ended": _settled(browser)}


def _settled(browser: Browser) -> float:
    time.sleep(_SETTLE)
    return everything(browser.pid) / 1000


def _extension() -> dict[str, float]:
    """MB (PSS) of the processes that carry the larger package's extension, as a reader uses it."""
    with copies_of_article(1) as pages, Browser(WORDS) as browser:
        page = browser.open(f"{browser.serve(pages).url}/0.html")
        browser.click_action(page)
        panel = browser.panel()
        panel.locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
        time.sleep(_SETTLE)
        found = {"summary": pss(browser.pid)}
        with Peak(browser.pid) as peak:
            panel.locator("#words-about summary").click()
            panel.locator("#words-offer [data-words=on]").click(timeout=120_000)
            panel.locator("#words-said :is(.said, .said-none)").wait_for(timeout=120_000)
            panel.locator("#words-progress").wait_for(state="hidden", timeout=120_000)
        time.sleep(_SETTLE)
        found |= {"peak": peak.highest, "said": pss(browser.pid)}
        offscreen = browser.offscreen()
        offscreen.evaluate("nutshell.times.modelsIdle = 100, nutshell.resetIdleTimers()")
        wait_for("the language model's worker to end", lambda: offscreen.evaluate("nutshell.languageModel.over"))
        time.sleep(_SETTLE)
        found["idle"] = pss(browser.pid)
    return {state: value / 1000 for state, value in found.items()}


def _request(encode: Any, length: int) -> dict[str, Any]:
    """A prompt of so many tokens in the chat's form, and the tokens that it allows: its own and the commonest."""
    start = encode("<|im_start|>user\nSay in one sentence what this text says.\n\n").ids
    end = encode("<|im_end|>\n<|im_start|>assistant\n").ids
    text = encode(" ".join(texts.article())).ids
    room = length - len(start) - len(end)
    if len(text) < room:
        text = text * (room // len(text) + 1)
    prompt = start + text[:room] + end
    return {"prompt": prompt, "fixed": len(start), "allowed": sorted({*prompt, 2, *range(17, 320)}), "no_repeat": 3}


@contextmanager
def _served() -> Iterator[str]:
    """The larger package, the benchmark's page and wllama, over HTTP with the headers that allow threads."""
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
        """Not on the terminal."""


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
    columns = ["", *(c for n in THREADS for k in ("read", "said") for c in (f"{k}/s, {n} thr.", "to wllama"))]
    return Table(columns, rows, title=f"{length} tokens of prompt")


def _costs(figures: dict[str, Any]) -> Table:
    rows = []
    for threads in THREADS:
        of = figures[str(threads)]
        loads = (f"{of[f'{who} load ms'] / 1000:.1f}" for who in ("ours", "peer"))
        stops = (of[f"cancel ms, {form}"] for form in ("head cut to the page", "full head"))
        rows.append((str(threads), *loads, *(f"{median(stop):.0f}, at most {max(stop):.0f}" for stop in stops)))
    columns = ("threads", "ours loads, s", "wllama, s", "ours is stopped in, ms", "with the full head, ms")
    return Table(
        columns,
        rows,
        title="Loading and stopping",
        note="Loading: from nothing to the first token of a short prompt; the files come from this machine.",
    )


def _memory_tables(figures: dict[str, Any]) -> list[Table]:
    columns = ("MB", "before", "loaded", "at most", "said", "ended")
    rows = [
        (label, *(f"{figures['memory'][who][key]:.0f}" for key in ("before", "loaded", "peak", "said", "ended")))
        for who, label in (("ours", "Nutshell"), ("peer", PEER_NAME))
    ]
    note = (
        "PSS of all of Chromium's processes, each in a browser of its own, one thread, the longest prompt and "
        f"{QUICK_SAID} tokens said, full head."
    )
    inside = [(label, f"{figures['extension'][state]:.0f}") for state, label in STATES.items()]
    return [
        Table(columns, rows, title="Memory beside wllama", note=note),
        Table(
            ("MB", ""),
            inside,
            title="Memory in the extension",
            note="PSS of the processes that carry it, one run; the idle end, a minute, shortened.",
        ),
    ]


if __name__ == "__main__":
    main(measure)
