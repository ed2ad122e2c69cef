"""The browser's own question, really asked and really answered: with keys, in a headed browser.

Everywhere else the reader has said yes before (Browser's `granted`), because a prompt of a headless browser can not be
seen or clicked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from driver import Browser
from newsreader import NewsReader
from newsstand import TRIBUNE, Newsstand
from tests import wording


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    stand = Newsstand()
    yield stand
    stand.close()


def test_no_means_no_and_yes_means_this_site_alone(
    launch: Callable[..., Browser], stand: Newsstand, tmp_path: Path
) -> None:
    browser = launch(profile=tmp_path / "profile", flags=stand.flags, headed=True)
    news = NewsReader(browser)
    news.enter()

    news.follow("http://tribune.example/feed")
    answer(browser, "Escape")
    assert wording.text("subscriptions.permission_refused", host="tribune.example") in news.problem()
    assert stand.asked == []
    assert news.granted() == []

    news.follow("http://tribune.example/feed")
    answer(browser, "Tab", "Return")
    news.wait_for_stories(len(TRIBUNE))
    assert news.granted() == ["*://tribune.example/*"]


def answer(browser: Browser, *keys: str) -> None:
    """Answer the browser's question: its first button says no, its second yes.

    The prompt stands inside the browser's window, where no tool can find it, and its buttons take no keys in their
    first moment, lest somebody errs: there is nothing to wait for but time.
    """
    display = browser.display
    assert display
    browser.panel().wait_for_timeout(3_000)
    for key in keys:
        display.xdotool("key", key)
