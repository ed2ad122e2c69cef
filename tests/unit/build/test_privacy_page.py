"""docs/PRIVACY.md and the privacy page name every permission, and every place where the shell keeps something."""

from __future__ import annotations

import re

import pytest

from build.layout import EXTENSION, ROOT
from build.manifest import manifest
from build.messages import panel_html

PAGE = (ROOT / "docs" / "PRIVACY.md").read_text("utf-8")


@pytest.mark.parametrize("browser", ["chrome", "firefox"])
def test_every_permission_is_in_the_document_and_in_the_panel(browser: str) -> None:
    permissions = set(manifest(browser)["permissions"])
    said = PAGE.partition("## Every permission")[2].partition("\n## ")[0]
    assert permissions <= set(re.findall(r"`(\w+)`", said))
    panel = panel_html("en")
    assert permissions <= set(re.findall(r'data-permission="(\w+)"', panel))


def test_no_permission_is_named_that_is_not_asked_for() -> None:
    asked = {name for browser in ("chrome", "firefox") for name in manifest(browser)["permissions"]}
    said = PAGE.partition("## Every permission")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", said)) == asked


def test_every_place_of_the_browsers_own_storage_is_named() -> None:
    shell = {path.name: path.read_text("utf-8") for path in sorted(EXTENSION.rglob("*.js"))}
    areas = {area for text in shell.values() for area in re.findall(r"chrome\.storage\.(\w+)", text)}
    assert areas == set(re.findall(r"`storage\.(\w+)`", PAGE))
    text = "".join(shell.values())
    assert not re.search(r"\b(sessionStorage|indexedDB|document\.cookie)\b", text)
    # Only the interface's language, which must be known before the panel is shown.
    users = {name for name, script in shell.items() if "localStorage" in script}
    assert users == {"language.js", "language-choice.js"}
    keys = set(re.findall(r"localStorage\.\w+\((\w+|\"\w+\")", text))
    assert keys == {"KEY", '"language"'}
    assert "(`localStorage`, `language`)" in PAGE


def test_every_alarm_is_named_and_no_other() -> None:
    """Each wakes the extension when nothing is asked of it: people are told how many there are, and when."""
    shell = "".join(path.read_text("utf-8") for path in sorted(EXTENSION.rglob("*.js")))
    names = dict(re.findall(r'export const (\w+) = "(\w+)";', (EXTENSION / "alarms.js").read_text("utf-8")))
    made = {names[constant] for constant in re.findall(r"chrome\.alarms\.create\((\w+)", shell)}
    assert made == {"news", "keep"}
    [row] = [line for line in PAGE.splitlines() if line.startswith("| `alarms` |")]
    said = (ROOT / "docs" / "PERMISSIONS.md").read_text("utf-8").partition("### `alarms`")[2].partition("\n### ")[0]
    for text in (row, said):
        assert set(re.findall(r"\*(\w+)\*", text)) == made
