"""Calculations of the benchmarks and the guard, and a check that README.md claims only measured figures."""

import json
import math
import re
from pathlib import Path

import pytest

from tests.bench import growth, guard

ROOT = Path(__file__).parents[3]
MEASURED = re.compile(
    r"(?<![\w.,-])(\d[\d.,]*)[ \u00a0]?(ms|s|seconds?|milliseconds?|minutes|kB|MB|GB|%|x|times)(?![\w-])"
)


def claims(text: str) -> list[str]:
    return [number.rstrip(".,") for number, _ in MEASURED.findall(text)]


def test_readme_figures_appear_in_result_pages():
    pages = [ROOT / "docs/BENCHMARKS.md", ROOT / "models/README.md"]
    measured = {number for page in pages for number in re.findall(r"\d[\d.,]*\d|\d", page.read_text("utf-8"))}
    assert set(claims((ROOT / "README.md").read_text("utf-8"))) <= measured


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("ready in 585 ms, 39.4 MB", ["585", "39.4"]),
        ("97.1 % of them, 4.3x as fast", ["97.1", "4.3"]),
        ("2 to 10 sentences, Python 3.11 or newer, Alt+Shift+S", []),
    ],
)
def test_claims_finds_figures_with_units(said, found):
    assert claims(said) == found


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_exponent_of_power_law(power):
    sizes = {size: {"ms": 7 * size**power} for size in (10, 100, 1000, 5000)}
    assert growth.exponent(sizes, "ms") == pytest.approx(power)


def test_exponent_of_one_size_is_nan():
    assert math.isnan(growth.exponent({10: {"ms": 3.0}, 1000: {"ms": 4.0}}, "ms", most=100))


def test_generated_article_has_requested_sentences():
    from nutshell.article import Article  # noqa: PLC0415
    from nutshell.text.sentences import split  # noqa: PLC0415

    for count in (10, 500):
        made = growth.article(count, 1)
        found = [sentence.text for sentence in split(Article.from_wire(made))]
        assert count * 0.9 <= len(found) <= count * 1.1
        assert len(set(found)) > 0.95 * len(found)


KEPT = {"start": {"value": 0.4, "tolerance": 0.25}, "zip": {"value": 39.0, "tolerance": 0.02}}


def test_guard_accepts_values_within_tolerance():
    assert guard.worse({"start": 0.49, "zip": 39.5}, KEPT) == []
    assert guard.worse({"start": 0.1, "zip": 12.0}, KEPT) == []


def test_guard_reports_worse_and_missing_values():
    (line,) = guard.worse({"start": 0.51, "zip": 39.0}, KEPT)
    assert line.startswith("start: 0.510 now, 0.400 before")
    assert len(guard.worse({"start": 0.4}, KEPT)) == 1
    assert len(guard.worse({"start": 0.4, "zip": 39.0, "new": 1.0}, KEPT)) == 1


def test_guard_exit_status(tmp_path, monkeypatch, capsys):
    path = tmp_path / "baseline.json"
    monkeypatch.setattr("sys.argv", ["guard", "--save"])
    assert guard.main(lambda: {"start": 0.4}, path) == 0
    assert json.loads(path.read_text()) == {"start": {"value": 0.4, "tolerance": 0.25}}
    monkeypatch.setattr("sys.argv", ["guard"])
    assert guard.main(lambda: {"start": 0.45}, path) == 0
    assert guard.main(lambda: {"start": 0.6}, path) == 1
    assert "WORSE  start: 0.600 now" in capsys.readouterr().err
