"""Cosines, and the head of Ask: the same in WASM, sensible on plain cases, refused when harmed."""

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from test_wasm_parity import native, wasm  # noqa: E402, F401

from models import mlp  # noqa: E402
from models.host import ShopModels, wait, wordpiece  # noqa: E402
from models.shop import RecipeError  # noqa: E402
from nutshell.ask.answering import find_answer, index_page  # noqa: E402
from nutshell.ask.evidence import COUNT  # noqa: E402

pytestmark = pytest.mark.models

PAGE = [
    "The Thorne is the first fully electric ferry on this coast, and the town owns her outright.",
    "She carries 4.2 megawatt-hours of batteries, enough for six crossings.",
    "In February 2022 the Constance lost power in the middle of the sound.",
    "Fares have been frozen until 2031 because the vote needed the islanders.",
    "“I was against it when I sat down,” said Ada Brill, who has sat on the council since 1998.",
]


def random(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_cosines_are_cosines_in_wasm_too(wasm):  # noqa: F811
    rows, others = random(1, 3, 384), np.vstack([random(2, 4, 384), np.zeros((1, 384), np.float32)])
    expected = (
        (rows @ others.T) / np.linalg.norm(rows, axis=1)[:, None] / np.maximum(1e-12, np.linalg.norm(others, axis=1))
    )
    for made in (native("cosine", {"rows": rows, "others": others}), wasm("cosine", {"rows": rows, "others": others})):
        assert np.abs(made["cosines"].reshape(3, 5) - expected).max() < 1e-5


def test_the_head_is_the_same_in_wasm(wasm):  # noqa: F811
    features = np.abs(random(3, 40, COUNT)) / 2
    here, there = native("ask", {"features": features})["scores"], wasm("ask", {"features": features})["scores"]
    assert np.isfinite(here).all()
    assert np.abs(here - there.reshape(here.shape)).max() < 1e-4


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("How much battery does the ferry carry?", 1),
        ("When did the Constance lose power?", 2),
        ("Who was against it?", 4),
        ("Until what year are fares frozen?", 3),
    ],
)
def test_plain_questions_find_their_sentence(question, index):
    models = ShopModels()
    page = wait(index_page(models, wordpiece(), PAGE))
    found = wait(find_answer(models, wordpiece(), page, question))
    assert (found.found, found.chances[0][1]) == (True, index)


@pytest.mark.parametrize("question", ["What is the capital of Peru?", "Who wrote the symphony?"])
def test_what_the_page_does_not_say_is_not_found(question):
    models = ShopModels()
    page = wait(index_page(models, wordpiece(), PAGE))
    assert not wait(find_answer(models, wordpiece(), page, question)).found


def test_weights_that_are_not_the_pinned_ones_are_refused(monkeypatch, tmp_path):
    (tmp_path / "ask").mkdir()
    (tmp_path / "ask" / "weights.npz").write_bytes(b"another")
    monkeypatch.setattr(mlp, "ROOT", tmp_path)
    with pytest.raises(RecipeError, match=r"models/ask/weights\.npz is not the pinned file"):
        mlp.read("ask")
    (tmp_path / "ask" / "weights.npz").unlink()
    with pytest.raises(RecipeError, match="restore it from the repository"):
        mlp.read("ask")
