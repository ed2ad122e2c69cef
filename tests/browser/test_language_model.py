"""The language-model worker in Chromium with a tiny random model: same tokens as on the desktop, stops, crashes."""

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

PROBE = Path(__file__).with_name("language_model_probe")
TEXT = b"The council voted on Tuesday to close the old bridge, and the ferry will carry passengers. "
PROMPT = (1, *(3 + byte for byte in TEXT * 2))
REQUEST = Generation(PROMPT, 20, tuple(sorted(set(PROMPT))), max_tokens=40, no_repeat=3)


@pytest.fixture(scope="module")
def folder(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the extension with a tiny decoder in place of the real one of the larger package."""
    copy = tmp_path_factory.mktemp("words") / "extension"
    shutil.copytree(extension, copy)
    shutil.copytree(PROBE, copy / "probe")
    quiet = copy / "engine" / "network-lockdown.js"  # the probe replaces the document that starts workers
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
    """A decoder session through the probe. Playwright calls are synchronous, so nothing is awaited."""

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
        """Does nothing: no run is ever in progress here."""


def generate(page: Page) -> list[int]:
    """Generate tokens with the core's loop and the page's worker."""

    async def work() -> list[int]:
        loop = DecodingLoop(PageSession(page))
        return [token async for some in loop.generate(REQUEST) for token in some]

    return drive(work())


def drive(work: Any) -> Any:
    """Run a coroutine that never suspends, because Playwright occupies this thread's event loop."""
    try:
        while True:
            work.send(None)
    except StopIteration as done:
        return done.value


def wire(steps: int) -> dict[str, Any]:
    """Returns a run of `steps` steps that does not use the cache."""
    head = DecoderHead(tuple(range(tiny.shape().vocabulary)), (), 4, (-2, -2), 0)
    return asdict(DecoderRun(0, PROMPT[:1], (), steps, (-1, -1, -1), head))


def test_generates_the_same_tokens_as_the_desktop(page: Page, folder: Path) -> None:
    async def natively() -> list[int]:
        generated = NativeGenerator(folder / "models").generate(REQUEST)
        return [token async for some in generated for token in some]

    assert page.evaluate("probe.decoder()")["context"] == tiny.SHAPE.context
    here = generate(page)
    assert here == generate(page)
    # Activation quantization may round differently in WASM, so the tokens may differ after a common prefix.
    there = drive(natively())
    together = next((at for at, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]), len(there))
    assert together > 5


def test_worker_is_free_immediately_after_an_abandoned_run(page: Page) -> None:
    page.evaluate("(request) => probe.run(request)", wire(2))  # loads and compiles the model
    done = page.evaluate("([request, next]) => probe.abandon(request, next)", [wire(2), wire(1)])
    assert done["result"]["length"] == 1
    assert not done["ended"]
    assert done["ms"] < 200


def test_slow_abandoned_run_stops_the_worker_and_the_next_run_starts_one(page: Page) -> None:
    done = page.evaluate("([request, next]) => probe.abandon(request, next)", [wire(20_000), wire(1)])
    assert done["result"]["length"] == 1
    assert done["ended"]


def test_crash_fails_the_run_and_the_next_run_starts_a_worker(page: Page) -> None:
    assert "error" in page.evaluate("(request) => probe.crash(request)", wire(20_000))
    assert generate(page)


def test_released_worker_stops_and_the_next_run_starts_one(page: Page) -> None:
    generate(page)
    assert page.evaluate("probe.release()") is True
    assert generate(page)


def test_new_worker_requests_the_whole_prompt(page: Page) -> None:
    generate(page)
    page.evaluate("probe.release()")
    assert page.evaluate("(request) => probe.run(request)", wire(1) | {"length": 5}) == {"result": None}


def test_error_names_the_damaged_decoder_file(page: Page, folder: Path) -> None:
    weights = folder / "models/decoder.bin"
    content = weights.read_bytes()
    page.evaluate("probe.release()")
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"decoder\.bin"):
        generate(page)
    weights.write_bytes(content)
    assert generate(page)
