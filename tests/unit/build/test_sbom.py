"""The bill of materials lists every third-party file in the package, with its version and licence."""

from __future__ import annotations

import json

import pytest

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


def test_every_vendored_file_and_model_belongs_to_a_component(bill, files):
    named = [place["location"] for part in bill["components"] for place in part["evidence"]["occurrences"]]
    assert set(files) - set(OURS) <= set(named)
    assert {"engine/core.zip", "vendor/python_stdlib.zip"} <= set(named)
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(set(references)) == len(references)
    assert bill["dependencies"] == [{"ref": "nutshell", "dependsOn": references}]


def test_every_component_has_a_version_and_a_licence_with_its_text_if_required(bill):
    for part in bill["components"]:
        [licence] = [each["license"] for each in part["licenses"]]
        assert part["version"], part["name"]
        assert licence["id"] in layout.LICENCES, part["name"]
    texts = {
        part["name"]: part["licenses"][0]["license"].get("text", {}).get("content", "") for part in bill["components"]
    }
    for name in ("@noble/ciphers", "feedparser", "jinja2", "markupsafe"):
        assert "opyright" in texts[name], name


def test_model_names_the_package_of_its_weights(bill):
    [encoder] = [part for part in bill["components"] if part["name"] == "encoder"]
    [weights] = encoder["pedigree"]["ancestors"]
    assert f"{weights['name']}=={weights['version']}" in (ROOT / "requirements/build.txt").read_text()


def test_bill_does_not_depend_on_file_order_and_is_small(files):
    first = sbom.sbom(files)
    assert first == sbom.sbom(dict(reversed(files.items())))
    assert len(first) < 55_000  # the licences of fonts and decoders must be printed in full


def test_changed_component_inside_pyodide_fails_the_build(files, monkeypatch):
    monkeypatch.setattr(sbom, "BUNDLED", (Bundled("SQLite", "3.0", "blessing", b"no such mark", ()),))
    with pytest.raises(BuildError, match=r"does not contain SQLite 3\.0"):
        sbom.sbom(files)


def test_unlisted_licence_fails_the_build(files, monkeypatch):
    monkeypatch.setattr(sbom, "LICENCES", layout.LICENCES - {"MPL-2.0"})
    with pytest.raises(BuildError, match="pyodide"):
        sbom.sbom(files)


def test_unlocked_npm_package_fails_the_build(files, monkeypatch):
    pins = sbom.npm_pins()
    monkeypatch.setattr(sbom, "npm_pins", lambda: {name: entry for name, entry in pins.items() if "noble" not in name})
    with pytest.raises(BuildError, match=r"@noble/ciphers is not in package-lock\.json"):
        sbom.sbom(files)


def test_every_vendored_npm_package_is_locked():
    names = {"/".join(file.source.split("/")[: 2 if file.source[0] == "@" else 1]) for file in VENDORED}
    assert {f"node_modules/{name}" for name in names} <= set(sbom.npm_pins())
