"""What the language model is, and what it said, as the panel shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nutshell.ports import Decoder
from nutshell.records.decoder_speed import DecoderSpeed

from .environment import render
from .languages import language_name

# Tokens that a page takes: the examples, read once, three sentences, and one said for each.
TOKENS_READ, TOKENS_SAID = 370 + 3 * 45, 28
_GROUPS = 3
_SLOW_S = 30.0


def offer_html(decoder: Decoder | None, speed: DecoderSpeed | None, *, on: bool) -> str:
    """What there is to switch on, or off, and what it costs; or that there is nothing."""
    seconds = TOKENS_READ / speed.prompt_rate + _GROUPS * TOKENS_SAID / speed.answer_rate if speed else None
    return render(
        "words_offer.html",
        {
            "decoder": decoder,
            "measured": speed.as_data() if speed else None,
            "on": on,
            "megabytes": round(decoder.bytes / 1e6) if decoder else 0,
            "seconds": _seconds(seconds) if seconds is not None else "",
            "slow": seconds is not None and seconds > _SLOW_S,
        },
    )


def said_html(sentences: Sequence[Mapping[str, Any]], *, over: bool, prefix: str = "w") -> str:
    """Those shown, each with its places; those not shown, for a reader who asks. `over`: nothing more will come."""
    return render(
        "words_said.html",
        {
            "shown": [(number, one) for number, one in enumerate(sentences) if one["shown"]],
            "hidden": [one for one in sentences if not one["shown"]] if prefix == "w" else [],
            "over": over,
            "answer": prefix != "w",
            "key": lambda number, support: trace_key(prefix, number, support),
        },
    )


def language_html(lang: str) -> str:
    """The language model knows English only."""
    return render("words_notice.html", {"language": language_name(lang), "seconds": ""})


def slow_html(seconds: float) -> str:
    return render("words_notice.html", {"language": "", "seconds": _seconds(seconds)})


def trace_key(prefix: str, number: int, support: int) -> str:
    """The `data-trace` of a place that supports a sentence: not a summary's, which may have the same place."""
    return f"{prefix}{number}-{support}"


def _seconds(value: float) -> str:
    if value < 90:
        count = max(1, round(value))
        return "1 second" if count == 1 else f"{count} seconds"
    return f"{round(value / 60)} minutes"
