"""Exports of a summary: Markdown, plain text and speech."""

from dataclasses import replace

import pytest

from nutshell.views.summary_export import markdown, plain_text, speech
from tests.wording import text as message


def test_markdown(article, summary, golden):
    golden("summary.md", markdown(article, summary))


def test_plain_text(article, summary, golden):
    golden("summary.txt", plain_text(article, summary))


def test_page_without_metadata(article, summary):
    bare = replace(article, url="", title="", site="", author="", published="")
    short = replace(summary, points=(summary.gist,), outline=())
    assert markdown(bare, short) == f"# Summary\n\n> {summary.gist.text}\n"
    assert plain_text(bare, short) == f"{summary.gist.text}\n"
    assert speech(bare, short)["parts"] == [{"text": summary.gist.text, "trace": "s9"}]


def test_gist_from_the_description_is_labelled(article, summary):
    line = replace(summary.gist, text="Bread rises.", index=-1, block=-1, anchor=-1)
    described = replace(summary, gist=line, gist_source="description")
    label = message("summary.gist_from_description")
    assert f"> Bread rises.\n\n({label})" in markdown(article, described)
    assert f"Bread rises.\n({label})" in plain_text(article, described)
    assert {"text": "Bread rises.", "trace": None} in speech(article, described)["parts"]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("# not a heading", r"\# not a heading"),
        ("- not an item", r"\- not an item"),
        ("+ nor this", r"\+ nor this"),
        ("=== nor a rule", r"\=== nor a rule"),
        ("1. January", r"1\. January"),
        ("2026) odd", r"2026\) odd"),
        ("3.5 percent & more", "3.5 percent & more"),
        ("A *b* _c_ `d` ~~e~~", r"A \*b\* \_c\_ \`d\` \~\~e\~\~"),
        ("[x](javascript:y) ![z](w)", r"\[x\](javascript:y) !\[z\](w)"),
        ("<script> &copy; a|b $x$", r"\<script\> \&copy; a\|b \$x\$"),
        (r"C:\dir\*", r"C:\\dir\\\*"),
        ("> quote\n\n# two lines", r"\> quote # two lines"),
        ("A plain, dull - sentence. 100 + 1 = 101!", "A plain, dull - sentence. 100 + 1 = 101!"),
    ],
)
def test_markdown_is_escaped(article, summary, text, escaped):
    points = (replace(summary.points[0], text=text), summary.gist)
    lines = markdown(replace(article, title=text), replace(summary, points=points, outline=())).split("\n")
    assert lines[0] == f"# [{escaped}](https://www.bread.example/rise?a=1&b=%282%29)"
    assert lines[6] == f"- {escaped}"


def test_markdown_links_only_to_the_web(article, summary):
    assert markdown(replace(article, url="javascript:alert(1)"), summary).startswith("# How bread rises\n")


def test_direction_marks_are_removed(article, summary):
    bad = replace(article, title="\u202eevil\u202c", author="\u2067x", site="a\x1bb")
    points = tuple(replace(point, text=f"{point.text}\u202e") for point in summary.points)
    for text in (
        markdown(bad, replace(summary, points=points)),
        plain_text(bad, replace(summary, points=points)),
        str(speech(bad, replace(summary, points=points))),
    ):
        assert not set(text) & set("\u202c\u202e\u2067\x1b")


def test_speech_follows_the_sentences(article, summary):
    said = speech(article, summary)
    assert said["lang"] == "en"
    assert [part["trace"] for part in said["parts"]] == [None, "s9", "s2", "s20"]
    assert said["parts"][0]["text"] == article.title
