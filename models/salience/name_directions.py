"""Directions in which the encoder's sentence vectors move when only the origin or gender of a person's name changes.

A summary should not depend on a person's name. The salience heads therefore see vectors with these few directions
projected out, as in Bolukbasi et al. 2016 and INLP (Ravfogel et al. 2020). They are measured on training articles, with
names that the bias evaluation (models/evaluate/names.py) does not use, and stored in name_directions.npy.
`python -m models train salience` computes them before it trains the heads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import numpy as np

from models.artifacts import ROOT
from models.data import summaries
from models.evaluate.bias import Person, person_of, rename
from models.evaluate.names import Origin
from models.host import BuiltModels, run_sync, to_array, wordpiece
from nutshell.article import Article, Block, Role
from nutshell.text.encoder import encode
from nutshell.text.sentences import split

PATH = ROOT / "salience" / "name_directions.npy"
SET, ARTICLES, SENTENCES, SEED = "train-cnndm-245", 80, 4, 0


def _origin(female: str, male: str, family: str) -> Origin:
    return Origin(tuple(female.split()), tuple(male.split()), tuple(family.split()))


BASE_NAMES = _origin(
    "Helen Claire Rebecca Julie Susan Hannah Laura Katherine",
    "Peter Stephen Andrew Simon Martin Philip Daniel Robert",
    "Baker Turner Cooper Phillips Bennett Fletcher Harrison Lawson",
)
OTHER_NAMES = (
    _origin(
        "Shanice Monique Precious Deja Imani Tyra Shaniqua Nia",
        "DeShawn Terrell Malik Lamont Tyrell Marquis Andre Reggie",
        "Washington Freeman Jackson Coleman Hairston Broadnax Bolden Gadson",
    ),
    _origin(
        "Ana Isabel Lucia Elena Beatriz Paola Veronica Catalina",
        "Diego Pedro Rafael Eduardo Fernando Ricardo Manuel Andres",
        "Morales Ortiz Gutierrez Castillo Vargas Mendoza Romero Fuentes",
    ),
    _origin(
        "Neha Divya Shreya Aditi Radhika Swati Nisha Rekha",
        "Rajesh Ashok Manish Naveen Prakash Harish Dinesh Mohan",
        "Kumar Joshi Nair Rao Verma Menon Chopra Banerjee",
    ),
    _origin(
        "Jing Xiaoyan Rong Qian Shu Yun Lijuan Meng",
        "Lei Gang Peng Chao Kai Yong Tao Bin",
        "Wang Yang Zheng Guo Luo Tang Deng Cheng",
    ),
    _origin(
        "Nadia Rania Leila Dina Hanan Khadija Farah Rasha",
        "Hamza Bilal Karim Faisal Rashid Walid Nabil Yasser",
        "Abbas Qasim Sharif Najjar Hamdan Darwish Othman Bakri",
    ),
)


def compute(models: BuiltModels) -> np.ndarray[Any, Any]:
    """Returns float32 [2, origins + 1, 384]: for `vectors` and for `lower`, an orthonormal basis of the mean movements.

    There is one mean movement for each of OTHER_NAMES and one for gender.
    """
    random = Random(SEED)
    pairs_by_change: dict[int, list[tuple[str, str]]] = {}
    for sentences, person in _person_sentences():
        other = "male" if person.gender == "female" else "female"
        base = _draw_name(BASE_NAMES, person.gender, random)
        versions = {number: _draw_name(origin, person.gender, random) for number, origin in enumerate(OTHER_NAMES)}
        versions[len(OTHER_NAMES)] = _draw_name(BASE_NAMES, other, random)
        for number, name in versions.items():
            pairs = [(rename(text, person, *base), rename(text, person, *name)) for text in sentences]
            if number == len(OTHER_NAMES) and other == "male":
                pairs = [(after, before) for before, after in pairs]
            pairs_by_change.setdefault(number, []).extend(pairs)
    vectors = _vectors({text for pairs in pairs_by_change.values() for pair in pairs for text in pair}, models)
    moved = [
        np.mean([vectors[b] - vectors[a] for a, b in pairs], axis=0) for _, pairs in sorted(pairs_by_change.items())
    ]
    return np.linalg.svd(np.stack(moved, axis=1), full_matrices=False)[2].astype(np.float32)


def _person_sentences() -> Iterable[tuple[list[str], Person]]:
    """Yields, for each article, sentences that name the person it mentions most often."""
    found = 0
    for row in summaries(SET):
        text = " ".join(row["document"].split())
        person = person_of(text)
        if person is None or found == ARTICLES:
            continue
        found += 1
        sentences = [s.text for s in split(Article((Block(Role.PARAGRAPH, text),), lang="en"))]
        yield [s for s in sentences if person.family in s][:SENTENCES], person


def _draw_name(origin: Origin, gender: str, random: Random) -> tuple[str, str]:
    return random.choice(origin.given(gender)), random.choice(origin.family)


def _vectors(texts: Iterable[str], models: BuiltModels) -> Mapping[str, np.ndarray[Any, Any]]:
    """Returns [2, 384] for each text: `vectors` and `lower`."""
    ordered = sorted(texts)
    encoded = run_sync(encode(models, wordpiece(), ordered))
    return dict(zip(ordered, np.stack([to_array(encoded.vectors), to_array(encoded.lower)], axis=1), strict=True))
