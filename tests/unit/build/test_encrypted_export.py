"""Encrypted exports are age files, and files of earlier versions still open (encrypted-export.mjs, under node)."""

from __future__ import annotations

from pathlib import Path

import pytest
from encryption_package import run_script

from build.layout import NODE_MODULES

pytestmark = pytest.mark.node

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "exports"
FILES = ("encrypted-export", "age-passphrase", "legacy-export", "passphrase-key")


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """The path of a file that the extension's code encrypted, and how many checks the script made."""
    folder = tmp_path_factory.mktemp("export")
    library = NODE_MODULES / "age-encryption" / "dist" / "index.js"
    arguments = [str(path) for path in (FIXTURES, library, folder / "out.age")]
    printed = run_script(
        "encrypted-export.mjs", ["messages.js", *(f"engine/{name}.js" for name in FILES)], folder, *arguments
    )
    return folder / "out.age", printed["checks"]


def test_exports_are_age_files_and_damage_is_reported(encrypted):
    _, checks = encrypted
    assert checks > 45


def test_another_implementation_of_age_opens_an_export(encrypted):
    pyrage = pytest.importorskip("pyrage", reason="install pyrage to run this")
    path, _ = encrypted
    assert len(pyrage.passphrase.decrypt(path.read_bytes(), "correct horse battery")) == 3_000_000
