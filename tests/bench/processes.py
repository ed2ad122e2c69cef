"""Memory of the extension's processes, as the kernel counts it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

from tests.bench.report import BenchError

_EVERY = 0.02  # s between looks while it works


class Peak(threading.Thread):
    """Looks again and again while its block runs; `look`: kB of a browser, pss or everything."""

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
        while not self._over.wait(_EVERY):
            self.highest = max(self.highest, self._look(self._pid))


def pss(browser: int, none: int | None = None) -> int:
    """kB of all the extension's processes below the browser's: each one's own pages and its share of shared ones.

    Where there is no such process: `none`, or BenchError when there ought to be one.
    """
    total = _summed(browser, b"--extension-process")
    if total:
        return total
    if none is None:
        raise BenchError("no process of the extension was found")
    return none


def everything(browser: int) -> int:
    """kB of all of the browser's processes."""
    return _summed(browser, b"")


def _summed(browser: int, mark: bytes) -> int:
    """Of the processes whose command line holds `mark`."""
    total = 0
    for pid in descendants(browser):
        try:
            if mark in Path(f"/proc/{pid}/cmdline").read_bytes():
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
        except (OSError, TypeError):
            continue  # it has just ended
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
