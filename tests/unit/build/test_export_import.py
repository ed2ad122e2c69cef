"""Imports through panel/export-import.js (export-import.mjs, under node)."""

from __future__ import annotations

import pytest
from encryption_package import run_script

pytestmark = pytest.mark.node

FILES = (
    "messages.js",
    "panel/export-import.js",
    *(f"engine/{name}.js" for name in ("encrypted-export", "age-passphrase", "legacy-export", "passphrase-key")),
)


def test_overlong_lines_are_skipped_and_all_others_imported(tmp_path):
    assert run_script("export-import.mjs", FILES, tmp_path)["trials"] == 24
