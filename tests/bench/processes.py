"""Memory of the extension's processes as the kernel counts it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

from tests.bench.report import BenchError

_INTERVAL = 0.02  # s between samples


class Peak(threading.Thread):
    """Samples memory while its `with` block runs. `look` returns kB for a browser: `pss` or `everything`."""

    def __init__(self, pid: int, look: Callable[[int], int] | None = None) -> None:
        super().__init__(daemon=True)
        self.highest = 0
        self._pid = pid
        self._look = look or pss
        self._over = threading.Event()

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join(5)

    def run(self) -> None:
        while not self._over.wait(_INTERVAL):
            self.highest = max(self.highest, self._look(self._pid))


def pss(browser: int, none: int | None = None) -> int:
    """Returns PSS in kB of the extension's processes: their own pages and their share of shared pages.

    Without such a process, returns `none`, or raises BenchError if `none` is not given.
    """
    total = _summed(browser, b"--extension-process")
    if total:
        return total
    if none is None:
        raise BenchError("no process of the extension was found")
    return none


def everything(browser: int) -> int:
    """Returns PSS in kB of all browser processes."""
    return _summed(browser, b"")


def _summed(browser: int, mark: bytes) -> int:
    """Sums PSS of the processes whose command line contains `mark`."""
    total = 0
    for pid in descendants(browser):
        try:
            if mark in Path(f"/proc/{pid}/cmdline").read_bytes():
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
        except (OSError, TypeError):
            continue  # the process has ended
    return total


def descendants(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found
