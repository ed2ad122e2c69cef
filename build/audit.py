"""python -m build.audit: checks what the package installers do not check about the locked dependencies.

`pip install --require-hashes` and `npm ci` already refuse a file whose hash differs, and `npm ci` refuses a lock file
that disagrees with package.json. This adds: the Python lock files are up to date, every npm package has a hash, and
no packaged npm package has a known vulnerability, where the npm registry answers that question.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from build.layout import ROOT
from build.sbom import npm_pins, python_pins

_PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+$")
_HASH = "sha512-"
_NPM_AUDIT_SECONDS = 30


def find_problems(root: Path = ROOT) -> list[str]:
    """Returns one line for each problem in the lock files under `root`."""
    return [*_python_problems(root), *_npm_problems(root)]


def find_vulnerabilities() -> list[str] | None:
    """Returns `name: severity` for each vulnerable packaged npm package, or None if the registry gives no answer."""
    command = ["npm", "audit", "--omit=dev", "--json", "--audit=true", "--fetch-retries=0"]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_NPM_AUDIT_SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout)["vulnerabilities"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return [f"{name}: {entry.get('severity', 'unknown severity')}" for name, entry in sorted(found.items())]


def _python_problems(root: Path) -> list[str]:
    problems = []
    for source in sorted([*root.glob("requirements/*.in"), root / "tests/bench/requirements.in"]):
        if source.name == "excluded.in":  # a list for uv, not requirements
            continue
        locked = set(re.findall(r"(?m)^([^\s#;]+==[^\s;]+)", source.with_suffix(".txt").read_text("utf-8")))
        for number, requirement in _requirements(source):
            place = f"{source.relative_to(root)}:{number}"
            if not _PIN.match(requirement):
                problems.append(f"{place}: {requirement!r} is not an exact pin")
            elif requirement not in locked:
                problems.append(f"{place}: {requirement} is not in {source.stem}.txt. Run `make lock`")
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    if sorted(project["dependencies"]) != sorted(pin for _, pin in _requirements(root / "requirements/run.in")):
        problems.append("pyproject.toml: dependencies differ from requirements/run.in")
    return problems


def _requirements(source: Path) -> list[tuple[int, str]]:
    """Returns (line number, requirement) for each line that is not a comment or an option."""
    lines = enumerate(source.read_text("utf-8").splitlines(), 1)
    found = [(number, line.partition("#")[0].strip()) for number, line in lines]
    return [(number, requirement) for number, requirement in found if requirement and requirement[0] != "-"]


def _npm_problems(root: Path) -> list[str]:
    problems = []
    for lock in (root / "package-lock.json", root / "tests/bench/package-lock.json"):
        packages: dict[str, Any] = json.loads(lock.read_text("utf-8"))["packages"]
        problems += [
            f"{lock.relative_to(root)}: {name} has no hash"
            for name, entry in packages.items()
            if name and entry and not entry.get("link") and not str(entry.get("integrity", "")).startswith(_HASH)
        ]
    return problems


def main() -> int:
    problems = find_problems()
    vulnerable = find_vulnerabilities()
    for line in [*problems, *(f"known vulnerability in a packaged dependency: {item}" for item in vulnerable or ())]:
        print(f"audit: {line}", file=sys.stderr)
    answer = "no answer from npm audit" if vulnerable is None else f"{len(vulnerable)} known vulnerabilities"
    print(f"audit       {len(python_pins())} Python and {len(npm_pins())} npm packages locked; {answer}")
    return 1 if problems or vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
