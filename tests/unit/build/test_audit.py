"""The audit finds what `pip` and `npm ci` do not check."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from build import audit
from build.layout import ROOT


@pytest.fixture
def project(tmp_path):
    """A copy of the files that the audit reads."""
    for folder in ("requirements", "tests/bench"):
        (tmp_path / folder).mkdir(parents=True)
    bench = [ROOT / "tests/bench" / name for name in ("requirements.in", "requirements.txt", "package-lock.json")]
    for path in (*ROOT.glob("requirements/*"), ROOT / "pyproject.toml", ROOT / "package-lock.json", *bench):
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


def test_this_repository_has_no_problem():
    assert audit.find_problems() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("requirements/run.in", "jinja2==3.1.6", "jinja2>=3.1.6", "run.in:4: 'jinja2>=3.1.6' is not an exact pin"),
        ("requirements/dev.in", "ruff==0.17.6", "ruff==0.17.7", "ruff==0.17.7 is not in dev.txt"),
        ("tests/bench/requirements.in", "int8==1.0.0", "int8==1.0.1", "is not in requirements.txt"),
        ("pyproject.toml", '"numpy==2.4.6"', '"numpy==2.4.5"', "dependencies differ from requirements/run.in"),
        ("package-lock.json", '"integrity": "sha512-', '"integrity": "sha1-', "has no hash"),
        ("tests/bench/package-lock.json", '"integrity": "sha512-', '"other": "sha512-', "has no hash"),
    ],
)
def test_problem_is_reported(project, file, old, new, problem):
    assert audit.find_problems(project) == []
    text = (project / file).read_text("utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new), "utf-8")
    assert any(problem in found for found in audit.find_problems(project)), audit.find_problems(project)


@pytest.mark.parametrize("answer", ["", "not json", '{"error": {}}', None])
def test_no_answer_from_npm_audit_is_not_a_failure(monkeypatch, answer):
    def run(command, **_):
        if answer is None:
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 1, answer, "")

    monkeypatch.setattr(audit.subprocess, "run", run)
    assert audit.find_vulnerabilities() is None
    monkeypatch.setattr(audit, "find_problems", list)
    assert audit.main() == 0


def test_known_vulnerability_fails_the_audit(monkeypatch):
    answer = '{"vulnerabilities": {"pyodide": {"severity": "high"}}}'
    monkeypatch.setattr(
        audit.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1, answer, "")
    )
    monkeypatch.setattr(audit, "find_problems", list)
    assert audit.find_vulnerabilities() == ["pyodide: high"]
    assert audit.main() == 1
