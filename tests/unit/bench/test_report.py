"""The page of benchmarks says what the results say, and cannot be broken by what stands in a cell."""

import json

from models.tables import Table, aligned
from tests.bench.report import Result, keep, render

RESULT = Result(
    name="speed",
    title="Speed of snails",
    about="On a wall.",
    tables=[Table(("snail", "mm/s"), [("garden", "1.3"), ("a|b\nc", "0.7")], title="Dry", note="Median of 10.")],
    figures={"garden": [1.2, 1.3, 1.4]},
)


def test_what_is_kept_is_what_is_rendered(tmp_path):
    keep(RESULT, tmp_path)
    kept = json.loads((tmp_path / "speed.json").read_text())
    assert kept["figures"] == {"garden": [1.2, 1.3, 1.4]}
    assert kept["machine"]["cores"].isdigit()
    page = render([kept])
    assert "## Speed of snails\n\nOn a wall.\n\n**Dry**\n\n| snail | mm/s |\n| --- | ---: |\n| garden | 1.3 |\n" in page
    assert "Median of 10." in page
    assert f"`.venv/bin/python -m tests.bench speed` at {kept['commit']}, {kept['date']}" in page


def test_a_cell_cannot_open_another(tmp_path):
    keep(RESULT, tmp_path)
    page = render([json.loads((tmp_path / "speed.json").read_text())])
    assert "| a\\|b c | 0.7 |" in page


def test_the_terminal_shows_columns_aligned():
    assert "  snail   mm/s\n  garden   1.3\n" in aligned(RESULT.title, RESULT.tables).replace("a|b\nc", "a")
