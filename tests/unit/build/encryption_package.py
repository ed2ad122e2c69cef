"""A folder with the parts of the package that encrypt, for test scripts that run under node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from build.messages import shell_files
from build.vendor import vendored

ROOT = Path(__file__).resolve().parents[3]


def run_script(script: str, extension_files: Iterable[str], folder: Path, *arguments: str) -> Any:
    """Returns the JSON that a script of this folder prints for a package with these files and the vendored ciphers."""
    package = folder / "package"
    files = {name: (ROOT / "extension" / name).read_bytes() for name in extension_files}
    files |= {
        name: content
        for name, content in vendored().items()
        if name.startswith(("vendor/age/", "vendor/ciphers/", "vendor/hashes/", "vendor/base/"))
    }
    files |= shell_files()
    files["package.json"] = b'{"type": "module"}'
    for name, content in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_bytes(content)
    command = ["node", str(Path(__file__).with_name(script)), str(package), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
