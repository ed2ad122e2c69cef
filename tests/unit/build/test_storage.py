"""A lock file that is damaged, missing or half written never makes the storage wipe data by itself (storage.mjs)."""

from __future__ import annotations

import pytest
from encryption_package import run_script

pytestmark = pytest.mark.node

FILES = ("storage", "lock-file", "passphrase-key", "encrypted-file", "digest", "opfs")


def test_no_state_of_the_lock_file_makes_the_storage_wipe_data(tmp_path):
    assert run_script("storage.mjs", ["messages.js", *(f"engine/{name}.js" for name in FILES)], tmp_path)["trials"] > 10
