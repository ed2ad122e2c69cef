"""The language model's worker in Chromium, with a tiny random one: the desktop's tokens, stop, death, memory back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from driver import Browser
from models.decoder import tiny
from nutshell.hosts.native_generator import NativeGenerator
from nutshell.ports import Generation

PROBE = Path(__file__).with_name("words_probe")
TEXT = b"The council voted on Tuesday to close the old bridge, and the ferry will carry passengers. "
PROMPT = [1, *(3 + byte for byte in TEXT * 2)]
ALLOWED = sorted(set(PROMPT))
REQUEST = {"prompt": PROMPT, "fixed": 20, "allowed": ALLOWED, "maxTokens": 40, "noRepeat": 3}
LONG = REQUEST | {"maxTokens": 100_000, "noRepeat": 4}


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


def said(told: dict[str, Any]) -> list[int]:
    assert told["kind"] == "done", told
    return told["tokens"]


def test_says_what_the_desktop_says(page: Page, folder: Path) -> None:
    async def natively() -> list[int]:
        request = Generation(tuple(PROMPT), 20, tuple(ALLOWED), max_tokens=40, no_repeat=3)
        return [id_ async for some in NativeGenerator(folder / "models").generate(request) for id_ in some]

    assert page.evaluate("probe.decoder()")["context"] == tiny.SHAPE.context
    here = said(page.evaluate("(request) => probe.say(request)", REQUEST))
    assert here == page.evaluate("(request) => probe.say(request)", REQUEST)["tokens"]
    # The activations' quantization may round otherwise in WASM: where they part, they had gone together first.
    there = run(natively())
    together = next((at for at, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]), len(there))
    assert together > 5


def run(work: Any) -> Any:
    """Playwright has this thread's event loop: a coroutine that waits for nothing needs none."""
    try:
        while True:
            work.send(None)
    except StopIteration as done:
        return done.value


def test_stopped_in_the_middle_the_worker_is_free_at_once(page: Page) -> None:
    told = page.evaluate("([long, next]) => probe.stopIn(long, next)", [LONG, REQUEST | {"maxTokens": 1}])
    assert said(told)
    assert not told["ended"]
    assert told["ms"] < 200


def test_killed_it_says_so_and_comes_back(page: Page) -> None:
    told = page.evaluate("(request) => probe.kill(request)", LONG)
    assert told["kind"] == "error"
    assert told["value"] == "The language model stopped."
    assert said(page.evaluate("(request) => probe.say(request)", REQUEST))


def test_released_its_worker_ends_and_the_next_request_starts_another(page: Page) -> None:
    assert page.evaluate("(request) => probe.release(request)", REQUEST) is True
    assert said(page.evaluate("(request) => probe.say(request)", REQUEST))


def test_a_damaged_decoder_is_refused_by_name(page: Page, folder: Path) -> None:
    weights = folder / "models/decoder.bin"
    content = weights.read_bytes()
    page.evaluate("(request) => probe.release(request)", REQUEST)
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    told = page.evaluate("(request) => probe.say(request)", REQUEST)
    weights.write_bytes(content)
    assert told["kind"] == "error"
    assert "decoder.bin is damaged" in told["value"]
    assert said(page.evaluate("(request) => probe.say(request)", REQUEST))
