"""Runs a build script under Node.js."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from build.layout import BuildError

TIMEOUT_SECONDS = 300


def run_node(script: Path, *arguments: object, doing: str) -> None:
    """Runs `script` in the time zone UTC, so that its output does not depend on the machine.

    Raises BuildError if it fails. `doing` completes the message "Pyodide could not ...".
    """
    command = ["node", str(script), *map(str, arguments)]
    environment = os.environ | {"TZ": "UTC"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False, env=environment
        )
    except FileNotFoundError:
        raise BuildError("Node.js is not installed. Install version 20.19 or newer") from None
    if done.returncode:
        raise BuildError(f"Pyodide could not {doing}:\n{done.stderr[-2000:]}")
