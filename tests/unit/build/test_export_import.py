"""Imports through panel/export-import.js (export-import.mjs, under node)."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the package is built on the developer's machine, with node", allow_module_level=True)

from encryption_package import run_script

pytestmark = pytest.mark.node

FILES = ("messages.js", "panel/export-import.js", "engine/encrypted-export.js", "engine/passphrase-key.js")


def test_overlong_lines_are_skipped_and_all_others_imported(tmp_path):
    assert run_script("export-import.mjs", FILES, tmp_path)["trials"] == 24
