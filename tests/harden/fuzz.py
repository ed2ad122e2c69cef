"""Whatever is asked, and whatever is parsed: no exception but the documented ones (Hypothesis, on the core)."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.harden.report import ROOT, Outcome

sys.path.append(str(ROOT / "tests" / "unit"))

from fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase  # isort: skip
from nutshell.app import Application, RequestError  # isort: skip

KEYS = (
    "id", "query", "limit", "length", "article", "reason", "detail", "what", "site", "since", "until", "undo", "host",
    "note", "tags", "keep", "question", "before", "urls", "kind", "story", "seconds", "words", "tab", "count", "source",
    "again", "text", "address", "feeds", "title", "folder", "blocks", "lines", "name", "value",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-3, 12), st.floats(), st.text(max_size=40),
    st.sampled_from(["all", "site", "span", "undo", "\ud800", "\0", "'; DROP TABLE page; --", "%", "*\"(", "NEAR("]),
)  # fmt: skip
NAMES = st.sampled_from(KEYS) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
BLOCKS = st.fixed_dictionaries({"role": st.sampled_from(["paragraph", "heading", "item", "x"]), "text": st.text()})
ARTICLES = st.fixed_dictionaries(
    {"blocks": st.lists(BLOCKS, max_size=4)},
    optional={"title": st.text(), "url": st.text(), "lang": st.text(max_size=5), "site": st.text()},
)
PAYLOADS = st.dictionaries(st.sampled_from(KEYS), VALUES | ARTICLES, max_size=5) | VALUES


def run(examples: int = 100) -> Outcome:
    """`examples` payloads for each request."""
    faults: list[str] = []
    names = sorted(_application()._handlers)
    tried = 0
    with ThreadPoolExecutor(1) as thread:  # of its own: the caller's may have an event loop that runs
        for name in names:
            tried += thread.submit(_attack, name, examples, faults).result()
    kinds = {fault.split(" for ")[0] for fault in faults}
    line = f"fuzz: {tried} payloads to {len(names)} requests, {len(kinds)} undocumented exceptions"
    return Outcome("fuzz", line, tuple(sorted(faults)[:40]), {"tried": tried, "requests": len(names)})


def _attack(name: str, examples: int, faults: list[str]) -> int:
    """Adds to `faults`, one of each kind; how many payloads were tried."""
    application = _application()
    tried = 0
    kinds: set[str] = set()

    @settings(max_examples=examples, deadline=None, database=None, derandomize=True,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(payload=PAYLOADS)
    def attack(payload: Any) -> None:
        nonlocal tried
        tried += 1
        try:
            asyncio.run(asyncio.wait_for(application.handle(name, payload, lambda *_: None), 10))
        except RequestError:
            pass
        except Exception as error:
            said = f"{name}: {type(error).__name__}: {error}"[:120]
            if said not in kinds:
                kinds.add(said)
                faults.append(f"{said} for {payload!r}"[:400])

    attack()
    return tried


def _application() -> Application:
    return Application(models=FakeModels(), database=MemoryDatabase(), clock=FakeClock(), vocabulary=VOCABULARY)
