"""Marks tests by what they need beyond the Python requirements, and counts those skipped without ../shared.

`make unit` runs the tests that have none of the marks in NEEDS. A test that uses something it is not marked for fails,
so that `make unit` passes on a fresh clone. `pytest.mark.shared("feeds/opml")` skips a test where that path is missing
from ../shared/data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SHARED_REASON = "../shared"

# Mark -> what a test with it may use. Tests of built models run them under Node.js too.
NEEDS = {
    "models": {"models", "node"},
    "node": {"node"},
    "build": {"build", "models", "node"},
    "browser": {"browser", "build", "models", "node", "shared"},
    "shared": {"shared"},
}
FOLDERS = {ROOT / "tests" / "browser": "browser", ROOT / "tests" / "feeds": "shared"}
FIXTURES = {"extension": "build", "browser": "browser", "extractor": "node"}

_running: pytest.Item | None = None
_USED = pytest.StashKey[set[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for folder, mark in FOLDERS.items():
            if folder in item.path.parents:
                item.add_marker(mark)
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in FIXTURES:
                item.add_marker(FIXTURES[fixture])


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("shared"):
        path = SHARED.joinpath("data", *mark.args)
        if not path.exists():
            pytest.skip(f"needs {SHARED_REASON}/data/{'/'.join(mark.args)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    global _running  # noqa: PLW0603 - an audit hook has no other way to know the test
    _running = item
    item.stash[_USED] = set()
    try:
        return (yield)
    finally:
        _running = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    allowed = {need for mark in item.iter_markers() for need in NEEDS.get(mark.name, ())}
    missing = item.stash[_USED] - allowed
    if missing and report.when == "call" and report.passed:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} uses {', '.join(sorted(missing))}. Add the mark (tests/conftest.py)."
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(SHARED_REASON in str(report.longrepr) for report in skipped)
    found = "found" if SHARED.is_dir() else "not found"
    terminalreporter.write_line(f"{SHARED_REASON} {found}: {count} tests skipped because data is missing from it")


def _used(path: str) -> str | None:
    """Returns what kind of need a path is, or None."""
    if not ("models" in path or "node_modules" in path or "dist" in path or "shared" in path):
        return None
    full = Path(os.path.abspath(path))
    if SHARED in full.parents:
        return "shared"
    if ROOT not in full.parents:
        return None
    parts = full.relative_to(ROOT).parts
    if parts[0] in {"dist", "node_modules"}:
        return {"dist": "build", "node_modules": "node"}[parts[0]]
    return "models" if parts[0] == "models" and "out" in parts[:3] else None


def _record_use(event: str, arguments: tuple[Any, ...]) -> None:
    if _running is None:
        return
    need = None
    if event == "open" and isinstance(arguments[0], str):
        need = _used(arguments[0])
    elif event == "subprocess.Popen":
        command = arguments[1] or [arguments[0]]
        program = command[0] if isinstance(command, list | tuple) else command
        need = "node" if Path(os.fsdecode(program)).name == "node" else None
    if need:
        _running.stash[_USED].add(need)


if sys.platform != "emscripten":  # inside Pyodide there is nothing to guard
    sys.addaudithook(_record_use)
