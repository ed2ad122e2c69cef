"""The language model and the sentences it rewrote, in the panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutshell.ports import Decoder
from nutshell.records.decoder_speed import DecoderSpeed

from .dates import long_duration
from .environment import render
from .languages import language_name

# Tokens for a page: the examples, read once, and three sentences, of which each is rewritten.
PROMPT_TOKENS, ANSWER_TOKENS = 370 + 3 * 45, 28
_SENTENCES = 3
_SLOW_S = 30.0


def render_language_model(decoder: Decoder | None, speed: DecoderSpeed | None, *, on: bool) -> str:
    """The language model with its speed, to turn on or off; or that there is none."""
    seconds = PROMPT_TOKENS / speed.prompt_rate + _SENTENCES * ANSWER_TOKENS / speed.answer_rate if speed else None
    return render(
        "language_model.html",
        {
            "decoder": decoder,
            "measured": speed.as_data() if speed else None,
            "on": on,
            "megabytes": round(decoder.bytes / 1e6) if decoder else 0,
            "time": long_duration(seconds) if seconds is not None else "",
            "slow": seconds is not None and seconds > _SLOW_S,
        },
    )


def render_rewritten(sentences: Sequence[Mapping[str, Any]], *, over: bool, prefix: str = "w") -> str:
    """The rewritten sentences, each with its sources, and the rejected ones folded. `over`: no more will follow."""
    return render(
        "rewritten.html",
        {
            "shown": [(number, sentence) for number, sentence in enumerate(sentences) if sentence["shown"]],
            "hidden": [sentence for sentence in sentences if not sentence["shown"]] if prefix == "w" else [],
            "over": over,
            "answer": prefix != "w",
            "key": lambda number, support: trace_key(prefix, number, support),
        },
    )


def render_english_only(lang: str) -> str:
    """The language model supports only English."""
    return render("paraphrase_notice.html", {"language": language_name(lang), "time": ""})


def render_slow_page(seconds: float) -> str:
    return render("paraphrase_notice.html", {"language": "", "time": long_duration(seconds)})


def trace_key(prefix: str, number: int, support: int) -> str:
    """The `data-trace` of a place that supports a sentence. It differs from a summary's for the same place."""
    return f"{prefix}{number}-{support}"
