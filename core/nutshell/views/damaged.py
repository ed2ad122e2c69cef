"""What the reader is told of a database that was damaged on the disk."""

from __future__ import annotations

from nutshell.storage.integrity import Damage

from .environment import render


def damaged_html(damage: Damage | None, *, problem: str = "", found: bool = False) -> str:
    """A banner, or "" when there is nothing to tell. `found`: damage that the next start will repair."""
    if damage is None and not problem and not found:
        return ""
    return render("damaged.html", {"damage": damage, "problem": problem, "found": found})
