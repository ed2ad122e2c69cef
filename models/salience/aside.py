"""Where what the encoder says of a sentence moves when only the origin or the gender of a person's name changes.

A summary should not hang on what somebody is called. The heads see vectors from which these few directions are taken
out, in the manner of Bolukbasi et al. 2016 and of INLP (Ravfogel et al. 2020). They are measured on training articles
with names of which the evaluation of bias (models/evaluate/names.py) has none, and kept in aside.npy. Made by
`python -m models train salience`, before the heads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import numpy as np

from models.data import summaries
from models.evaluate.bias import Person, person_of, rename
from models.evaluate.names import Origin
from models.host import ShopModels, to_array, wait, wordpiece
from models.shop import ROOT
from nutshell.article import Article, Block, Role
from nutshell.text.encoder import encode
from nutshell.text.sentences import split

ASIDE = ROOT / "salience" / "aside.npy"
SET, ARTICLES, SENTENCES, SEED = "train-cnndm-245", 80, 4, 0


def _origin(female: str, male: str, family: str) -> Origin:
    return Origin(tuple(female.split()), tuple(male.split()), tuple(family.split()))


BASE = _origin(
    "Helen Claire Rebecca Julie Susan Hannah Laura Katherine",
    "Peter Stephen Andrew Simon Martin Philip Daniel Robert",
    "Baker Turner Cooper Phillips Bennett Fletcher Harrison Lawson",
)
OTHERS = (
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


def directions(models: ShopModels) -> np.ndarray[Any, Any]:
    """float32 [2, one for each other origin and one for gender, 384]: of `vectors` and of `lower`, orthonormal each."""
    dice = Random(SEED)
    changed: dict[int, list[tuple[str, str]]] = {}
    for sentences, person in _about_people():
        other = "male" if person.gender == "female" else "female"
        base = _drawn(BASE, person.gender, dice)
        versions = {number: _drawn(origin, person.gender, dice) for number, origin in enumerate(OTHERS)}
        versions[len(OTHERS)] = _drawn(BASE, other, dice)
        for number, name in versions.items():
            pairs = [(rename(text, person, *base), rename(text, person, *name)) for text in sentences]
            if number == len(OTHERS) and other == "male":
                pairs = [(after, before) for before, after in pairs]
            changed.setdefault(number, []).extend(pairs)
    vectors = _vectors({text for pairs in changed.values() for pair in pairs for text in pair}, models)
    moved = [np.mean([vectors[b] - vectors[a] for a, b in pairs], axis=0) for _, pairs in sorted(changed.items())]
    return np.linalg.svd(np.stack(moved, axis=1), full_matrices=False)[2].astype(np.float32)


def _about_people() -> Iterable[tuple[list[str], Person]]:
    """Sentences that name the person whom their article names most often."""
    found = 0
    for row in summaries(SET):
        text = " ".join(row["document"].split())
        person = person_of(text)
        if person is None or found == ARTICLES:
            continue
        found += 1
        sentences = [s.text for s in split(Article((Block(Role.PARAGRAPH, text),), lang="en"))]
        yield [s for s in sentences if person.family in s][:SENTENCES], person


def _drawn(origin: Origin, gender: str, dice: Random) -> tuple[str, str]:
    return dice.choice(origin.given(gender)), dice.choice(origin.family)


def _vectors(texts: Iterable[str], models: ShopModels) -> Mapping[str, np.ndarray[Any, Any]]:
    """[2, 384] of each text."""
    ordered = sorted(texts)
    made = wait(encode(models, wordpiece(), ordered))
    return dict(zip(ordered, np.stack([to_array(made.vectors), to_array(made.lower)], axis=1), strict=True))
