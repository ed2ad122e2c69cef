"""The encrypted files of the lock behave as plain ones, and give nothing away (encrypted-file.mjs, under node)."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the package is made on the developer's machine, with node", allow_module_level=True)

from encryption_package import said


def test_a_sealed_file_is_a_plain_one_to_those_who_have_the_key(tmp_path):
    assert said("encrypted-file.mjs", ("encrypted-file.js",), tmp_path)["steps"] > 500
