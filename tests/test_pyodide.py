"""Runs the unit tests inside Pyodide under Node.js: the same Python and WebAssembly as in the browser."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.node

ROOT = Path(__file__).parents[1]
# The tests of the core. Those of the build, models and benchmarks need processes.
UNIT = ["tests/unit", *(f"--ignore=tests/unit/{tools}" for tools in ("bench", "build", "models"))]
# All pure Python. Pyodide cannot load the compiled speedups of markupsafe, which works without them.
PACKAGES = (
    "babel pytest _pytest py.py pluggy iniconfig packaging pygments feedparser feedparser_sgmllib jinja2 markupsafe"
)


@pytest.fixture(scope="module")
def outcomes():
    """{test id: (outcome, reason)} inside Pyodide."""
    if shutil.which("node") is None or not (ROOT / "node_modules" / "pyodide").is_dir():
        pytest.skip("needs Node.js and the npm package pyodide")
    env = os.environ | {"SITE_PACKAGES": sysconfig.get_path("purelib"), "PACKAGES": PACKAGES}
    command = ["node", "tests/pyodide/run.mjs", "tests/pyodide/suite.py", *UNIT]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=900, check=False)
    log, mark, lines = ran.stdout.partition("OUTCOMES\n")
    assert mark, f"the suite did not finish:\n{ran.stdout[-4000:]}\n{ran.stderr[-4000:]}"
    found = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    assert ran.returncode in {0, 1}, log[-4000:]
    return {row["test"]: (row["outcome"], row["reason"]) for row in found}


@pytest.fixture(scope="module")
def collected():
    """The test ids that CPython collects from the same files."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        *UNIT,
        "--collect-only",
        "-q",
        "-o",
        "addopts=--import-mode=importlib",
        "-p",
        "no:cacheprovider",
    ]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert listing.returncode == 0, listing.stdout[-2000:]
    return {line for line in listing.stdout.splitlines() if line.startswith("tests/unit/") and "::" in line}


def test_no_unit_test_fails_inside_pyodide(outcomes):
    failed = [f"{test}\n{reason}" for test, (outcome, reason) in outcomes.items() if outcome == "failed"]
    assert not failed, "\n\n".join(failed)[-12_000:]


def test_every_unit_test_runs_inside_pyodide_or_is_skipped_with_a_reason(outcomes, collected):
    skipped_files = {test for test, (outcome, _reason) in outcomes.items() if outcome == "skipped" and "::" not in test}
    missing = {test for test in collected if test not in outcomes and test.split("::")[0] not in skipped_files}
    assert collected
    assert not missing
    skips = [(test, reason) for test, (outcome, reason) in outcomes.items() if outcome == "skipped"]
    assert all(reason for _test, reason in skips)
    ran = Counter(outcome for test, (outcome, _reason) in outcomes.items() if test in collected)
    assert ran["passed"] > len(collected) // 2, skips
    print(
        f"\ninside Pyodide: {dict(ran)} of {len(collected)}",
        *(f"  skipped {t}: {r}" for t, r in skips),
        sep="\n",
    )
