"""The manifest requests and allows little, and docs/PERMISSIONS.md explains every permission."""

from __future__ import annotations

import re

import pytest

from build.layout import EXTENSION, ROOT
from build.manifest import manifest
from build.messages import panel_html, shell_files

CHROME = manifest("chrome")


def policy():
    directives = CHROME["content_security_policy"]["extension_pages"].split("; ")
    return {name: values.split() for name, _, values in (one.partition(" ") for one in directives)}


def test_documented_permissions_are_the_requested_ones():
    page = (ROOT / "docs" / "PERMISSIONS.md").read_text("utf-8")
    asked = page.partition("## Requested permissions")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^### `(\w+)`", asked, re.MULTILINE)) == sorted(CHROME["permissions"])


@pytest.mark.parametrize("permission", CHROME["permissions"])
def test_every_permission_is_used(permission):
    """activeTab has no API of its own: it lets `scripting` into the tab."""
    shell = "".join(path.read_text("utf-8") for path in sorted(EXTENSION.rglob("*.js")))
    interface = "scripting" if permission == "activeTab" else permission
    assert re.search(rf"\bchrome\.{interface}\b", shell)


def test_no_host_permission_is_requested_at_install():
    for key in (
        "host_permissions",
        "content_scripts",
        "web_accessible_resources",
    ):
        assert key not in CHROME
    assert CHROME["externally_connectable"] == {"ids": []}


def test_host_permissions_are_requested_in_one_place():
    assert CHROME["optional_host_permissions"] == ["*://*/*"]
    assert "### Sites you follow" in (ROOT / "docs" / "PERMISSIONS.md").read_text("utf-8")
    asking = [path.name for path in sorted(EXTENSION.rglob("*.js")) if "permissions.request" in path.read_text("utf-8")]
    assert asking == ["platform.js"]


def test_only_workers_may_fetch_from_the_network_and_one_file_does():
    """The manifest's policy holds for workers too, so documents have a stricter one of their own."""
    pages = {path.name: path.read_text("utf-8") for path in EXTENSION.rglob("*.html")}
    pages["panel.html"] = panel_html("en")
    pages["viewer.html"] = shell_files()["viewer/viewer.html"].decode()
    assert len(pages) == 3
    for name, page in pages.items():
        own = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
        assert own
        found = own[1].split("; ")
        assert found.pop(0) == "connect-src 'self'"
        # And no text becomes markup in the panel but through the one policy that says how. The other policy makes the
        # address of one worker.
        types = {"panel.html": "nutshell nutshell-pdf", "viewer.html": "nutshell-pdf"}.get(name)
        assert found == (["require-trusted-types-for 'script'", f"trusted-types {types}"] if types else [])
    options = [path.name for path in sorted(EXTENSION.rglob("*.js")) if "credentials:" in path.read_text("utf-8")]
    assert options == ["fetcher.js"]


def test_the_policy_lets_nothing_in_but_the_package():
    found = policy()
    assert found.pop("connect-src") == ["'self'", "http:", "https:"]  # feeds; see the test above
    assert found.pop("script-src") == ["'self'", "'wasm-unsafe-eval'"]
    assert found["default-src"] == ["'none'"]
    assert {value for values in found.values() for value in values} == {"'self'", "'none'"}


@pytest.mark.parametrize("browser", ["chrome", "firefox"])
def test_what_it_names_is_there(browser):
    rendered = manifest(browser)
    background = rendered["background"]
    named = [
        *rendered["icons"].values(),
        *rendered["action"]["default_icon"].values(),
        background.get("service_worker") or background["scripts"][0],
        (rendered.get("side_panel") or {}).get("default_path") or rendered["sidebar_action"]["default_panel"],
    ]
    assert [name for name in named if not (EXTENSION / name).is_file() and name not in shell_files()] == []


@pytest.mark.parametrize("size", ["16", "32", "48", "128"])
def test_icons_are_of_their_size(size):
    png = (EXTENSION / CHROME["icons"][size]).read_bytes()
    assert int.from_bytes(png[16:20], "big") == int.from_bytes(png[20:24], "big") == int(size)
