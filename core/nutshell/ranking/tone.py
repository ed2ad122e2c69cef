"""How a headline speaks: calm or loud, plain or deep. Cheap signs, each -1 to 1, for the reader's own sliders.

Loud is what clickbait studies found in headlines (Chakraborty et al. 2016; Potthast et al. 2016): numbered lists,
"this" and "you", questions, superlatives, capitals and exclamation marks. Depth is long words and long sentences
(Flesch 1948), as far as a title and a summary show them.
"""

from __future__ import annotations

import re

_LOUD = re.compile(
    r"[!?]|\.\.\.|\u2026|^\W*\d+\s|\b[A-Z]{4,}\b|\b(?i:you|your|you'll|this|these|here's|why|how|what|who|reasons?"
    r"|things|ways|best|worst|ever|most|amazing|shocking|shocks?|stuns?|stunning|slams?|blasts?|rips|destroys"
    r"|epic|insane|crazy|unbelievable|hilarious|adorable|perfect|must|never|everyone|nobody|actually|literally|viral"
    r"|reacts?|reveals?|guess|wow|omg|heartbreaking|horrifying|terrifying|outrage|fury|furious|chaos|panic|nightmare"
    r"|bombshell|explosive|feud|savage|brutal)\b"
)
_WORD = re.compile(r"\w+")
_END = re.compile(r"[.!?]+(?:\s|$)")


def calm(title: str) -> float:
    """1 for a headline without any loud sign, falling to -1."""
    return max(-1.0, 1.0 - 0.5 * len(_LOUD.findall(title)))


def depth(title: str, text: str) -> float:
    """-1 for short words in short sentences, 1 for long ones in long ones; 0 where there is too little to tell."""
    said = f"{title}. {text}"
    words = _WORD.findall(said)
    if len(words) < 6:
        return 0.0
    letters = sum(map(len, words)) / len(words)
    per_sentence = len(words) / max(1, len(_END.findall(said)))
    return max(-1.0, min(1.0, (letters - 4.7) / 1.2 + (per_sentence - 14) / 24))
