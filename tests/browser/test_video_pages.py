"""Pages with a video: with captions that the browser has loaded, and with captions that are not turned on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import samples
from driver import Browser, Site, wait_for
from reader import Reader

pytestmark = pytest.mark.usefixtures("clean_console")

PAGE = """<!doctype html><html lang=en><title>Harbour film</title><h1>Harbour film</h1>
<video controls style="width: 100%; height: 300px"><track src="film.vtt" kind=captions srclang=en DEFAULT></video>"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    site.types["/film.vtt"] = "text/vtt"
    cues = "".join(
        f"00:{minute:02}:05.000 --> 00:{minute:02}:55.000\n{sentence}\n\n"
        for minute, sentence in enumerate(samples.sentences(30))
    )
    (tmp_path / "film.vtt").write_text(f"WEBVTT\n\n{cues}")
    (tmp_path / "on.html").write_text(PAGE.replace("DEFAULT", "default"))
    (tmp_path / "off.html").write_text(PAGE.replace("DEFAULT", ""))
    yield site
    site.close()


def test_captions_are_summarized_and_a_point_jumps_to_its_time(reader: Reader, browser: Browser, site: Site) -> None:
    page = browser.open(f"{site.url}/on.html")
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length === 30")
    seen = reader.summarize(page)
    assert not seen.notice
    assert seen.points
    point = reader.points().last
    minutes, seconds = map(int, point.get_attribute("data-time").split(":"))
    assert seconds == 5
    assert samples.sentences(30)[minutes] in point.inner_text()
    point.click()
    position = "document.querySelector('video').currentTime"
    wait_for("the video to jump", lambda: page.evaluate(position) == 60 * minutes + seconds)


def test_captions_that_are_not_loaded_stay_so(reader: Reader, browser: Browser, site: Site) -> None:
    requests: list[str] = []
    page = browser.open(f"{site.url}/off.html")
    page.on("request", lambda request: requests.append(request.url))
    assert reader.summarize(page).notice == "no-captions"
    assert requests == []
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "disabled"
