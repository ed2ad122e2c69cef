"""The bill of materials names every packaged file that is not ours, with a pin and a licence."""

from __future__ import annotations

import json
import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the build runs on the developer's machine, with node", allow_module_level=True)

from build import layout, models, sbom
from build.layout import ROOT, VENDORED, BuildError, Bundled
from build.vendor import vendored

pytestmark = pytest.mark.build

OURS = ("models/vocab.txt", "models/manifest.json", "models/decoders.json")


@pytest.fixture(scope="module")
def files():
    return models.models() | vendored()


@pytest.fixture(scope="module")
def bill(files):
    return json.loads(sbom.sbom(files))


def test_every_vendored_file_and_model_is_named_once_a_part(bill, files):
    named = [place["location"] for part in bill["components"] for place in part["evidence"]["occurrences"]]
    assert set(files) - set(OURS) <= set(named)
    assert {"engine/core.zip", "vendor/python_stdlib.zip"} <= set(named)
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(set(references)) == len(references)
    assert bill["dependencies"] == [{"ref": "nutshell", "dependsOn": references}]


def test_every_part_has_a_version_a_licence_and_where_it_matters_its_text(bill):
    for part in bill["components"]:
        [licence] = [each["license"] for each in part["licenses"]]
        assert part["version"], part["name"]
        assert licence["id"] in layout.LICENCES, part["name"]
    texts = {
        part["name"]: part["licenses"][0]["license"].get("text", {}).get("content", "") for part in bill["components"]
    }
    for name in ("@noble/ciphers", "feedparser", "jinja2", "markupsafe"):
        assert "opyright" in texts[name], name


def test_it_says_what_the_weights_are_made_of(bill):
    [encoder] = [part for part in bill["components"] if part["name"] == "encoder"]
    [weights] = encoder["pedigree"]["ancestors"]
    assert f"{weights['name']}=={weights['version']}" in (ROOT / "requirements/build.txt").read_text()


def test_it_is_the_same_each_time_and_small(files):
    first = sbom.sbom(files)
    assert first == sbom.sbom(dict(reversed(files.items())))
    assert len(first) < 30_000


def test_a_newer_part_inside_pyodide_is_noticed(files, monkeypatch):
    monkeypatch.setattr(sbom, "BUNDLED", (Bundled("SQLite", "3.0", "blessing", b"no such mark", ()),))
    with pytest.raises(BuildError, match="another SQLite"):
        sbom.sbom(files)


def test_a_licence_that_is_not_on_the_list_stops_the_build(files, monkeypatch):
    monkeypatch.setattr(sbom, "LICENCES", layout.LICENCES - {"MPL-2.0"})
    with pytest.raises(BuildError, match="pyodide"):
        sbom.sbom(files)


def test_a_vendored_package_without_a_pin_stops_the_build(files, monkeypatch):
    pins = sbom.npm_pins()
    monkeypatch.setattr(sbom, "npm_pins", lambda: {name: entry for name, entry in pins.items() if "noble" not in name})
    with pytest.raises(BuildError, match="@noble/ciphers is not pinned"):
        sbom.sbom(files)


def test_every_vendored_npm_package_is_locked():
    names = {"/".join(file.source.split("/")[: 2 if file.source[0] == "@" else 1]) for file in VENDORED}
    assert {f"node_modules/{name}" for name in names} <= set(sbom.npm_pins())
