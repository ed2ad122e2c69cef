"""The browser's permission prompt, answered with keys in a headed browser.

In all other tests the permission was granted before (Browser's `granted`), because a headless browser's prompt
cannot be seen or clicked.
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


def test_permission_is_granted_only_if_accepted_and_only_for_this_site(
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
    """Answer the permission prompt. Its first button denies, its second allows.

    The prompt is inside the browser's window, where no tool can find it, and its buttons ignore keys for a
    moment to prevent accidental input. There is no event to wait for.
    """
    display = browser.display
    assert display
    browser.panel().wait_for_timeout(3_000)
    for key in keys:
        display.xdotool("key", key)
