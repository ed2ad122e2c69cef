"""The banner about a database that was damaged on disk."""

from __future__ import annotations

from nutshell.storage.integrity import Damage

from .environment import render


def render_damage(damage: Damage | None, *, problem: str = "", found: bool = False) -> str:
    """The banner, or "" when nothing is wrong. `found`: there is damage that the next start will repair."""
    if damage is None and not problem and not found:
        return ""
    return render("damage.html", {"damage": damage, "problem": problem, "found": found})
