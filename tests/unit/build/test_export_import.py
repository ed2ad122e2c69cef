"""A file whose lines are too long is taken in as far as it is whole (export-import.mjs, under node)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "emscripten":
    pytest.skip("the package is made on the developer's machine, with node", allow_module_level=True)

from build.layout import EXTENSION
from build.messages import shell_files


def test_one_line_that_is_too_long_costs_no_other(tmp_path):
    for name, content in shell_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("messages.js", "panel/export-import.js", "engine/encrypted-export.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((EXTENSION / name).read_bytes())
    command = ["node", str(Path(__file__).with_name("export-import.mjs")), str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)["trials"] == 24
