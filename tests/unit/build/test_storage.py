"""The lock's file damaged, lost, or half written: nothing is wiped by itself, and there is a way on (storage.mjs)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("the package is made on the developer's machine, with node", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[3]
ENGINE = ("storage.js", "lock.js", "sealing.js", "sealedfile.js", "digest.js", "opfs.js")


def test_whatever_becomes_of_the_lock_file_nothing_is_wiped_by_itself(tmp_path):
    folder = tmp_path / "package"
    (folder / "vendor" / "ciphers").mkdir(parents=True)
    (folder / "engine").mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    for name in ("_polyval.js", "aes.js", "utils.js"):
        source = ROOT / "node_modules" / "@noble" / "ciphers" / name
        (folder / "vendor" / "ciphers" / name).write_bytes(source.read_bytes())
    for name in ENGINE:
        (folder / "engine" / name).write_bytes((ROOT / "extension" / "engine" / name).read_bytes())
    command = ["node", str(Path(__file__).with_name("storage.mjs")), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)["trials"] > 10
