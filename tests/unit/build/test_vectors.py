"""`make harden HOSTILE=DIR` reads attack vectors from any kind of file."""

from __future__ import annotations

import json

import pytest

from tests.harden import hostile
from tests.harden.vectors import LONGEST, OWN, NoVectors, corpus


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "vectors of mine"
    place.mkdir()
    monkeypatch.setenv("HOSTILE", str(place))
    return place


def test_every_kind_of_file_gives_vectors(folder):
    (folder / "a list.txt").write_text("# a comment\n<b>one\n\n  \n<b>two\n")
    (folder / "page.html").write_text("<p>line 1\n<p>line 2")
    (folder / "bomb.xml").write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    (folder / "some.json").write_text(json.dumps([{"payload": "<i>three", "expected": "no"}, ["four", {"a": "five"}]]))
    (folder / "lines.jsonl").write_text('{"payload": "six"}\n["seven"]\n{broken\n')
    (folder / "module.mjs").write_text('export default [{"payload": "eight"}];\n')
    (folder / "utf16.txt").write_bytes("nine\nten".encode("utf-16"))
    (folder / "latin.txt").write_bytes(b"\xe9leven\n")
    (folder / "picture.bin").write_bytes(b"\x89PNG\0\0<svg onload=1>" + bytes(9000))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "deep").mkdir()
    (folder / "deep" / "<svg onload=alert(2)>.txt").write_text("twelve")
    found = corpus()
    wanted = {"<b>one", "<b>two", "<p>line 1\n<p>line 2", "<i>three", "four", "five", "six", "seven", "{broken",
              "eight", "nine", "ten", "\ufffdleven", "<svg onload=alert(2)>.txt", "twelve", *OWN}  # fmt: skip
    assert wanted <= set(found.strings)
    assert any(text.startswith("\x89PNG") and "<svg" in text for text in found.strings)
    assert not {"# a comment", "no", ""} & set(found.strings)
    assert (len(found.files), found.left, found.source) == (10, 0, "")


def test_huge_files_and_too_many_vectors_are_cut_and_counted(folder):
    (folder / "huge.txt").write_text("\n".join(f"vector {n}" for n in range(300_000)))
    (folder / "long.txt").write_text("x" * 3 * LONGEST + "<end>")
    found = corpus(most=1_000)
    assert len(found.strings) <= 1_000 + len(OWN)
    assert found.left > 200_000
    assert max(map(len, found.strings)) <= LONGEST


def test_single_file_is_accepted(folder, monkeypatch):
    (folder / "one.txt").write_text("only this")
    monkeypatch.setenv("HOSTILE", str(folder / "one.txt"))
    assert "only this" in corpus().strings


@pytest.mark.parametrize("what", ["missing", "empty", "nothing in it"])
def test_folder_without_vectors_is_an_error(folder, monkeypatch, what):
    if what == "missing":
        monkeypatch.setenv("HOSTILE", str(folder / "not here"))
    elif what == "nothing in it":
        (folder / "a.txt").write_bytes(b"")
    with pytest.raises(NoVectors, match="HOSTILE: "):
        corpus()


def test_our_own_vectors_are_used_without_a_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("HOSTILE", raising=False)
    monkeypatch.setattr("tests.harden.vectors.SHARED", tmp_path / "not here")
    found = corpus()
    assert set(found.strings) == set(OWN)
    assert "not here" in found.source


def test_feed_and_bundle_of_vectors_are_well_formed():
    """A feed that does not parse, or a bundle that is rejected, would test nothing."""
    from nutshell.feeds.parser import parse  # noqa: PLC0415
    from nutshell.storage.bundle_format import TABLES, from_json  # noqa: PLC0415

    assert len(parse(hostile.feed(OWN), now=1.8e9).items) == len(OWN)
    tables = {table.name: table for table in TABLES}
    for line in list(hostile.bundle(OWN))[1:-1]:
        [(name, row)] = json.loads(line).items()
        from_json(row, tables[name])
