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
from tests.bench.browser import WEB, Browser, built
from tests.bench.processes import descendants
from tests.bench.report import ROOT, BenchError, Result, main

RUNS, QUICK_RUNS = 5, 1
THREADS = (1, 2)
PROMPTS = (256, 1024)
SAID = 48
CANCELS = 5
WORDS = ROOT / "dist/chrome-words"
PEER = Path(__file__).with_name("node_modules") / "@wllama/wllama/esm"
FORMS = {
    "full head, token by token": {"guesses": 0, "allowed": []},
    "full head": {"allowed": []},
    "head cut to the page": {},
}


def measure(quick: bool) -> Result:
    if not (WORDS / "models/decoder.bin").is_file():
        raise BenchError("dist/chrome-words is missing: run `make build WORDS=1` first")
    peers.install_node()
    tokenizer = json.loads((WORDS / "models/decoder-tokenizer.json").read_text(encoding="utf-8"))
    encode, decode = reader(tokenizer).encode, reader(tokenizer).decode
    requests = {length: _request(encode, length) for length in PROMPTS}
    figures: dict[str, Any] = {}
    with _served() as address, Browser(built()) as browser:
        for threads in THREADS:
            page = browser.open(address)
            page.wait_for_function("globalThis.bench")
            if not page.evaluate("bench.isolated"):
                raise BenchError("the page is not isolated: two threads cannot be measured")
            options = {"threads": threads}
            before = _memory(browser.pid)
            load = page.evaluate("(options) => bench.openOurs(options)", options)
            figures[f"{threads}/ours/load ms"] = load
            runs = RUNS if not quick else QUICK_RUNS
            for request in requests.values():  # compiled, and the cache grown
                page.evaluate("(r) => bench.ours(r)", request | {"maxTokens": 8})
            figures[f"{threads}/peer/load ms"] = page.evaluate("(options) => bench.openPeer(options)", options)
            for _ in range(runs):
                for length, request in requests.items():
                    for form, change in FORMS.items():
                        fresh = request | change | {"maxTokens": SAID}
                        page.evaluate(
                            "() => bench.ours({ prompt: [2], maxTokens: 1 })"
                        )  # nothing of the prompt is kept
                        done = page.evaluate("(r) => bench.ours(r)", fresh)
                        for kind in ("prefill", "decode"):
                            figures.setdefault(f"{threads}/{length}/{form}/{kind}", []).append(done[kind])
                    text = decode(request["prompt"], skip_special_tokens=False)
                    done = page.evaluate("(r) => bench.peer(r)", {"prompt": text, "maxTokens": SAID})
                    if abs(done["read"] - length) > 2 or done["threads"] != threads:
                        raise BenchError(
                            f"wllama read {done['read']} of {length} tokens with {done['threads']} threads"
                        )
                    for kind in ("prefill", "decode"):
                        figures.setdefault(f"{threads}/{length}/wllama/{kind}", []).append(done[kind])
            endless = requests[PROMPTS[0]] | {"maxTokens": 2000, "allowed": []}
            figures[f"{threads}/cancel ms"] = [page.evaluate("(r) => bench.cancel(r)", endless) for _ in range(CANCELS)]
            page.evaluate("bench.closePeer()")
            time.sleep(3)
            held = _memory(browser.pid)
            page.evaluate("bench.closeOurs()")
            time.sleep(3)
            figures[f"{threads}/memory MB"] = {"before": before, "with ours": held, "after": _memory(browser.pid)}
            page.close()
    return Result(
        name="generation",
        title="Language model: tokens a second",
        about=(
            "SmolLM2-135M-Instruct in WASM: Nutshell's worker with the graph made by models/decoder, and wllama 3.13.0 "
            "with the GGUF that the graph is made of, in the same page (isolated, so that both may use threads), in "
            f"turns. The prompt is read with nothing of it kept from before, then {SAID} tokens are said, greedily; "
            "without a mark, Nutshell's guesses what the prompt says next. Ratios are medians of each round's, of "
            f"{RUNS if not quick else QUICK_RUNS} rounds."
        ),
        tables=[_table(figures, length) for length in PROMPTS] + [_costs(figures)],
        figures=figures,
    )


def _request(encode: Any, length: int) -> dict[str, Any]:
    """A prompt of so many tokens in the chat's form, and the tokens that it allows: its own and the commonest."""
    start = encode("<|im_start|>user\nSay in one sentence what this text says.\n\n").ids
    end = encode("<|im_end|>\n<|im_start|>assistant\n").ids
    text = encode(" ".join(texts.article())).ids
    room = length - len(start) - len(end)
    if len(text) < room:
        text = text * (room // len(text) + 1)
    prompt = start + text[:room] + end
    return {"prompt": prompt, "fixed": len(start), "allowed": sorted({*prompt, 2, *range(17, 320)}), "noRepeat": 3}


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


def _memory(browser: int) -> int:
    """MB (PSS) of all the browser's processes."""
    total = 0
    for pid in descendants(browser):
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total // 1000


def _table(figures: dict[str, Any], length: int) -> Table:
    rows = []
    for form in (*FORMS, "wllama"):
        cells = []
        for threads in THREADS:
            for kind in ("prefill", "decode"):
                ours, theirs = (figures[f"{threads}/{length}/{name}/{kind}"] for name in (form, "wllama"))
                ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
                cells += [f"{median(ours):.1f}", f"{ratio:.2f}x"]
        rows.append((form, *cells))
    columns = ["", *(c for n in THREADS for k in ("read", "said") for c in (f"{k}/s, {n} thr.", "to wllama"))]
    return Table(columns, rows, title=f"{length} tokens of prompt")


def _costs(figures: dict[str, Any]) -> Table:
    rows = []
    for threads in THREADS:
        memory = figures[f"{threads}/memory MB"]
        loads = (f"{figures[f'{threads}/{who}/load ms'] / 1000:.1f}" for who in ("ours", "peer"))
        cancel = figures[f"{threads}/cancel ms"]
        stopped = f"{median(cancel):.0f}, at most {max(cancel):.0f}"
        rows.append((str(threads), *loads, *(str(memory[key]) for key in ("before", "with ours", "after")), stopped))
    columns = [
        *("threads", "ours loads, s", "wllama, s", "browser MB before", "with ours", "after it is ended"),
        "stopped in, ms",
    ]
    return Table(columns, rows, note="PSS of all of Chromium's processes; ours after a prompt of 1,024 tokens.")


if __name__ == "__main__":
    main(measure)
