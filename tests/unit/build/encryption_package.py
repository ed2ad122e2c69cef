"""The part of the package that keeps files sealed, in a folder of its own, for scripts under node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
CIPHERS = ROOT / "node_modules" / "@noble" / "ciphers"


def said(script: str, engine: Iterable[str], place: Path) -> Any:
    """What a script of this folder prints of a package made at `place`: the ciphers, and these files of the engine."""
    folder = place / "package"
    (folder / "vendor" / "ciphers").mkdir(parents=True)
    (folder / "engine").mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    for name in ("_polyval.js", "aes.js", "utils.js"):
        (folder / "vendor" / "ciphers" / name).write_bytes((CIPHERS / name).read_bytes())
    for name in engine:
        (folder / "engine" / name).write_bytes((ROOT / "extension" / "engine" / name).read_bytes())
    command = ["node", str(Path(__file__).with_name(script)), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)
