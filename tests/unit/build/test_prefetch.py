"""A packaged file that was prefetched is fetched once, and other origins stay blocked (prefetch.mjs, under node)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.node

EXTENSION = Path(__file__).parents[3] / "extension"


def test_a_prefetched_file_is_fetched_once_and_other_origins_are_refused():
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    script = Path(__file__).with_name("prefetch.mjs")
    done = subprocess.run(["node", script, EXTENSION], capture_output=True, text=True, timeout=60, check=True)
    printed = json.loads(done.stdout)
    assert printed["first"] == "no 1"
    assert printed["second"] == "no 3"
    assert printed["foreign"] == "refused"
    assert printed["fetched"] == ["vendor/code.wasm", "vendor/unused", "vendor/code.wasm"]
