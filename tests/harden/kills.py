"""Kills the browser at random moments while Nutshell writes; everything acknowledged must survive in a sound database.

The built extension's own engine writes, with the panel's requests: pages are summarized and settings changed as fast as
it responds. A write counts as acknowledged once the panel has its response.
"""

from __future__ import annotations

import contextlib
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.harden.report import Outcome

from driver import Browser, TimedOut, wait_for  # isort: skip

# Runs in the panel's place: sends requests through engine/client.js and records the acknowledged ones.
WRITE = """async ([round, seed]) => {
  const { EngineClient } = await import("/engine/client.js");
  const engine = new EngineClient();
  globalThis.acknowledged = [];
  globalThis.failed = [];
  const words = "harbour lighthouse council winter engine orchard bridge river market school".split(" ");
  let state = seed;
  const word = () => words[(state = (state * 1103515245 + 12345) % 2147483648) % words.length];
  const sentence = (n) => `The ${word()} of the ${word()} was seen near the ${word()} on day ${n} by its board.`;
  const article = (title) => ({
    url: `https://kill.example/${title.replaceAll(" ", "-")}`,
    title,
    lang: "en",
    blocks: [0, 10, 20].map((n) => ({ role: "paragraph", text: [n, n + 1, n + 2].map(sentence).join(" ") })),
  });
  (async () => {
    for (let n = 0; ; n++) {
      const title = `round ${round} page ${n}`;
      try {
        const answer = await engine.request("summarize", { article: article(title), length: null });
        if (answer.id && !answer.unkept) acknowledged.push(title);
        else failed.push(answer.unkept || "no id");
        await engine.request("settings.set", { length: 2 + (n % 9) });
      } catch (error) {
        failed.push(error.message);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  })();
}"""
READ = """async () => {
  const { EngineClient } = await import("/engine/client.js");
  const engine = new EngineClient();
  const ask = (name, payload) => engine.request(name, payload).catch((error) => ({ error: error.message }));
  const [state, list] = [await ask("history.state"), await ask("library.list", { query: "", limit: 5000 })];
  const { parseFragment } = await import("/panel/fragment.js");
  const holder = Object.assign(document.createElement("div"));
  holder.append(...parseFragment(list.html ?? ""));
  const titles = Array.from(holder.querySelectorAll(".entry-title"), (entry) => entry.textContent.trim());
  return { html: state.html ?? "", error: state.error ?? list.error ?? "", titles };
}"""


@dataclass
class Tally:
    tried: int = 0
    lost: int = 0
    damaged: int = 0
    acknowledged: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def run(kills: int = 50, seed: int = 7) -> Outcome:
    chance = random.Random(seed)
    tally = Tally()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, Browser(profile=Path(folder, "profile")) as browser:
        while tally.tried < kills:
            page = _asker(browser)
            page.evaluate(WRITE, [tally.tried, seed + tally.tried])
            with contextlib.suppress(TimedOut):
                wait_for("a first acknowledged write", lambda page=page: page.evaluate("acknowledged.length"), 60)
            end = time.monotonic() + chance.uniform(0.0, 1.5)
            kept: list[str] = page.evaluate("acknowledged")
            while time.monotonic() < end:
                kept = page.evaluate("acknowledged")
            browser.kill()
            tally.tried += 1
            tally.acknowledged += kept
            if not kept:
                tally.faults.append(f"kill {tally.tried}: nothing was acknowledged before it")
            browser.start()
            if tally.tried % 5 == 0 or tally.tried == kills:
                _count(browser, tally)
        _count(browser, tally)
    kept = len(tally.acknowledged)
    line = f"kills: {tally.tried} tried, {tally.lost} lost, {tally.damaged} damaged ({kept} records acknowledged)"
    counts = {"tried": tally.tried, "lost": tally.lost, "damaged": tally.damaged, "acknowledged": kept}
    return Outcome("kills", line, tuple(tally.faults), counts)


def _asker(browser: Browser) -> Any:
    """Opens an extension document in a tab, which can send requests like the panel."""
    return browser.open(browser.address("panel/panel.html"))


def _count(browser: Browser, tally: Tally) -> None:
    """Opens the database as the next start does and looks for every acknowledged write."""
    page = _asker(browser)
    found = page.evaluate(READ)
    page.close()
    if found["error"] or "damaged" in found["html"]:
        tally.damaged += 1
        tally.faults.append(f"after kill {tally.tried}: {found['error'] or found['html']}")
    missing = sorted(set(tally.acknowledged) - set(found["titles"]))
    if missing:
        tally.lost += len(missing)
        tally.faults.append(f"after kill {tally.tried}: {len(missing)} lost, the first {missing[0]!r}")
        tally.acknowledged = [title for title in tally.acknowledged if title not in missing]
