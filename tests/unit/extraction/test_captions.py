from typing import Any

import pytest

from nutshell.article import Article, MalformedArticle
from nutshell.extraction.captions import paragraphs, with_captions
from nutshell.extraction.reading import PageReader
from support.fakes import FakeModels

SENTENCE = "The harbour board counted forty-one boats in the spring, and wrote them all down."


def cue(time: float | None, text: str, anchor: int = 3) -> dict[str, Any]:
    return {"time": time, "text": text, "anchor": anchor}


def wire(*cues: dict[str, Any], words: int = 0, media: str = "player") -> dict[str, Any]:
    return {
        "title": "Boats",
        "blocks": [{"text": "The page's own text."}],
        "signals": {"words": words, "media": media},
        "captions": {"source": "track", "cues": list(cues)},
    }


def caption_blocks(page: dict[str, Any]):
    read = with_captions(page)
    return () if read is page else Article.from_wire(read).blocks


CUES = [cue(3.5 * number, f"{number:02} {SENTENCE}") for number in range(20)]


def test_cues_become_paragraphs_that_know_their_times():
    blocks = caption_blocks(wire(*CUES))
    assert [block.text.count(SENTENCE) for block in blocks] == [5, 5, 5, 5]
    second = blocks[0].text.index("01 The")
    assert [blocks[0].time_at(at) for at in (0, second - 1, second)] == [0, 0, 3.5]
    assert blocks[1].time_at(0) == 17.5
    assert {block.anchor for block in blocks} == {3}


def test_the_captions_are_the_text_of_the_article(run):
    reader = PageReader(FakeModels())
    article = run(reader.read_article(wire(*CUES)))
    assert article.title == "Boats"
    assert article.text.startswith(f"00 {SENTENCE} 01")
    assert run(reader.read_article({**wire(), "captions": None})).text == "The page's own text."


@pytest.mark.parametrize(
    ("words", "media", "used"), [(149, "player", True), (150, "player", False), (150, "page", True), (0, "", True)]
)
def test_a_page_with_an_article_keeps_it_unless_it_is_about_the_video(words, media, used):
    assert bool(caption_blocks(wire(*CUES, words=words, media=media))) == used


@pytest.mark.parametrize(("words", "used"), [(280, True), (600, False)])
def test_a_transcript_that_the_page_shows_is_used_unless_the_article_is_longer(words, used):
    page = wire(*CUES, words=words)
    page["captions"]["source"] = "transcript"
    assert bool(caption_blocks(page)) == used


def test_captions_of_a_clip_are_not_enough():
    assert caption_blocks(wire(cue(0, "Hello."), cue(2, "Goodbye."))) == ()


def texts(*cues: tuple[float | None, str]) -> list[str]:
    return [block.text for block in paragraphs([(time, text, -1) for time, text in cues])]


def test_sounds_and_speaker_marks_are_left_out():
    assert texts((0, "[Music]"), (2, ">> The boat (applause) left."), (5, "♪ la la ♪"), (6, "- Again?")) == [
        "The boat left. Again?"
    ]


def test_lines_that_roll_up_are_read_once():
    assert texts((0, "the boat left"), (2, "the boat left in the"), (4, "in the morning."), (5, "in the morning.")) == [
        "the boat left in the morning."
    ]


def test_a_pause_after_a_sentence_ends_the_paragraph():
    assert texts((0, "The boat left."), (30, "It came back"), (60, "at night.")) == [
        "The boat left.",
        "It came back at night.",
    ]


def test_captions_without_punctuation_are_divided():
    parts = texts(*((number * 2.0, f"and then boat {number} went on") for number in range(200)))
    assert len(parts) > 4
    assert max(map(len, parts)) < 1_000


def test_unspaced_scripts_are_joined_without_spaces():
    assert texts((0, "古い橋が"), (2, "閉まります。")) == ["古い橋が閉まります。"]


def test_a_transcript_without_times_is_read():
    blocks = caption_blocks(wire(cue(None, f"{SENTENCE} " * 10, -1)))
    assert blocks[0].time_at(5) is None


@pytest.mark.parametrize(
    "captions",
    [[], {"cues": 3}, {"cues": [3]}, {"cues": [cue(True, "x")]}, {"cues": [{"time": 1, "text": None, "anchor": 0}]}],
)
def test_malformed_captions_are_refused(captions):
    with pytest.raises(MalformedArticle):
        caption_blocks({"captions": captions})


@pytest.mark.parametrize("times", [3, [3], [["a", 1]], [[1, 2, 3]]])
def test_malformed_times_are_refused(times):
    with pytest.raises(MalformedArticle, match="times"):
        Article.from_wire({"blocks": [{"text": "Hello", "times": times}]})


def test_cues_without_words_are_skipped():
    assert texts((0, "The boat"), (2, ""), (4, "left.")) == ["The boat left."]
