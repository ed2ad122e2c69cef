"""Encrypted files behave like plain ones and reveal no plaintext (encrypted-file.mjs, under node)."""

from __future__ import annotations

import pytest
from encryption_package import run_script

pytestmark = pytest.mark.node


def test_an_encrypted_file_behaves_like_a_plain_one(tmp_path):
    assert run_script("encrypted-file.mjs", ("engine/encrypted-file.js",), tmp_path)["steps"] > 500
