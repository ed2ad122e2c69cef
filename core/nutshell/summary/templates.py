"""Finds sentences that a page builds from one template: "... is streaming on ...", the entries of a catalogue.

Each says little, however often its words occur on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from nutshell.text.words import words

# A pair of words that this many sentences share belongs to a template, and a sentence of which half the pairs do is
# built from it.
_MANY, _SHARE, _MIN_PAIRS = 4, 0.5, 4


def templated(texts: Sequence[str]) -> list[bool]:
    """Returns for each text whether it is built from a template. The time is linear in the words."""
    pairs = [set(pairwise(words(text))) for text in texts]
    frequency = Counter(pair for found in pairs for pair in found)
    return [
        len(found) >= _MIN_PAIRS and sum(frequency[pair] >= _MANY for pair in found) >= _SHARE * len(found)
        for found in pairs
    ]
