"""Vectors that run where text is taken for markup, through titles and texts in the built extension: nothing may run.

Each goes through the engine as title and text of an article, is shown in the panel's own document, and stands in the
memory's list. What ran would be known by a dialog, a marked global, or a violation of the policy.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.harden.report import ROOT, Outcome

from driver import Browser  # isort: skip

SHARED = ROOT.parent / "shared" / "data" / "hostile"
OWN = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "{{7*7}}{% raw %}",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>", "javascript:alert(1)", "<link rel=prefetch href=http://127.0.0.1:1/x>",
)  # fmt: skip
SHOW = """async (articles) => {
  const { EngineClient } = await import("/engine/client.js");
  const { showFragment } = await import("/panel/fragment.js");
  const engine = new EngineClient();
  globalThis.ran = [];
  for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = (said) => ran.push(`${name} ${said}`);
  const broken = (e) => ran.push(`policy ${e.violatedDirective} ${e.sample || e.blockedURI}`);
  addEventListener("securitypolicyviolation", broken);
  const before = new Set(Object.getOwnPropertyNames(globalThis));
  const holder = document.createElement("div");
  document.body.append(holder);
  const failed = [];
  for (const article of articles) {
    try {
      const answer = await engine.request("summarize", { article, length: 10 });
      showFragment(holder, answer.html);
      showFragment(holder, (await engine.request("notice", { reason: "failed", detail: article.title })).html);
    } catch (error) {
      failed.push(`${error.code} ${error.message}: ${article.title.slice(0, 60)}`);
    }
  }
  showFragment(holder, (await engine.request("recent", { query: "", limit: 5000 })).html);
  for (const element of holder.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name) || (/^(href|src|action)$/i.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value)))
        ran.push(`attribute ${name}=${value.slice(0, 60)}`);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  const fresh = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name));
  return { ran, failed, fresh };
}"""
EACH = 8  # vectors in an article


def folder() -> Path:
    return Path(os.environ.get("HOSTILE") or SHARED)


def vectors(where: Path) -> Iterator[str]:
    """Every file of a folder: strings or {payload}s in JSON (or after `export default`), else its lines."""
    yield from OWN
    if not where.is_dir():
        return
    for path in sorted(where.rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            yield from _strings(json.loads(text.removeprefix("export default").strip().rstrip(";")))
        except ValueError:
            if path.suffix in {".xml", ".xsl", ".html", ".svg"}:
                yield text[:20_000]
            else:
                yield from (line for line in text.splitlines() if line and not line.startswith("#"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        yield from _strings(value.get("payload", list(value.values())))


def run(most: int = 100_000) -> Outcome:
    where = folder()
    found = list(dict.fromkeys(vectors(where)))[:most]
    articles = [
        {
            "url": f"https://hostile.example/{start}",
            "title": found[start],
            "site": found[start],
            "lang": "en",
            "blocks": [{"role": "paragraph", "text": f"{text} The board met on Monday and said so."} for text in lot],
        }
        for start in range(0, len(found), EACH)
        if (lot := found[start : start + EACH])
    ]
    dialogs: list[str] = []
    with Browser() as browser:
        page = browser.open(browser.address("panel/panel.html"))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.set_default_timeout(0)
        said = page.evaluate(SHOW, articles)
    faults = [*said["ran"], *said["failed"], *(f"dialog {text}" for text in dialogs)]
    faults += [f"a new global: {name}" for name in said["fresh"] if not name.isdigit()]
    source = "" if where.is_dir() else f" (no {where.name}/ here: our own only)"
    line = f"hostile: {len(found)} vectors shown, {len(faults)} ran or broke something{source}"
    return Outcome("hostile", line, tuple(faults), {"vectors": len(found)})
