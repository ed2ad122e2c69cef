"""A file of the package that is read before a library asks for it is fetched once, and nothing else is let through."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("Node runs this", allow_module_level=True)

EXTENSION = Path(__file__).parents[3] / "extension"


def test_what_is_read_ahead_is_fetched_once():
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    script = Path(__file__).with_name("prefetch.mjs")
    done = subprocess.run(["node", script, EXTENSION], capture_output=True, text=True, timeout=60, check=True)
    said = json.loads(done.stdout)
    assert said["first"] == "no 1"
    assert said["second"] == "no 3"
    assert said["foreign"] == "refused"
    assert said["fetched"] == ["vendor/code.wasm", "vendor/nobody.asks", "vendor/code.wasm"]
