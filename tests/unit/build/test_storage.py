"""The lock's file damaged, lost, or half written: nothing is wiped by itself, and there is a way on (storage.mjs)."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "emscripten":
    pytest.skip("the package is made on the developer's machine, with node", allow_module_level=True)

from encryption_package import said

ENGINE = ("storage.js", "lock-file.js", "encrypted-export.js", "encrypted-file.js", "digest.js", "opfs.js")


def test_whatever_becomes_of_the_lock_file_nothing_is_wiped_by_itself(tmp_path):
    assert said("storage.mjs", ENGINE, tmp_path)["trials"] > 10
