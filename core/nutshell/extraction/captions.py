"""Turns the captions or the transcript of a video into the text of an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from nutshell.article import Block, MalformedArticle, Role
from nutshell.article_detection import Signals

# What was measured and read besides captions.
_OF_THE_PAGE = frozenset({"candidates", "captions", "signals", "thread", "unhidden"})
_MIN_WORDS = 40  # fewer are the captions of a clip, or titles
_MAX_ARTICLE_WORDS = 150  # a page with more prose is an article with a video, unless it says that it is about the video
_MAX_SHARE = 1.5  # words of the article to words of the transcript that is in it
_PAUSE = 4.0  # seconds
_PARAGRAPH = 400  # characters after which a sentence ends a paragraph
_LONG_PARAGRAPH = 900  # characters after which any cue ends it, as captions can have no punctuation
_SOUND = re.compile(r"[\[(（【][^\])）】]{1,40}[\])）】]|♪[^♪]*♪?|>>+|^\s*[-–]\s+(?=\S)")
_ENDED = re.compile(r"[.!?…。！？]['\"”’»」』)]*$")
_UNSPACED_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]$")


def with_captions(wire: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a wire form with its captions as the text, or the same one if there are none or the page has an article.

    Raises MalformedArticle for anything of the wrong type.
    """
    blocks = _caption_blocks(wire) if isinstance(wire, Mapping) else ()
    if not blocks:
        return wire
    spoken = [{"role": "paragraph", "text": b.text, "anchor": b.anchor, "times": b.times} for b in blocks]
    rest = {name: value for name, value in wire.items() if name not in _OF_THE_PAGE}
    return rest | {"blocks": spoken}


def _caption_blocks(wire: Mapping[str, Any]) -> tuple[Block, ...]:
    captions = wire.get("captions")
    if captions is None:
        return ()
    try:
        signals = Signals.from_wire(wire.get("signals") or {})
    except ValueError as error:
        raise MalformedArticle(str(error)) from None
    blocks = paragraphs(_cues(captions))
    text = " ".join(block.text for block in blocks)
    words = len(text.split()) + sum(map(len, _UNSPACED_RUN.findall(text))) // 2
    # A transcript that the page shows is part of what was read as its article.
    shown = _MAX_SHARE * words if captions.get("source") == "transcript" else 0
    if words < _MIN_WORDS or (signals.words >= max(_MAX_ARTICLE_WORDS, shown) and signals.media != "page"):
        return ()
    return blocks


def _cues(captions: Any) -> list[tuple[float | None, str, int]]:
    """Returns (start in seconds or None, text, anchor) of each cue."""
    cues = captions.get("cues") if isinstance(captions, Mapping) else None
    if not isinstance(cues, (list, tuple)):
        raise MalformedArticle("captions must be an object with cues")
    found: list[tuple[float | None, str, int]] = []
    for cue in cues:
        time, text, anchor = (
            (cue.get("time"), cue.get("text"), cue.get("anchor", -1))
            if isinstance(cue, Mapping)
            else (None, None, None)
        )
        timed = time is None or (isinstance(time, (int, float)) and not isinstance(time, bool))
        if not timed or not isinstance(text, str) or not isinstance(anchor, int):
            raise MalformedArticle("a cue must be an object with a time, a text and an anchor")
        found.append((None if time is None else float(time), text, anchor))
    return found


def paragraphs(cues: list[tuple[float | None, str, int]]) -> tuple[Block, ...]:
    """Joins cues to paragraphs at pauses and sentence ends. Without sounds and without lines that are shown twice."""
    spoken = _without_repetitions(
        [(time, " ".join(_SOUND.sub(" ", text).split()), anchor) for time, text, anchor in cues]
    )
    blocks: list[Block] = []
    text, times, anchor = "", [], -1
    following = [*(time for time, _, _ in spoken[1:]), None]
    for (time, words, place), after in zip(spoken, following, strict=True):
        if not text:
            anchor = place
        elif not _UNSPACED.search(text):
            text += " "
        if time is not None:
            times.append((len(text), time))
        text += words
        pause = time is not None and after is not None and after - time > _PAUSE + len(words) / 8
        ended = bool(_ENDED.search(text))
        if len(text) >= _LONG_PARAGRAPH or (ended and (pause or len(text) >= _PARAGRAPH)):
            blocks.append(Block(Role.PARAGRAPH, text, anchor=anchor, times=tuple(times)))
            text, times = "", []
    if text:
        blocks.append(Block(Role.PARAGRAPH, text, anchor=anchor, times=tuple(times)))
    return tuple(blocks)


def _without_repetitions(cues: list[tuple[float | None, str, int]]) -> list[tuple[float | None, str, int]]:
    """Drops from each cue the words that the one before it ends with, as captions that roll up show each line twice."""
    kept = [cue for cue in cues if cue[1]]
    found = kept[:1]
    for (_, before, _), (time, text, anchor) in pairwise(kept):
        last, words = before.split(), text.split()
        shared = next((n for n in range(min(len(last), len(words)), 1, -1) if last[-n:] == words[:n]), 0)
        rest = " ".join(words[shared:])
        if rest:
            found.append((time, rest, anchor))
    return found
