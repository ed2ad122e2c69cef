"""HTML fragments: golden files, and escaping of hostile page text."""

from dataclasses import replace
from datetime import UTC
from html.parser import HTMLParser

import pytest

from nutshell.records.message import Message, to_json
from nutshell.views.library import LibraryEntry, render_library
from nutshell.views.notice import NOTICES, render_notice
from nutshell.views.summary import clock, render_summary, traces
from nutshell.views.summary_answer import summary_data
from nutshell.views.summary_export import plain_text, speech
from tests.wording import text

EVIL = (
    '</script><script>alert(1)</script><img src=x onerror="alert(1)">',
    "\"' onmouseover='alert(1)' x=\"",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
    "<!-- <svg/onload=alert(1)>",
)
NOW = 1_795_430_000.0
ENTRY = LibraryEntry(
    3,
    "How bread rises",
    "The Daily Loaf",
    "https://bread.example",
    "Yeast makes gas.",
    NOW,
    ("Salt slows it.",),
)


class Elements(HTMLParser):
    """Parses HTML into its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def shape(html: str) -> list[tuple[str, list[str]]]:
    return [(tag, sorted(attributes)) for tag, attributes in Elements(html).found]


def test_summary(article, summary, golden):
    golden("summary.html", render_summary(article, summary))


def test_summary_from_recent(article, summary, golden):
    kept = render_summary(article, summary, when=NOW - 90_000, now=NOW, zone=UTC)
    golden("summary-kept.html", kept)
    assert "data-trace" not in kept
    assert "role=" not in kept


def test_minimal_summary(article, summary, golden):
    bare = replace(article, url="", title="", site="", author="", published="", lang="", kind="selection")
    whole = replace(summary, points=(summary.gist,), outline=(), method="whole", lang="", summary_seconds=372)
    golden("summary-bare.html", render_summary(bare, whole))


def test_summary_in_an_unknown_language(article, summary, golden):
    korean = replace(summary, method="words", lang="ko")
    golden("summary-words.html", render_summary(replace(article, lang="ko"), korean))
    unnamed = replace(summary, method="words", lang="")
    assert text("summary.language_unknown") in render_summary(replace(article, lang=""), unnamed)


def test_right_to_left(article, summary):
    assert Elements(render_summary(article, replace(summary, lang="ar"))).of("article")[0]["dir"] == "rtl"
    assert Elements(render_summary(article, replace(summary, lang="en"))).of("article")[0]["dir"] == "ltr"


def test_gist_is_shown_once(article, summary):
    page = Elements(render_summary(article, replace(summary, outline=())))
    assert page.text.count(summary.gist.text) == 1
    assert [a["data-trace"] for _, a in page.found if "data-trace" in a] == ["s9", "s2", "s20"]


def test_gist_that_is_not_in_the_text_is_labelled_and_not_traced(article, summary):
    line = replace(summary.gist, text="Bread rises.", index=-1, block=-1, anchor=-1)
    described = replace(summary, gist=line, gist_source="description")
    page = Elements(render_summary(article, described))
    (gist,) = [attributes for attributes in page.of("p") if "gist" in (attributes["class"] or "").split()]
    assert "data-trace" not in gist
    assert text("summary.gist_from_description") in page.text
    assert "s-1" not in traces(described)


def test_title_as_the_gist_is_shown_once(article, summary):
    line = replace(summary.gist, text=article.title, index=-1, block=-1, anchor=-1)
    titled = replace(summary, gist=line, gist_source="title")
    html = render_summary(article, titled)
    page = Elements(html)
    assert page.text.count(article.title) == 1
    assert [tag for tag, found in page.found if "gist" in (found.get("class") or "").split()] == ["h1"]
    assert summary_data(article, titled)["gist"] == article.title
    assert plain_text(article, titled).count(article.title) == 1
    assert [part["text"] for part in speech(article, titled)["parts"]].count(article.title) == 1


def test_line_below_the_title_has_it_where_it_is_alone(article, summary):
    label = to_json(Message("summary.gist_title_and_line", {"title": article.title, "line": summary.gist.text}))
    titled = replace(summary, gist=replace(summary.gist, label=label), gist_source="title")
    assert Elements(render_summary(article, titled)).text.count(article.title) == 1
    assert summary_data(article, titled)["gist"] == text(
        "summary.gist_title_and_line", title=article.title, line=summary.gist.text
    )


def test_every_shown_trace_has_its_location(article, summary):
    shown = {a["data-trace"] for _, a in Elements(render_summary(article, summary)).found if "data-trace" in a}
    assert shown == set(traces(summary))
    assert traces(summary)["s20"] == {"anchor": 20, "start": 0, "end": 44, "text": summary.points[2].text}


@pytest.mark.parametrize("evil", EVIL)
def test_page_text_is_escaped(article, summary, evil):
    """Hostile text changes no element or attribute and is shown unchanged."""
    hostile = replace(article, title=evil, site=evil, author=evil, published=evil[:30])
    points = tuple(replace(point, text=evil) for point in summary.points)
    outline = tuple(replace(section, heading=evil, point=points[0]) for section in summary.outline)
    html = render_summary(hostile, replace(summary, gist=points[1], points=points, outline=outline))
    plain = render_summary(
        replace(article, published="once"),
        replace(summary, outline=tuple(replace(s, point=points[0]) for s in summary.outline)),
    )
    assert shape(html) == shape(plain)
    assert Elements(html).text.count(evil) >= 8


@pytest.mark.parametrize("evil", EVIL)
def test_text_in_other_fragments_is_escaped(evil):
    assert shape(render_notice("failed", evil)) == shape(render_notice("failed", "an error"))
    hostile = replace(ENTRY, title=evil, site=evil, gist=evil)
    assert shape(render_library([hostile], now=NOW)) == shape(render_library([ENTRY], now=NOW))
    assert shape(render_library([], now=NOW, query=evil)) == shape(render_library([], now=NOW, query="x"))
    marked = render_library([hostile], now=NOW, query="alert script onerror lt b")
    assert {tag for tag, _ in shape(marked)} - {tag for tag, _ in shape(render_library([ENTRY], now=NOW))} <= {"mark"}


@pytest.mark.parametrize("lang", ['en" onload="x', "en\n", "x" * 40, "<b>"])
def test_invalid_language_is_omitted(article, summary, lang):
    html = render_summary(replace(article, lang=lang), replace(summary, lang=""))
    assert "lang=" not in html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "ftp://a/"])
def test_only_web_addresses_become_links(article, summary, url):
    assert Elements(render_summary(replace(article, url=url), summary)).of("a") == []


def test_links_send_no_referrer(article, summary):
    (link,) = Elements(render_summary(article, summary)).of("a")
    assert link["href"] == "https://www.bread.example/rise?a=1&b=%282%29"
    assert link["rel"] == "noopener noreferrer"


def test_direction_marks_of_a_page_are_removed(article, summary):
    """Unicode's explicit directional formatting and control characters are removed everywhere; joiners stay."""
    bad = "\u202egnp.exe\u202c \u2066a\u2069 \x00\x1b[31m\x9b n\u200cj\u200fr"
    shown = (
        render_summary(replace(article, title=bad), replace(summary, gist=replace(summary.gist, text=bad))),
        render_notice("failed", bad),
        render_library([replace(ENTRY, title=bad, gist=bad, site=bad)], now=NOW),
    )
    for html in shown:
        assert not set(html) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b\x9b")
        assert "n\u200cj\u200fr" in html


@pytest.mark.parametrize("reason", NOTICES)
def test_notices_say_what_to_do(reason, golden):
    golden(f"notice-{reason}.html", render_notice(reason, "Some detail."))


def test_unknown_notice_is_refused():
    with pytest.raises(KeyError):
        render_notice("weather")


def test_recent(golden):
    entries = [
        ENTRY,
        replace(ENTRY, id=2, when=NOW - 90_000, site="", title=""),
        replace(ENTRY, id=1, when=NOW - 4e6, title="Older", url="", site=""),
    ]
    golden("library.html", render_library(entries, now=NOW, zone=UTC))
    golden("library-empty.html", render_library([], now=NOW))
    golden("library-nothing.html", render_library([], now=NOW, query="rye "))


def test_recent_marks_the_query():
    assert "<mark>Yeast</mark> makes" in render_library([ENTRY], now=NOW, query="yeas yeast")
    assert "How <mark>bread</mark> rises" in render_library([ENTRY], now=NOW, query="BREAD")
    assert "<mark>" not in render_library([ENTRY], now=NOW, query="ead")


def test_recent_shows_the_point_with_the_matching_words():
    html = render_library([ENTRY], now=NOW, query="salt")
    assert "<mark>Salt</mark> slows it." in html
    assert ENTRY.gist not in html


def test_points_of_a_video_show_their_times(article, summary):
    times_of_block = ((0, 65.0), (40, 3_723.5))
    spoken = replace(article, blocks=(replace(article.blocks[0], times=times_of_block),) * 21)
    shown = Elements(render_summary(spoken, summary)).found
    times = {a["data-trace"]: a["data-time"] for _, a in shown if "data-time" in a}
    located = traces(summary, spoken)
    assert set(times) == set(located)
    assert {clock(located[key]["time"]) for key in located} == set(times.values())
    assert set(times.values()) == {"1:05"}
    assert clock(3_723.5) == "1:02:03"
    assert "data-time" not in render_summary(article, summary)
    assert not any("time" in trace for trace in traces(summary, article).values())
