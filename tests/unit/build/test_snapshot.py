"""Python starts from the snapshot of its memory, or from the beginning when anything about the snapshot is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("the build runs on the developer's machine, with node", allow_module_level=True)

from build import package, snapshot
from build.layout import PYODIDE

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return package.build("chrome", tmp_path_factory.mktemp("dist"), lambda line: None).folder


def start(folder, zone="UTC", **replaced):
    files = [f"engine/{name.replace('_', '.')}={path}" for name, path in replaced.items()]
    ran = subprocess.run(
        ["node", str(Path(__file__).with_name("python.mjs")), str(folder), *files],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"TZ": zone},
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def test_from_the_snapshot_the_core_is_loaded_already(made):
    one, other = start(made), start(made)
    assert one["loaded"]
    assert one["warning"] == ""
    assert "PDF" in one["html"]
    assert one["lot"] != other["lot"], "each start draws lots of its own"


def test_it_lives_where_it_is_started_not_where_it_was_made(made):
    assert start(made, "Asia/Kolkata")["hours"] == 5.5


@pytest.mark.parametrize("what", ["missing", "cut short", "altered", "of another core", "of another Pyodide"])
def test_without_a_snapshot_that_fits_it_starts_from_the_beginning(made, tmp_path, what):
    whole = (made / "engine/snapshot.bin").read_bytes()
    expected = json.loads((made / "engine/snapshot.json").read_bytes())
    changed = {
        "missing": whole,
        "cut short": whole[:-1000],
        "altered": whole[:-500] + bytes([whole[-500] ^ 1]) + whole[-499:],
        "of another core": whole,
        "of another Pyodide": whole[:16] + bytes([whole[16] ^ 1]) + whole[17:],
    }[what]
    if what == "of another Pyodide":
        expected["sha256"] = snapshot._sha256(changed)
    elif what == "of another core":
        expected["core"] = "0" * 64
    (tmp_path / "bin").write_bytes(changed)
    (tmp_path / "json").write_text(json.dumps(expected))
    given = {"snapshot_bin": tmp_path / "bin", "snapshot_json": tmp_path / "json"}
    if what == "missing":
        given["snapshot_bin"] = ""
    found = start(made, **given)
    assert found["warning"].startswith("Starting without the snapshot")
    assert not found["loaded"]
    assert "PDF" in found["html"]


def test_it_is_the_same_wherever_it_is_made(made, tmp_path, monkeypatch):
    again = tmp_path / "elsewhere"
    monkeypatch.setattr(snapshot, "CACHE", again)
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    names = ("vendor/python_stdlib.zip", "engine/core.zip", "models/vocab.txt")
    files = snapshot.snapshot(*((made / name).read_bytes() for name in names))
    assert files["engine/snapshot.bin"] == (made / "engine/snapshot.bin").read_bytes()
    for secret in (str(again), str(PYODIDE), os.environ.get("HOME", "/root") + "/"):
        assert secret.encode() not in files["engine/snapshot.bin"]
