import io

import pytest

from nutshell.cli.article_reader import ArticleReader
from nutshell.cli.batch import UsageError


def test_text_file_becomes_an_article(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("One ferry.\n\n- Two boats.\n")
    with ArticleReader() as reader:
        blocks = reader.read(str(path))["blocks"]
    assert [(block["role"], block["text"]) for block in blocks] == [("paragraph", "One ferry."), ("item", "Two boats.")]


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"One ferry.")))
    with ArticleReader() as reader:
        assert reader.read("-")["blocks"][0]["text"] == "One ferry."


def test_missing_file_is_refused(tmp_path):
    with ArticleReader() as reader, pytest.raises(UsageError, match=r"missing\.txt"):
        reader.read(str(tmp_path / "missing.txt"))


def test_batch_line_has_text_and_title():
    with ArticleReader() as reader:
        wire = reader.from_row({"text": "One ferry.", "title": "Boats"})
    assert (wire["title"], wire["blocks"][0]["text"]) == ("Boats", "One ferry.")


@pytest.mark.parametrize("row", [{}, {"text": 7}, {"html": None}])
def test_batch_line_without_text_is_refused(row):
    with ArticleReader() as reader, pytest.raises(UsageError, match="text or an html"):
        reader.from_row(row)
