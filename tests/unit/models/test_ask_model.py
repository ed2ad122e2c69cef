"""The cosine and ask models: same result in WASM, right answers in simple cases, damaged weights rejected."""

import shutil

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from test_wasm_parity import native, wasm  # noqa: E402, F401

from models import artifacts, mlp  # noqa: E402
from models.artifacts import Model, RecipeError  # noqa: E402
from models.host import BuiltModels, run_sync, wordpiece  # noqa: E402
from nutshell.ask.answering import find_answer, index_page  # noqa: E402
from nutshell.ask.evidence import COUNT  # noqa: E402
from nutshell.ask.passages import Passage  # noqa: E402
from nutshell.ask.question import parse_question  # noqa: E402

pytestmark = pytest.mark.models

PAGE = [
    "The Thorne is the first fully electric ferry on this coast, and the town owns her outright.",
    "She carries 4.2 megawatt-hours of batteries, enough for six crossings.",
    "In February 2022 the Constance lost power in the middle of the sound.",
    "Fares have been frozen until 2031 because the vote needed the islanders.",
    "“I was against it when I sat down,” said Ada Brill, who has sat on the council since 1998.",
]


def answer(question):
    models = BuiltModels()
    passages = [Passage(text, text, at, 0, len(text), at) for at, text in enumerate(PAGE)]
    page = run_sync(index_page(models, wordpiece(), passages))
    return run_sync(find_answer(models, wordpiece(), page, parse_question(question, page.names)))


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def test_cosine_model_matches_numpy_natively_and_in_wasm(wasm):  # noqa: F811
    rows, others = normal(1, 3, 384), np.vstack([normal(2, 4, 384), np.zeros((1, 384), np.float32)])
    expected = (
        (rows @ others.T) / np.linalg.norm(rows, axis=1)[:, None] / np.maximum(1e-12, np.linalg.norm(others, axis=1))
    )
    for outputs in (
        native("cosine", {"rows": rows, "others": others}),
        wasm("cosine", {"rows": rows, "others": others}),
    ):
        assert np.abs(outputs["cosines"].reshape(3, 5) - expected).max() < 1e-5


def test_ask_model_is_same_in_wasm(wasm):  # noqa: F811
    features = np.abs(normal(3, 40, COUNT)) / 2
    native_scores, wasm_scores = (
        native("ask", {"features": features})["scores"],
        wasm("ask", {"features": features})["scores"],
    )
    assert np.isfinite(native_scores).all()
    assert np.abs(native_scores - wasm_scores.reshape(native_scores.shape)).max() < 1e-4


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("How much battery does the ferry carry?", 1),
        ("When did the Constance lose power?", 2),
        ("Who was against it?", 4),
        ("Until what year are fares frozen?", 3),
    ],
)
def test_simple_question_finds_its_sentence(question, index):
    found = answer(question)
    assert (found.found, found.chances[0][1]) == (True, index)


@pytest.mark.parametrize("question", ["What is the capital of Peru?", "Who wrote the symphony?"])
def test_unanswerable_question_is_not_found(question):
    assert not answer(question).found


def test_unpinned_or_missing_weights_are_rejected(monkeypatch, tmp_path):
    (tmp_path / "ask").mkdir()
    shutil.copy(Model("ask").folder / "model.json", tmp_path / "ask")
    weights = tmp_path / "ask" / "weights.npz"
    weights.write_bytes(b"other")
    monkeypatch.setattr(artifacts, "ROOT", tmp_path)
    with pytest.raises(RecipeError, match=r"models/ask/weights\.npz is not the pinned file"):
        mlp.read("ask")
    weights.unlink()
    with pytest.raises(RecipeError, match="restore it from the repository"):
        mlp.read("ask")
