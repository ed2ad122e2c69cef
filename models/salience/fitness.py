"""Trains the fitness regression: which sentences make good key points (`python -m models.salience.fitness`).

Real web pages whose most salient sentences were graded by reading: judgements.json has, for each page of
../shared/data/pages, the grades by the hash of the sentence, never the text. 2: belongs among the key points; 1: not
wrong; 0: not a point (terms, invitations, chatter, an example or a remark that says nothing alone).

The regression keeps the salience heads as they are: it replaces only its own part of weights.npz.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import weights
from models.artifacts import ROOT
from models.evaluate.product import CachedModels
from models.gist.judgements import html
from models.host import BuiltModels, run_sync, to_array, wordpiece
from models.salience import name_directions
from models.salience.recipe import FITNESS, SCALE
from nutshell.article import Article
from nutshell.cli.extraction import Extractor
from nutshell.extraction.reading import PageReader
from nutshell.summary.candidates import candidates
from nutshell.summary.features import POSITIONAL, features
from nutshell.summary.summarizer import NoSentences, score_sentences
from nutshell.text.encoder import encode

PATH = ROOT / "salience" / "judgements.json"
TARGETS = (0.0, 0.5, 1.0)
# Ridge penalties: many directions of the vectors mean nothing here. Chosen by cross-validation over pages.
VECTOR_PENALTY, FEATURE_PENALTY = 700.0, 5.0
STEPS = 8
Floats = NDArray[np.float64]


def sentence_key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def judgements() -> dict[str, dict[str, int]]:
    """Returns page -> key of a sentence -> grade."""
    found: dict[str, dict[str, int]] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def judged_rows() -> Iterator[tuple[str, Floats, Floats]]:
    """Yields for each judged page its name, the inputs [sentences, 768 + features] and the targets [sentences].

    Sentences that can't stand alone are left out: selection knows them by rule.
    """
    models = CachedModels(BuiltModels(threads=1))
    aside = np.load(name_directions.PATH).astype(np.float32)
    reader = PageReader(models)
    with Extractor() as extractor:
        for page, grades in judgements().items():
            answer = extractor.read(html(page), "", "")
            if not answer["ok"]:
                continue
            article = run_sync(reader.read_article(answer["article"]))
            found = _rows(article, grades, models, aside)
            if found is not None:
                yield page, *found


def _rows(
    article: Article, grades: dict[str, int], models: CachedModels, aside: NDArray[Any]
) -> tuple[Floats, Floats] | None:
    try:
        scored = run_sync(score_sentences(article, models=models, wordpiece=wordpiece(), progress=_no_progress))
    except NoSentences:
        return None
    sentences = [scored.sentences[number] for number in scored.considered]
    fit = candidates(article, sentences, scored.lang)
    keys = [sentence_key(sentence.text) for sentence in sentences]
    known = [n for n, key in enumerate(keys) if key in grades and n in fit and not fit[n].depends]
    if scored.method != "encoder" or not known:
        return None
    encoded = run_sync(encode(models, wordpiece(), [sentence.text for sentence in sentences], _no_progress))
    both = [to_array(encoded.vectors), to_array(encoded.lower)]
    parts = [SCALE * (x - x @ d.T @ d) for x, d in zip(both, aside, strict=True)]
    inputs = np.concatenate([*parts, to_array(features(article, sentences))[:, POSITIONAL:]], 1)
    return inputs[known].astype(np.float64), np.array([TARGETS[grades[keys[n]]] for n in known])


def fit(inputs: Floats, targets: Floats) -> tuple[Floats, float]:
    """Returns weights and bias of a logistic regression with ridge penalties, by Newton's method."""
    x = np.hstack([inputs, np.ones((len(inputs), 1))])
    vectors = 2 * 384
    penalty = np.concatenate(
        [np.full(vectors, VECTOR_PENALTY), np.full(x.shape[1] - vectors - 1, FEATURE_PENALTY), [0]]
    )
    w = np.zeros(x.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (chance - targets) + penalty * w
        hessian = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(penalty + 1e-9)
        w -= np.linalg.solve(hessian, gradient)
    return w[:-1], float(w[-1])


def train() -> None:
    """Replaces the regression in weights.npz, pins it and rebuilds the model."""
    pages = list(judged_rows())
    w, bias = fit(np.concatenate([x for _, x, _ in pages]), np.concatenate([y for _, _, y in pages]))
    kept = {name: value for name, value in weights.read("salience").items() if not name.startswith(f"{FITNESS}/")}
    made = {"vectors": w[:384], "lower": w[384:768], "features": w[768:], "bias": np.array([bias])}
    weights.save("salience", kept | {f"{FITNESS}/{name}": value.astype(np.float32) for name, value in made.items()})
    print(f"{len(pages)} pages, {sum(len(y) for _, _, y in pages)} sentences")


def _no_progress(stage: str, done: int, total: int, part: object = None) -> None:
    pass


if __name__ == "__main__":
    train()
