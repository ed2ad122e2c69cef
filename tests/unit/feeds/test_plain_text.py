"""HTML as plain text."""

import pytest

from nutshell.feeds.plain_text import MAX_HTML, from_either, from_html, from_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>two</p>", "One two"),
        ("One<br/>two <em>t</em>hree", "One two three"),
        ("A &amp; B &lt;c&gt; &eacute;", "A & B <c> é"),
        ("<script>alert(1)</script>Text<style>p {}</style>", "Text"),
        ("Before<!-- comment <p> -->after", "Before after"),
        ("<script>never ends", ""),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<a href="x>y">Link</a>', "Link"),
        ("<unclosed tag", ""),
        ("  white\n\tspace\xa0here ", "white space here"),
    ],
)
def test_html_becomes_one_line_of_text(source, text):
    assert from_html(source, 100) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("AT&amp;T &lt;3", "AT&T <3"),
        ("a <b>bold</b> word", "a bold word"),
        ("if a < b", "if a < b"),
        ("x <!-- y -->", "x"),
    ],
)
def test_unknown_text_is_html_only_with_a_tag(source, text):
    assert from_either(source, 100) == text


@pytest.mark.parametrize(
    ("source", "body", "title"),
    [
        ("use vector<int> here", "use vector<int> here", "use vector<int> here"),
        ("map<K, V> and <Foo/>", "map<K, V> and <Foo/>", "map<K, V> and <Foo/>"),
        ("center a <div>", "center a", "center a <div>"),
        ("<p>One<br>two", "One two", "One two"),
        ("a <b>bold</b> <div class='x'>", "a bold", "a bold"),
        ("<my-part>x</my-part> y", "x y", "x y"),
        ("no </div> end", "no end", "no </div> end"),
        ("?a=1&copy=2 &copy; D&D;", "?a=1&copy=2 \u00a9 D&D;", "?a=1&copy=2 \u00a9 D&D;"),
    ],
)
def test_what_only_looks_like_markup_is_text(source, body, title):
    assert from_html(source, 100) == body
    assert from_html(source, 100, title=True) == title


def test_control_and_direction_characters_are_removed():
    assert from_text("a\x00b\u202ec\u2066d\ufeffe\ud800f", 100) == "abcdef"


@pytest.mark.parametrize(
    ("source", "limit", "text"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two\u2026"),
        ("one, two three", 7, "one\u2026"),
        ("abcdefghij", 5, "abcd\u2026"),
    ],
)
def test_text_is_cut_between_words(source, limit, text):
    assert from_text(source, limit) == text
    assert len(text) <= limit


def test_markup_without_end_takes_no_time():
    for part in ("<p ", "<!--", "<script>", "<a href='", "&#", "<" * 10):
        from_html(part * MAX_HTML, 100)
