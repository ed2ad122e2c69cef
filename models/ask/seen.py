"""What the head of Ask sees: each question before its own paragraph, and before the one it is moved to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.ask.data import xquad
from models.host import ShopModels, wait, wordpiece
from models.shop import ROOT
from nutshell.ask.answering import candidate_features, index_page
from nutshell.ask.question import parse_question

CROSSED = ROOT / "ask" / "folds.npz"
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Seen:
    """A question before a page: `holds` is 1 for sentences that hold its answer; `question` its number in XQuAD."""

    article: int
    question: int
    own: bool
    features: NDArray[np.float32]
    holds: NDArray[np.float32]


def seen(most: int | None = None) -> list[Seen]:
    """What the head sees of the first `most` questions, in their own paragraph and in the other one."""
    models, tokenizer = ShopModels(1), wordpiece()
    paragraphs, asked = xquad()
    pages = {}
    found = []
    for number, row in enumerate(asked[:most]):
        for place in (row.paragraph, row.moved):
            if place not in pages:
                pages[place] = wait(index_page(models, tokenizer, paragraphs[place].sentences))
            page = pages[place]
            own = place == row.paragraph
            question = parse_question(row.question, page.names)
            chosen, features = wait(candidate_features(models, tokenizer, page, question))
            holds = np.array([own and sentence in row.holds for sentence in chosen], np.float32)
            found.append(Seen(paragraphs[place].article, number, own, np.array(features, np.float32), holds))
    return found
