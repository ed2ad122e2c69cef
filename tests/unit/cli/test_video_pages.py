"""Pages with a video or a recording: with a transcript, with a transcript in schema.org data, and with neither."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

if sys.platform == "emscripten":
    pytest.skip("the desktop's own: needs processes", allow_module_level=True)

from nutshell.article import Article
from nutshell.cli.extraction import Extractor

SENTENCE = "The harbour board counted forty-one boats in the spring, and wrote them all down."
VIDEO = '<video src="boats.mp4" controls></video>'
COMMENTS = "<div class=comments><p>At 2:10 they forgot the ferry.</p><p>0:05 is my boat!</p></div>"


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as extractor:
        yield extractor


def text(extractor: Extractor, body: str, head: str = "") -> str:
    answer = extractor.extract(f"<html lang=en><head><title>Boats</title>{head}</head><body>{body}</body></html>")
    return Article.from_wire(answer["article"]).text if answer["ok"] else f"refused: {answer['reason']}"


def clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


@pytest.mark.parametrize(
    "line",
    [
        "<div class=segment><div>{time}</div><span>{text}</span></div>",
        "<p>[00:{time}] {text}</p>",
        "<p><a href='#t={time}'>{time}</a> {text}</p>",
        "<button><span>{time}</span></button><p>{text}</p>",
    ],
)
def test_a_transcript_in_the_page_is_read(extractor: Extractor, line: str) -> None:
    lines = "".join(line.format(time=clock(10 * n).zfill(5), text=f"{n} {SENTENCE}") for n in range(12))
    read = text(extractor, f"<h1>Boats</h1>{VIDEO}<div id=transcript>{lines}</div>{COMMENTS}")
    assert read.startswith(f"0 {SENTENCE} 1 {SENTENCE}")
    assert read.count(SENTENCE) == 12
    assert "0:10" not in read
    assert "forgot the ferry" not in read


@pytest.mark.parametrize("kind", ["VideoObject", "PodcastEpisode"])
def test_a_transcript_in_schema_data_is_read(extractor: Extractor, kind: str) -> None:
    data = {"@graph": [{"@type": kind, "name": "Boats", "transcript": f"{SENTENCE} " * 10}]}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert text(extractor, f"<h1>Boats</h1>{VIDEO}", head).count(SENTENCE) == 10


@pytest.mark.parametrize(
    "player", [VIDEO, "<audio controls></audio>", '<iframe src="https://www.youtube.com/embed/x"></iframe>']
)
def test_a_video_without_captions_is_reported(extractor: Extractor, player: str) -> None:
    assert text(extractor, f"<h1>Boats</h1>{player}{COMMENTS}") == "refused: no-captions"


def test_an_article_with_a_video_stays_an_article(extractor: Extractor) -> None:
    chapters = "".join(f"<li>{clock(60 * n)} Chapter {n}</li>" for n in range(8))
    read = text(extractor, f"<article><h1>Boats</h1>{VIDEO}<p>{SENTENCE * 12}</p><ul>{chapters}</ul></article>")
    assert read.startswith(SENTENCE)


def test_times_on_a_page_without_a_video_are_not_a_transcript(extractor: Extractor) -> None:
    lines = "".join(f"<p>{n + 7}:30 {SENTENCE}</p>" for n in range(12))
    assert "7:30" in text(extractor, f"<article><h1>Timetable</h1>{lines}</article>")
