"""The content model: same result in WASM, right choices on the sample pages, damaged weights rejected."""

import asyncio
import shutil
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from test_wasm_parity import native, wasm  # noqa: E402, F401

from models import artifacts, weights  # noqa: E402
from models.artifacts import Model, RecipeError  # noqa: E402
from models.content.labels import labels, word_f1, words_of  # noqa: E402
from models.host import BuiltModels  # noqa: E402
from nutshell.cli.extraction import Extractor, with_main_content  # noqa: E402
from nutshell.extraction.content_features import COUNT, PAGE_WORDS, WORD_COUNT  # noqa: E402
from nutshell.extraction.reading import PageReader  # noqa: E402
from nutshell.extraction.surroundings import BUCKETS  # noqa: E402

pytestmark = pytest.mark.models

PAGES = Path(__file__).resolve().parents[2] / "pages"
SENTENCE = "The harbour board counted forty-one boats in the spring, and wrote every one of them down in its book."
OTHER = "In the autumn there were nine fewer, because the storm of September took them from their moorings at night."


def random_inputs(rows):
    random = np.random.default_rng(4)
    return {
        "features": random.random((rows, COUNT), np.float32),
        "words": random.integers(0, BUCKETS, (rows, WORD_COUNT), np.int32),
        "page": random.integers(0, BUCKETS, (1, PAGE_WORDS), np.int32),
    }


@pytest.mark.parametrize("rows", [1, 2, 9, 300])
def test_model_is_same_in_wasm(wasm, rows):  # noqa: F811
    inputs = random_inputs(rows)
    expected, found = native("content", inputs)["scores"], wasm("content", inputs)["scores"]
    assert expected.shape == (rows,)
    assert np.isfinite(expected).all()
    assert np.abs(expected - found.reshape(expected.shape)).max() < 1e-4


def test_padding_does_not_count():
    inputs = random_inputs(5)
    words = np.zeros((5, WORD_COUNT), np.int32)
    alone = native("content", {**inputs, "words": words})["scores"]
    words[:, 3] = 0
    assert (native("content", {**inputs, "words": words})["scores"] == alone).all()


@pytest.fixture(scope="module")
def read():
    reader = PageReader(BuiltModels(1))
    with Extractor() as extractor:

        def read(html):
            answer = extractor.read(html, "https://tide.example/news/boats")
            return asyncio.run(with_main_content(answer, reader))

        yield read


@pytest.mark.parametrize("name", ["article.html", "german.html", "korean.html"])
def test_sample_articles_are_read_whole_and_without_menus(read, name):
    html = (PAGES / name).read_bytes()
    with Extractor() as extractor:
        readability = extractor.extract(html)["article"]["blocks"]
    blocks = read(html)["article"]["blocks"]
    expected = [
        block["text"] for block in readability if block["role"] in {"paragraph", "quote"} and len(block["text"]) > 80
    ]
    found = [block["text"] for block in blocks]
    assert set(expected) <= set(found)


def test_the_parts_around_an_article_are_left_out(read):
    paragraphs = "".join(f"<p>{number}. {SENTENCE}</p><p>{number}. {OTHER}</p>" for number in range(4))
    links = "".join(f'<li><a href="/{number}">Story number {number} about the harbour</a></li>' for number in range(8))
    html = f"""<!doctype html><html lang=en><head><title>Boats counted | The Tide</title>
    <meta property="og:type" content="article"></head><body>
    <header><nav><ul><li><a href=/>Home</a></li><li><a href=/sport>Sport</a></li></ul></nav></header>
    <main><article><h1>Boats counted</h1>{paragraphs}
    <div class="share-bar"><a href=#>Share on Mail</a> <a href=#>Copy the link</a></div>
    <div class="newsletter-signup"><p>Subscribe to our newsletter and get the best stories every week.</p></div>
    </article><aside class="related"><h3>Related stories</h3><ul>{links}</ul></aside></main>
    <footer><p>Copyright 2026 The Tide. All rights reserved. <a href=/imprint>Imprint</a></p></footer></body></html>"""
    text = "\n".join(block["text"] for block in read(html)["article"]["blocks"])
    assert text.count("harbour board") == text.count("storm of September") == 4
    for other in ("Home", "Copy the link", "newsletter", "Story number 3", "All rights reserved"):
        assert other not in text


@pytest.mark.parametrize("sections", [("text", "table", "text"), ("table", "text", "text"), ("text", "text", "table")])
def test_text_before_and_after_a_table_is_kept_with_its_rows(read, sections):
    rows = "".join(f"<tr><td>Ferry {number}</td><td>{number} May</td><td>9 boats</td></tr>" for number in range(1, 5))
    table = f"<table><tr><th>Ferry</th><th>Starts</th><th>Boats</th></tr>{rows}</table>"
    parts = {"text": f"<p>{SENTENCE}</p><p>{OTHER}</p>", "table": table}
    fields = "".join(
        f'<div class="field"><h2 id="s{number}">Part {number}</h2>{parts[part]}</div>'
        for number, part in enumerate(sections)
    )
    contents = "".join(f'<a href="#s{number}">Part {number}</a> ' for number in range(3))
    found = read(
        f"<!doctype html><html lang=en><head><title>The ferry fund</title></head><body><div class=layout>"
        f'<div class=region><h1>The ferry fund</h1><div class="toc">{contents}</div>{fields}</div></div></body></html>'
    )
    texts = [block["text"] for block in found["article"]["blocks"]]
    assert texts.count(SENTENCE) == texts.count(OTHER) >= 1
    assert [f"Ferry {number}\t{number} May\t9 boats" for number in range(1, 5)] == [
        text for text in texts if text.startswith("Ferry ") and "May" in text
    ]


def test_damaged_weights_are_rejected(tmp_path, monkeypatch):
    (tmp_path / "content").mkdir()
    shutil.copy(Model("content").folder / "model.json", tmp_path / "content")
    damaged = tmp_path / "content" / "weights.npz"
    damaged.write_bytes((Model("content").folder / "weights.npz").read_bytes()[:-100])
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    with pytest.raises(RecipeError, match=r"models/content/weights\.npz is not the pinned file"):
        weights.read("content")


def test_labels_follow_the_order_of_the_page():
    menu, text, end = words_of("Boats"), words_of(f"{SENTENCE} Boats"), words_of("Imprint")
    expected = words_of(f"Boats {SENTENCE} Boats")
    assert labels([menu, words_of("Home"), menu, text, end], expected) == [1.0, 0.0, 0.0, 1.0, 0.0] or labels(
        [menu, words_of("Home"), menu, text, end], expected
    ) == [0.0, 0.0, 1.0, 1.0, 0.0]


def test_labels_give_the_share_of_a_block():
    joined = words_of(f"{OTHER} {SENTENCE}")
    (share,) = labels([joined], words_of(SENTENCE))
    assert share == pytest.approx(len(words_of(SENTENCE)) / len(joined))
    assert labels([joined, joined], words_of(SENTENCE))[1] == 0


def test_word_f1_is_that_of_the_benchmark():
    assert word_f1(words_of("a b c d"), words_of("b c e f")) == 0.5
    assert word_f1([], []) == 1
    assert word_f1([], ["a"]) == 0
