"""The encrypted files of the lock behave as plain ones, and give nothing away (sealedfile.mjs, under node)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("the package is made on the developer's machine, with node", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[3]


def test_a_sealed_file_is_a_plain_one_to_those_who_have_the_key(tmp_path):
    folder = tmp_path / "package"
    (folder / "vendor" / "ciphers").mkdir(parents=True)
    (folder / "engine").mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    for name in ("_polyval.js", "aes.js", "utils.js"):
        source = ROOT / "node_modules" / "@noble" / "ciphers" / name
        (folder / "vendor" / "ciphers" / name).write_bytes(source.read_bytes())
    (folder / "engine" / "sealedfile.js").write_bytes((ROOT / "extension" / "engine" / "sealedfile.js").read_bytes())
    command = ["node", str(Path(__file__).with_name("sealedfile.mjs")), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)["steps"] > 500
