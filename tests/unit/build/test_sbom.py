"""The bill of materials names every packaged file that is not ours, with a pin and a licence; and the audit."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the build runs on the developer's machine, with node", allow_module_level=True)

from build import audit, layout, models, sbom
from build.layout import ROOT, VENDORED, BuildError, Bundled
from build.vendor import vendored

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


# The audit


@pytest.fixture
def project(tmp_path):
    for place in ("requirements", "tests/bench"):
        (tmp_path / place).mkdir(parents=True)
    bench = [ROOT / "tests/bench" / name for name in ("requirements.txt", "package.json", "package-lock.json")]
    for path in (*ROOT.glob("requirements/*.txt"), ROOT / "package.json", ROOT / "package-lock.json", *bench):
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


def test_all_is_pinned_and_installed_as_pinned():
    assert audit.faults() == []
    assert {f"node_modules/{file.source.split('/')[0]}" for file in VENDORED if file.source[0] != "@"} <= set(
        sbom.npm_pins()
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("requirements/run.txt", "jinja2==3.1.6", "jinja2>=3.1.6", "run.txt:5: 'jinja2>=3.1.6' is no exact pin"),
        ("requirements/dev.txt", "ruff==0.17.6", "ruff", "'ruff' is no exact pin"),
        ("package.json", '"pyodide": "314.0.7"', '"pyodide": "^314.0.7"', "pyodide '^314.0.7' is no exact pin"),
        ("package.json", '"pyodide": "314.0.7"', '"pyodide": "314.0.8"', "is not what package-lock.json holds"),
        ("package-lock.json", '"integrity": "sha512-', '"integrity": "sha1-', "has no checksum"),
    ],
)
def test_what_is_not_pinned_is_named(project, monkeypatch, file, old, new, told):
    monkeypatch.setattr(audit, "_installed", list)
    assert audit.faults(project) == []
    text = (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new))
    assert any(told in fault for fault in audit.faults(project)), audit.faults(project)


def test_an_installed_package_that_is_another_or_needs_what_nobody_pinned_is_named(monkeypatch):
    monkeypatch.setattr(audit, "_pins_of", lambda file: {("jinja2", "1.0"), ("no-such-package", "1.0")})
    monkeypatch.setattr(audit, "python_pins", dict)
    found = audit.faults()
    assert "jinja2 3.1.6 is installed, 1.0 is pinned: run make setup" in found
    assert "jinja2 needs MarkupSafe, which is not pinned" in found
    assert "no-such-package is pinned and not installed: run make setup" in found


@pytest.mark.parametrize("answer", [b"", b"not json", b'{"error": {}}', None])
def test_without_a_registry_that_answers_nothing_fails(monkeypatch, answer):
    def ran(command, **_):
        if answer is None:
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 1, answer.decode(), "")

    monkeypatch.setattr(audit.subprocess, "run", ran)
    assert audit.vulnerabilities() is None
    monkeypatch.setattr(audit, "faults", list)
    assert audit.main() == 0


def test_a_known_vulnerability_fails(monkeypatch):
    said = '{"vulnerabilities": {"pyodide": {"severity": "high"}}}'
    monkeypatch.setattr(audit.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, said, ""))
    monkeypatch.setattr(audit, "faults", list)
    assert audit.vulnerabilities() == ["pyodide: high"]
    assert audit.main() == 1
