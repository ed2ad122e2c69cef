"""Python starts from the snapshot of its memory, or without it if the snapshot does not fit."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from build import package, snapshot
from build.layout import PYODIDE

pytestmark = pytest.mark.build


@pytest.fixture(scope="module")
def built(tmp_path_factory):
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


def test_snapshot_starts_with_the_core_loaded(built):
    one, other = start(built), start(built)
    assert one["loaded"]
    assert one["warning"] == ""
    assert 'data-reason="pdf"' in one["html"]
    assert one["random"] != other["random"], "each start seeds random again"


def test_time_zone_is_the_one_at_start(built):
    assert start(built, "Asia/Kolkata")["utc_offset_hours"] == 5.5


@pytest.mark.parametrize("fault", ["missing", "truncated", "altered", "other core", "other Pyodide"])
def test_unfit_snapshot_is_not_used(built, tmp_path, fault):
    whole = (built / "engine/snapshot.bin").read_bytes()
    expected = json.loads((built / "engine/snapshot.json").read_bytes())
    changed = {
        "missing": whole,
        "truncated": whole[:-1000],
        "altered": whole[:-500] + bytes([whole[-500] ^ 1]) + whole[-499:],
        "other core": whole,
        "other Pyodide": whole[:16] + bytes([whole[16] ^ 1]) + whole[17:],
    }[fault]
    if fault == "other Pyodide":
        expected["sha256"] = snapshot._sha256(changed)
    elif fault == "other core":
        expected["core"] = "0" * 64
    (tmp_path / "bin").write_bytes(changed)
    (tmp_path / "json").write_text(json.dumps(expected))
    replaced = {"snapshot_bin": tmp_path / "bin", "snapshot_json": tmp_path / "json"}
    if fault == "missing":
        replaced["snapshot_bin"] = ""
    found = start(built, **replaced)
    assert found["warning"].startswith("Starting without the snapshot")
    assert not found["loaded"]
    assert 'data-reason="pdf"' in found["html"]


def test_snapshot_does_not_depend_on_the_machine(built, tmp_path, monkeypatch):
    again = tmp_path / "elsewhere"
    monkeypatch.setattr(snapshot, "CACHE", again)
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    names = ("vendor/python_stdlib.zip", "engine/core.zip", "models/vocab.txt")
    files = snapshot.snapshot(*((built / name).read_bytes() for name in names))
    assert files["engine/snapshot.bin"] == (built / "engine/snapshot.bin").read_bytes()
    for secret in (str(again), str(PYODIDE), os.environ.get("HOME", "/root") + "/"):
        assert secret.encode() not in files["engine/snapshot.bin"]
