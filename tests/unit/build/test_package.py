"""The package is reproducible, complete and within budget, and names no code host."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from build import package, python, vendor
from build.layout import MODEL_FILES, PYODIDE, STDLIB_LEFT_OUT, VENDORED, ZIP_BUDGET, BuildError, Edit, Vendored

pytestmark = pytest.mark.build

# PEP 552: magic number, flags, hash of the source.
MAGIC_314 = 3627
CHECKED_HASH = 0b11


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The package, built with an empty cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(python, "CACHE", tmp_path_factory.mktemp("first-cache"))
        return package.build("chrome", tmp_path_factory.mktemp("first"), lambda line: None)


@pytest.fixture(scope="module")
def files(built):
    with zipfile.ZipFile(built.archive) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def bytecode(files, tmp_path_factory):
    """Every file in the two archives of Python."""
    found = {}
    for name in ("vendor/python_stdlib.zip", "engine/core.zip"):
        target = tmp_path_factory.mktemp("zip") / "archive.zip"
        target.write_bytes(files[name])
        with zipfile.ZipFile(target) as archive:
            found |= {f"{name}/{inner}": archive.read(inner) for inner in archive.namelist()}
    return found


def test_second_build_from_an_empty_cache_has_the_same_bytes(built, tmp_path, monkeypatch):
    monkeypatch.setattr(python, "CACHE", tmp_path / "cache")
    again = package.build("chrome", tmp_path / "dist", lambda line: None)
    first, second = (hashlib.sha256(one.archive.read_bytes()).hexdigest() for one in (built, again))
    assert first == second


def test_folder_and_zip_have_the_same_files(built, files):
    folder = {
        path.relative_to(built.folder).as_posix(): path.read_bytes()
        for path in built.folder.rglob("*")
        if path.is_file()
    }
    assert folder == files


def test_package_is_within_its_budget(built):
    assert 20_000_000 < built.archive.stat().st_size < ZIP_BUDGET


def test_package_over_its_budget_fails_the_build(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "ZIP_BUDGET", 10)
    monkeypatch.setattr(package, "contents", lambda browser, say, words: {"a.txt": b"0123456789"})
    with pytest.raises(BuildError, match="over its budget"):
        package.build("chrome", tmp_path, lambda line: None)


def test_package_names_no_code_host(files, bytecode):
    assert vendor.code_hosts(files) == []
    assert vendor.code_hosts(bytecode) == []


def test_code_host_fails_the_build(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "contents", lambda browser, say, words: {"a.js": b"import 'https://unpkg.com/x'"})
    with pytest.raises(BuildError, match=r"a\.js: unpkg\.com"):
        package.build("chrome", tmp_path, lambda line: None)
    assert not list(tmp_path.iterdir())


def test_edit_without_its_text_fails_the_build(monkeypatch):
    readability = next(file for file in VENDORED if file.target.endswith("Readability.js"))
    changed = Vendored(readability.source, readability.target, (Edit("no such text", ""),))
    monkeypatch.setattr(vendor, "VENDORED", (changed,))
    with pytest.raises(BuildError, match="0 times instead of once"):
        vendor.vendored()


def test_missing_npm_package_names_the_command_to_run(monkeypatch):
    monkeypatch.setattr(vendor, "VENDORED", (Vendored("no-such-package/a.js", "vendor/a.js"),))
    with pytest.raises(BuildError, match="make setup"):
        vendor.vendored()


def test_our_scripts_neither_evaluate_text_nor_load_remote_code(files):
    own = {
        name: content.decode()
        for name, content in files.items()
        if name.endswith((".js", ".html")) and not name.startswith("vendor/")
    }
    assert len(own) > 15
    wrong = re.compile(r"\beval\(|new Function\(|importScripts|(?:src|href|import)\W{1,3}https?:")
    # network-lockdown.js names it among what it takes away.
    own["engine/network-lockdown.js"] = own["engine/network-lockdown.js"].replace('  "importScripts",\n', "", 1)
    assert [name for name, text in own.items() if wrong.search(text)] == []
    pages = [text for name, text in own.items() if name.endswith(".html")]
    assert not any(re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=", page) for page in pages)


def test_python_is_bytecode_for_pyodide_with_hashes_instead_of_times(bytecode):
    modules = {name: content for name, content in bytecode.items() if name.endswith(".pyc")}
    assert len(modules) > 300
    for name, content in modules.items():
        magic, flags = struct.unpack("<H2xI", content[:8])
        assert (magic, flags) == (MAGIC_314, CHECKED_HASH), name
    assert not [name for name in bytecode if name.endswith((".py", ".so"))]


def test_core_is_packaged_without_the_command_line_and_desktop_host(bytecode):
    core = {name.removeprefix("engine/core.zip/") for name in bytecode if name.startswith("engine/core.zip/")}
    assert {
        "nutshell/app.pyc",
        "nutshell/hosts/browser.pyc",
        "jinja2/__init__.pyc",
        "markupsafe/_native.pyc",
    } <= core
    assert "nutshell/views/templates/summary.html" in core
    assert not core & {"nutshell/hosts/desktop.pyc", "nutshell/cli/main.pyc", "nutshell/cli/extract.mjs"}


@pytest.mark.parametrize("module", ["nutshell.hosts.browser", "sqlite3", "asyncio", "zoneinfo", "html.parser"])
def test_packaged_python_imports(built, module):
    """No module that these need was trimmed or left out."""
    command = ["node", str(Path(__file__).with_name("start.mjs")), str(built.folder), module]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)["module"] == module


def test_no_imported_module_was_trimmed(built):
    """Checks every import in the core, its libraries and the trimmed standard library, also inside functions."""
    command = ["node", str(Path(__file__).with_name("imports.mjs")), str(built.folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout)
    assert found["statements"] > 1000
    with zipfile.ZipFile(PYODIDE / "python_stdlib.zip") as stock:
        trimmed = {
            name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            for name in stock.namelist()
            if name.endswith(".py") and name.startswith(STDLIB_LEFT_OUT)
        }
    assert [(module, name) for module, name in found["missing"] if name in trimmed] == []


def test_model_manifest_matches_the_packaged_models(files):
    listed = json.loads(files["models/manifest.json"])
    assert set(listed) == set(MODEL_FILES)
    for entry in listed.values():
        content = files[f"models/{entry['file']}"]
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()


def test_model_with_another_hash_fails_the_build(tmp_path, monkeypatch):
    from build import models  # noqa: PLC0415

    folder = tmp_path / "encoder" / "out"
    folder.mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(b"another")
    (tmp_path / "encoder" / "model.json").write_text('{"outputs": {"encoder.onnx": "0"}}')
    monkeypatch.setattr(models, "MODELS", tmp_path)
    with pytest.raises(BuildError, match="differs from the hash"):
        models.models()


def test_missing_models_name_the_command_to_run(tmp_path, monkeypatch):
    from build import models  # noqa: PLC0415

    monkeypatch.setattr(models, "MODELS", tmp_path)
    with pytest.raises(BuildError, match="make models"):
        models.models()
