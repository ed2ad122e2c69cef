"""nutshell export, import and search, on a database file."""

import json
import sqlite3
import sys
from contextlib import closing

import pytest

if sys.platform == "emscripten":
    pytest.skip("the command line is the desktop's", allow_module_level=True)
pytest.importorskip("onnxruntime", reason="the command line is the desktop's")

from nutshell.article import Article
from nutshell.cli.main import main
from nutshell.hosts.desktop import FileDatabase, models_folder
from nutshell.records.summary import Point, Summary
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import prepare
from tests import wording


@pytest.fixture
def memory(tmp_path):
    database = FileDatabase(str(tmp_path / "memory.db"))
    prepare(database)
    pages = PageStore(database)
    for number, text in enumerate(("The ferry is electric.", "Bread rises because of yeast.")):
        gist = Point(text, 0, 0.5, 0, 0, len(text), -1)
        article = Article((), url=f"https://example.org/{number}", title=f"Page {number}")
        page = pages.save(article, Summary(gist, (gist,), (), "encoder", "en", 9, 60, 6), 1e9 + number)
    pages.annotate(page, note="for Ines")
    database.connection.close()
    return tmp_path / "memory.db"


def test_out_and_in_again(memory, tmp_path, capsys):
    bundle, other = tmp_path / "a.jsonl", tmp_path / "other.db"
    assert main(["export", str(memory), str(bundle)]) == 0
    assert json.loads(bundle.read_text().splitlines()[-1]) == {"end": 2}
    assert main(["import", str(other), str(bundle)]) == 0
    assert wording.plural("import.pages", 2) in capsys.readouterr().out
    assert main(["import", str(other), str(bundle)]) == 0
    assert "2" in capsys.readouterr().out
    assert main(["export", str(other)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == bundle.read_text().splitlines()[1:]
    assert main(["export", str(memory), "--markdown"]) == 0
    assert "for Ines" in capsys.readouterr().out


def test_a_damaged_bundle_says_what_was_not_taken(memory, tmp_path, capsys):
    bundle = tmp_path / "a.jsonl"
    main(["export", str(memory), str(bundle)])
    lines = bundle.read_text().splitlines()
    bundle.write_text("\n".join([lines[0], lines[1][:50], lines[2]]))
    assert main(["import", str(tmp_path / "other.db"), str(bundle)]) == 1
    said = capsys.readouterr()
    assert wording.plural("import.pages", 1) in said.out
    assert wording.text("import.line_problem", line=2, problem=wording.text("row.not_a_row")) in said.err
    assert wording.text("import.truncated") in said.err


@pytest.mark.parametrize("content", [b"", b"hello", b"NUTSEAL\x01", b"\xff\xfe\x00"])
def test_what_is_no_bundle_is_wrong_usage(tmp_path, content, capsys):
    (tmp_path / "b").write_bytes(content)
    assert main(["import", str(tmp_path / "x.db"), str(tmp_path / "b")]) == 2
    assert "nutshell: " in capsys.readouterr().err


def test_a_missing_database_or_bundle_is_wrong_usage(tmp_path, capsys):
    assert main(["export", str(tmp_path / "none.db")]) == 2
    assert main(["import", str(tmp_path / "new.db"), str(tmp_path / "none")]) == 2
    assert "none could not be read" in capsys.readouterr().err


def torn(memory):
    """The table of pages begins with bytes that mean nothing."""
    content = bytearray(memory.read_bytes())
    at = content.index(b"Bread rises")
    start = at // 4096 * 4096
    content[start : start + 12] = b"\xff" * 12
    memory.write_bytes(content)


@pytest.mark.parametrize("harm", ["torn", "short", "foreign", "empty", "text"])
def test_a_damaged_database_is_refused_and_left_as_it_is(memory, harm, capsys):
    if harm == "torn":
        torn(memory)
    elif harm == "short":
        memory.write_bytes(memory.read_bytes()[:-9000])
    else:
        memory.write_bytes({"empty": b"", "text": b"hello" * 500}.get(harm, b""))
    if harm == "foreign":
        with closing(sqlite3.connect(memory)) as other:
            other.execute("CREATE TABLE bookmark (url TEXT)")
    before = memory.read_bytes()
    files = sorted(memory.parent.iterdir())
    for arguments in (["export", str(memory)], ["search", str(memory), "ferry"], ["import", str(memory), "none"]):
        if harm == "empty" and arguments[0] == "import":
            continue  # a new one is made of it
        assert main(arguments) == 2, arguments
        said = capsys.readouterr()
        assert "is damaged, or no memory of Nutshell" in said.err
        assert said.out == ""
        assert sorted(memory.parent.iterdir()) == files
        assert memory.read_bytes() == before


def test_what_can_still_be_read_of_a_damaged_database_is_exported_when_asked_for(memory, capsys):
    whole = json.loads(main_out(capsys, "export", memory)[-1])["end"]
    content = bytearray(memory.read_bytes())
    content[100] ^= 0xFF  # the first page says where all tables are
    memory.write_bytes(content)
    assert main(["export", str(memory), "--salvage"]) == 1
    said = capsys.readouterr()
    assert f"{whole} rows" in said.err
    titles = {json.loads(line).get("page", {}).get("title") for line in said.out.splitlines()}
    assert {"Page 0", "Page 1"} <= titles
    assert memory.read_bytes() == content
    assert main(["export", str(memory.parent / "other.db"), "--salvage"]) == 2


def test_salvaging_a_sound_database_is_exporting_it(memory, capsys):
    assert main_out(capsys, "export", memory)[1:] == main_out(capsys, "export", memory, "--salvage")[1:]


def main_out(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.mark.build
@pytest.mark.skipif(not (models_folder() / "recall.onnx").is_file(), reason="the models are not built: make build")
def test_search(memory, capsys):
    assert main(["search", str(memory), '"ferries"']) == 0
    assert "The [ferry] is electric." in capsys.readouterr().out
    assert main(["search", str(memory), "baking dough", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["title"] == "Page 1"
    assert main(["search", str(memory), "ferry", "--site", "elsewhere.org"]) == 0
    assert "nothing found" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"hello\n", b"NUTSEAL\x01", b'{"nutshell":{"version":9}}\n', b"\n\n"])
def test_what_is_no_bundle_makes_no_database(tmp_path, content, capsys):
    bundle = tmp_path / "bad.jsonl"
    bundle.write_bytes(content)
    assert main(["import", str(tmp_path / "new.db"), str(bundle)]) == 2
    assert main(["import", str(tmp_path / "new.db"), str(tmp_path / "none")]) == 2
    assert not (tmp_path / "new.db").exists()
    assert "bad.jsonl" in capsys.readouterr().err
