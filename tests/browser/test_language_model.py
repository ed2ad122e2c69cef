"""The language model's worker in Chromium, with a tiny random one: the desktop's tokens, stop, death, memory back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from driver import Browser
from models.decoder import tiny
from nutshell.hosts.native_generator import NativeGenerator
from nutshell.paraphrase.decoding import DecodingLoop
from nutshell.ports import CacheLost, DecoderHead, DecoderOutput, DecoderRun, Generation, ModelError

PROBE = Path(__file__).with_name("words_probe")
TEXT = b"The council voted on Tuesday to close the old bridge, and the ferry will carry passengers. "
PROMPT = (1, *(3 + byte for byte in TEXT * 2))
REQUEST = Generation(PROMPT, 20, tuple(sorted(set(PROMPT))), max_tokens=40, no_repeat=3)


@pytest.fixture(scope="module")
def folder(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension with a tiny decoder in it, as the larger package has the real one."""
    copy = tmp_path_factory.mktemp("words") / "extension"
    shutil.copytree(extension, copy)
    shutil.copytree(PROBE, copy / "probe")
    quiet = copy / "engine" / "network-lockdown.js"  # the probe is in the place of the document that starts workers
    text = quiet.read_text()
    assert text.count('"/engine/offscreen.html"') == 1
    quiet.write_text(text.replace('"/engine/offscreen.html"', '"/probe/probe.html"'))
    manifest = copy / "models/manifest.json"
    entries = json.loads(manifest.read_text()) | {"decoder": tiny.write(copy / "models")}
    manifest.write_text(json.dumps(entries))
    return copy


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
    with Browser(folder) as browser:
        page = browser.open(browser.address("probe/probe.html"))
        page.wait_for_function("globalThis.probe")
        yield page


class PageSession:
    """A decoder session through the probe. Playwright answers at once, so nothing has to be awaited."""

    vocabulary = tiny.shape().vocabulary

    def __init__(self, page: Page) -> None:
        self._page = page

    async def run(self, run: DecoderRun) -> DecoderOutput:
        done = self._page.evaluate("(request) => probe.run(request)", asdict(run))
        if "error" in done:
            raise ModelError(done["error"])
        if done["result"] is None:
            raise CacheLost
        return DecoderOutput(*(done["result"][name] for name in ("said", "next", "guessed", "length")))

    def abandon(self) -> None:
        """No run is in progress: each is waited for."""


def generate(page: Page) -> list[int]:
    """The tokens by the core's loop, over the worker of the page."""

    async def work() -> list[int]:
        loop = DecodingLoop(PageSession(page))
        return [token async for some in loop.generate(REQUEST) for token in some]

    return drive(work())


def drive(work: Any) -> Any:
    """Playwright has this thread's event loop: a coroutine that waits for nothing needs none."""
    try:
        while True:
            work.send(None)
    except StopIteration as done:
        return done.value


def wire(steps: int) -> dict[str, Any]:
    """A run of `steps` steps that needs nothing of the cache."""
    head = DecoderHead(tuple(range(tiny.shape().vocabulary)), (), 4, (-2, -2), 0)
    return asdict(DecoderRun(0, PROMPT[:1], (), steps, (-1, -1, -1), head))


def test_generates_what_the_desktop_does(page: Page, folder: Path) -> None:
    async def natively() -> list[int]:
        generated = NativeGenerator(folder / "models").generate(REQUEST)
        return [token async for some in generated for token in some]

    assert page.evaluate("probe.decoder()")["context"] == tiny.SHAPE.context
    here = generate(page)
    assert here == generate(page)
    # The activations' quantization may round otherwise in WASM: where they part, they had gone together first.
    there = drive(natively())
    together = next((at for at, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]), len(there))
    assert together > 5


def test_after_an_abandoned_run_the_worker_is_free_at_once(page: Page) -> None:
    page.evaluate("(request) => probe.run(request)", wire(2))  # loaded and compiled
    done = page.evaluate("([request, next]) => probe.abandon(request, next)", [wire(2), wire(1)])
    assert done["result"]["length"] == 1
    assert not done["ended"]
    assert done["ms"] < 200


def test_an_abandoned_run_that_takes_too_long_ends_the_worker_and_the_next_one_gets_another(page: Page) -> None:
    done = page.evaluate("([request, next]) => probe.abandon(request, next)", [wire(20_000), wire(1)])
    assert done["result"]["length"] == 1
    assert done["ended"]


def test_a_crash_fails_the_run_and_the_next_one_starts_another_worker(page: Page) -> None:
    assert "error" in page.evaluate("(request) => probe.crash(request)", wire(20_000))
    assert generate(page)


def test_a_released_worker_ends_and_the_next_run_starts_another(page: Page) -> None:
    generate(page)
    assert page.evaluate("probe.release()") is True
    assert generate(page)


def test_a_new_worker_asks_for_the_whole_prompt(page: Page) -> None:
    generate(page)
    page.evaluate("probe.release()")
    assert page.evaluate("(request) => probe.run(request)", wire(1) | {"length": 5}) == {"result": None}


def test_a_damaged_decoder_is_refused_by_name(page: Page, folder: Path) -> None:
    weights = folder / "models/decoder.bin"
    content = weights.read_bytes()
    page.evaluate("probe.release()")
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"decoder\.bin"):
        generate(page)
    weights.write_bytes(content)
    assert generate(page)
