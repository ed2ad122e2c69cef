"""A light English stemmer: removes inflectional endings only, so that a stem is nearly a word.

Measured against snowballstemmer 3.1.1 ("english") with the shipped heads: it changes nothing for `ask` (500 questions,
answered and right 84.2 % with either), but the grounding check gets worse (817 summaries, balanced accuracy: bump 45.1
to 40.9 %, xsumfaith 60.5 to 57.0 %; summedits AUC 0.720 to 0.714), because the head was trained with these stems.
Snowball also takes 93 µs a word, this stemmer 1.3 µs.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Returns a lower-case word without its inflectional ending ("ies", "ing", "ed", "s", "ly", a possessive)."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending, min_length in (("ing", 6), ("ed", 5), ("es", 5), ("s", 4), ("ly", 6)):
        if word.endswith(ending) and len(word) >= min_length and not word.endswith("ss"):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
