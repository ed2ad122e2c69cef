"""Unusual texts through the whole product with the real models give a summary or a clear refusal."""

import pytest

pytest.importorskip("numpy", reason="real models run on the desktop here, not inside Pyodide")
pytest.importorskip("onnx", reason="models are built on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are run on the desktop, not inside Pyodide")

import asyncio
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaged import package

from nutshell.article import Article
from nutshell.hosts.desktop import application

pytestmark = pytest.mark.models

SENTENCE = "Number {} of the ferries left the old harbour with {} passengers on board. "
HEBREW = "הגשר הישן נסגר ביום שני לתנועה. מעבורת תסיע את הנוסעים עד שנת אלפיים שלושים ואחת. "
ARABIC = "أُغلق الجسر القديم يوم الاثنين أمام حركة المرور. ستنقل العبّارة الركاب حتى نهاية العام. "

TEXTS = {
    "one word": "Nutshell",
    "one letter": "a",
    "one sentence": "The bridge was closed on Monday.",
    "10,000 sentences in one line": "".join(SENTENCE.format(n, n * 7 % 900) for n in range(10_000)),
    "10,000 paragraphs": "\n".join(SENTENCE.format(n, n * 7 % 900) for n in range(10_000)),
    "10,000 times the same sentence": "The bridge was closed on Monday. " * 10_000,
    "emoji": "😀🎉👩‍👩‍👧‍👦🇫🇷 " * 400,
    "emoji as sentences": "😀 🎉. 👩‍👩‍👧! 🇫🇷? " * 200,
    "Hebrew": HEBREW * 30,
    "Arabic": ARABIC * 30,
    "both directions": (HEBREW + "The bridge closed. " + ARABIC) * 20,
    "a sentence of 50,000 characters": "The bridge " + "and the ferry " * 3_600 + "closed.",
    "a word of 50,000 characters": "x" * 50_000,
    "50,000 characters without a space": "橋" * 50_000,
    "a sentence of 50,000 characters among others": "The bridge closed. "
    + "and so " * 7_200
    + "on. The ferry sailed at noon.",
    "combining marks": "Z" + "͑̓̂" * 5_000 + ". " + "The bridge was closed on Monday by the council. " * 9,
    "marks only": ".?!… " * 2_000,
    "digits": "3.14159 " * 3_000,
    "controls": "\x00\x01The bridge\x7f was closed\x1b[31m on Monday.\x00 " * 20,
    "invisible": "\u200b\u200e\u202e\ufeff" * 500 + "The bridge was closed on Monday by the council.",
    "half of a surrogate pair": "The bridge \ud83d was closed on Monday. " * 20,
    "markup": "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} The bridge was closed on Monday. " * 20,
}


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    return application(models=package(tmp_path_factory.mktemp("models")), threads=1)


def summarize(product, text, title=""):
    wire = {"title": title, "blocks": [{"text": line} for line in text.split("\n")]}
    return asyncio.run(product.handle("summarize", {"article": wire, "length": None}, lambda *_: None))


def check(answer, text, title=""):
    """The answer is a refusal with a reason, or a summary that consists of the page's text and title."""
    assert answer["html"]
    if "reason" in answer:
        assert answer["reason"] == "no-article"
        return
    page = " ".join(" ".join(block.text for block in Article.from_wire({"blocks": [{"text": text}]}).blocks).split())
    points = [point["text"] for point in answer["points"]]
    assert answer["gist"]
    assert answer["gist"] in (
        points if answer["gist_source"] == "page" else [Article.from_wire({"blocks": [], "title": title}).title]
    )
    for point in answer["points"]:
        assert is_in(point["text"], page)
        assert 0 <= point["score"] <= 1


def is_in(line, page):
    """A line begins with a capital and ends with "…" where it was cut."""
    part = line.removesuffix("…")
    return part in page or part[:1].lower() + part[1:] in page


@pytest.mark.parametrize("kind", TEXTS)
def test_unusual_text_gives_summary_or_refusal(product, kind):
    check(summarize(product, TEXTS[kind]), TEXTS[kind])


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\u00a0\u2003"])
def test_empty_text_is_no_article(product, text):
    assert summarize(product, text)["reason"] == "no-article"


@pytest.mark.parametrize("title", ["", "t" * 50_000, "😀", HEBREW])
def test_unusual_title_is_accepted(product, title):
    text = "The bridge was closed on Monday. Engineers found cracks in nine pillars. A ferry sails until 2031. " * 3
    check(summarize(product, text, title), text, title)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.one_of(st.sampled_from(string.ascii_letters + " .?!\n\"'"), st.characters()), max_size=600))
def test_random_text_gives_summary_or_refusal(product, text):
    check(summarize(product, text), text)
