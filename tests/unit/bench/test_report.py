"""The benchmark page shows the stored results, and cell content cannot break its tables."""

import dataclasses
import json

from models.tables import Table, aligned
from tests.bench.report import Result, render, save

RESULT = Result(
    name="speed",
    title="Speed of snails",
    about="On a wall.",
    tables=[Table(("snail", "mm/s"), [("garden", "1.3"), ("a|b\nc", "0.7")], title="Dry", note="Median of 10.")],
    figures={"garden": [1.2, 1.3, 1.4]},
)


def test_stored_result_is_rendered(tmp_path):
    save(RESULT, tmp_path)
    stored = json.loads((tmp_path / "speed.json").read_text())
    assert stored["figures"] == {"garden": [1.2, 1.3, 1.4]}
    assert stored["machine"]["cores"].isdigit()
    page = render([stored])
    assert "## Speed of snails\n\nOn a wall.\n\n**Dry**\n\n| snail | mm/s |\n| --- | ---: |\n| garden | 1.3 |\n" in page
    assert "Median of 10." in page
    command = f"`.venv/bin/python -m tests.bench speed` at {stored['commit']}, {stored['date']}"
    assert command in " ".join(page.split())


def test_pipe_in_cell_is_escaped(tmp_path):
    save(RESULT, tmp_path)
    page = render([json.loads((tmp_path / "speed.json").read_text())])
    assert "| a\\|b c | 0.7 |" in page


def test_terminal_table_has_aligned_columns():
    assert "  snail   mm/s\n  garden   1.3\n" in aligned(RESULT.title, RESULT.tables).replace("a|b\nc", "a")


def test_prose_wraps_at_100_columns(tmp_path):
    about = "The snails race up a wall. " * 20
    save(dataclasses.replace(RESULT, about=about.strip()), tmp_path)
    page = render([json.loads((tmp_path / "speed.json").read_text())])
    assert max(map(len, page.splitlines())) <= 100
    assert about.strip() in " ".join(page.split())
