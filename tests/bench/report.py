"""What a benchmark leaves behind: tables and figures in results/NAME.json, rendered to docs/BENCHMARKS.md.

A benchmark is a module with `measure(quick: bool) -> Result` that ends in `report.main(measure)`; it is then
run by `python -m tests.bench NAME`, or by itself as `python -m tests.bench.NAME [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.tables import Table, aligned, markdown

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results")
PAGE = ROOT / "docs/BENCHMARKS.md"
COMMAND = ".venv/bin/python -m tests.bench"


class BenchError(RuntimeError):
    """A benchmark cannot be run here; the message says what is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class Result:
    """`figures` holds the raw numbers behind the tables, for whoever wants to compare runs."""

    name: str
    title: str
    tables: Sequence[Table]
    about: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


def main(measure: Callable[[bool], Result]) -> None:
    """Run one benchmark: print its tables and keep its result."""
    parser = argparse.ArgumentParser(description=sys.modules[measure.__module__].__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, to see that it works; keeps nothing")
    quick = parser.parse_args().quick
    load = os.getloadavg()[0]
    if load > (os.cpu_count() or 1) / 4:
        print(f"Other programs are at work (load {load:.1f}): times will be too long.", file=sys.stderr)
    try:
        result = measure(quick)
    except BenchError as error:
        sys.exit(f"error: {error}")
    print(aligned(result.title, result.tables))
    if not quick:
        keep(result, load=load)


def keep(result: Result, folder: Path = RESULTS, load: float | None = None) -> None:
    """Write results/NAME.json, with where and on what it was measured.

    `load` is how many programs wanted a core before it began: 0 on a machine that does nothing else.
    """
    stamp = {
        "command": f"{COMMAND} {result.name}",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine() | _circumstances(load),
    }
    folder.mkdir(exist_ok=True)
    text = json.dumps(stamp | asdict(result), indent=1, ensure_ascii=False)
    (folder / f"{result.name}.json").write_text(text + "\n", encoding="utf-8")


def commit() -> str:
    """The checked-out commit; "+" when files under version control differ from it."""
    short = _git("rev-parse", "--short", "HEAD")
    own = (":!tests/bench/results", f":!{PAGE.relative_to(ROOT)}")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", *own)
    return short + ("+" if changed else "")


def machine() -> dict[str, str]:
    """What a reader needs to judge the times, and nothing that names the machine."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory[1]) / 2**20:.0f} GB" if memory else "",
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "browser": _version("chromium", "--version"),
        "python": platform.python_version(),
    }


def _circumstances(load: float | None) -> dict[str, str]:
    found = {} if load is None else {"other load": f"{load:.1f}"}
    priority = os.getpriority(os.PRIO_PROCESS, 0)
    return found | ({"niceness": str(priority)} if priority else {})


def render(results: Iterable[dict[str, Any]]) -> str:
    """docs/BENCHMARKS.md from what results/*.json hold."""
    parts = [
        "# Benchmarks",
        "Made by `make bench`; every table names the command that made it. Do not edit it by hand.",
    ]
    for result in results:
        parts.append(f"## {result['title']}")
        if result.get("about"):
            parts.append(result["about"])
        for table in result["tables"]:
            parts += markdown(table)
        where = "; ".join(f"{name}: {value}" for name, value in result["machine"].items() if value)
        parts.append(f"`{result['command']}` at {result['commit']}, {result['date']}; {where}.")
    return "\n\n".join(parts) + "\n"


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout.strip()


def _version(*command: str) -> str:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.strip().split(" built on ")[0]
