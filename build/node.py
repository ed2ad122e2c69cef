"""Runs a script of the build under node."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from build.layout import BuildError

SECONDS = 300


def run_node(script: Path, *arguments: object, doing: str) -> None:
    """`doing` ends the sentence "Pyodide could not ...". Raises BuildError. The time zone is the same everywhere."""
    command = ["node", str(script), *map(str, arguments)]
    environment = os.environ | {"TZ": "UTC"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment)
    except FileNotFoundError:
        raise BuildError("node is missing: install Node.js 20 or newer") from None
    if done.returncode:
        raise BuildError(f"Pyodide could not {doing}:\n{done.stderr[-2000:]}")
