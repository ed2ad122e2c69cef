"""The news in the panel with real views and a stubbed browser and core: every state, axe checks and keyboard use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

import pytest

from nutshell.feeds.discovery import declared_feeds
from nutshell.records.ranking import TermShare
from nutshell.requests.story_actions import menu_parts, toolbar_parts
from nutshell.urls import pattern_host, typed_address
from nutshell.views.news import Card, CardSource, Slider, StoryList, render_stories
from nutshell.views.preferences import ActivityRow, InterestRow, MuteRow, PreferencesPage, ShareRow, render_preferences
from nutshell.views.subscriptions import Choice, NewsSwitches, SourceRow, StorageLimits, render_choices, render_sources
from test_panel_design import NOW, Core, Panel, address, browser, expect, opened
from tests import wording

__all__ = ["address", "browser"]  # fixtures of the panel design tests

PAPERS = {1: "The Kerra Tribune", 2: "Coast Radio", 3: "Harbour Notes"}


def card(number: int, title: str, gist: str, hours: float, *feeds: int, reason: str = "", **more: Any) -> Card:
    sources = tuple(
        CardSource(feed, PAPERS[feed], title, f"http://paper{feed}.example/{number}", NOW - hours * 3600)
        for feed in feeds
    )
    terms = (TermShare("like what you read", 1.0), TermShare("fresh", 0.6), TermShare("told before", -0.25))
    return Card(f"s{number}", title, gist, sources, NOW - hours * 3600, reason, terms, "en", **more)


CARDS = (
    card(
        1,
        "Wooden ferries return to the strait after eleven years",
        "Two boats built in the old yard took passengers again on Monday, with the school choir on the pier.",
        0.7, 1, 2, 3,
        reason="like *harbour ferries*, which you read on Tuesday",
    ),
    card(
        2,
        "A bell for fog: the harbour tries what worked in 1890",
        "The bell rings by itself when the air is wet, and nobody has to be awake for it.",
        3.2, 2,
        reason="you follow Coast Radio",
    ),
    card(3, "Bread that keeps: a baker's experiment with seaweed", "", 8, 3, reason="something different", saved=True),
    card(
        4,
        "Council puts off the vote on the lighthouse roof for the third time",
        "A decision is now expected in the spring.",
        30, 1,
        reason="like *the lighthouse*, which you saved",
        read=True,
    ),
    card(5, "Ten things you will not believe about gulls", "Number seven is a gull.", 50, 2, 3, thumb=-1),
)  # fmt: skip
SLIDERS = (
    Slider("adventurous", 0.3),
    Slider("fresh", 0.6),
    Slider("calm", 0.5),
    Slider("deep", 0.5),
)
CHOICES = (
    Choice("http://tribune.example/feed", "The Kerra Tribune", "news of the coast", "News", "en", "IE"),
    Choice("http://radio.example/feed", "Coast Radio", "news by the hour", "News", "en", "IE", followed=True),
    Choice("http://blatt.example/feed", "Küstenblatt", "Nachrichten", "News", "de", "DE"),
    Choice("http://notes.example/feed", "Harbour Notes", "boats and who builds them", "Boats", "en", "IE"),
)


@dataclass
class NewsCore(Core):
    cards: list[Card] = field(default_factory=lambda: list(CARDS))
    feeds: int = 3
    failing: int = 0
    offline: bool = False
    problem: str = ""
    known: tuple[str, ...] = ()

    def news_list(self, payload: dict[str, Any]) -> dict[str, Any]:
        tab, query = payload["tab"], payload["query"]
        if tab == "for-you" and not self.feeds:
            return {"html": render_choices(CHOICES, page="first")}
        found = [c for c in self.cards if query.casefold() in c.title.casefold() and (tab != "saved" or c.saved)]
        name = PAPERS.get(payload.get("source", 0), "")
        return {
            "html": render_stories(
                StoryList(
                    tab,
                    tuple(found),
                    query,
                    name,
                    0,
                    self.feeds,
                    NOW - 900,
                    self.failing,
                    self.offline,
                    SLIDERS,
                    toolbar_parts(),
                    menu_parts(),
                ),
                now=NOW,
                zone=UTC,
            )
        }

    def news_event(self, payload: dict[str, Any]) -> dict[str, Any]:
        before, kind = list(self.cards), payload["kind"]
        at = next(n for n, each in enumerate(self.cards) if each.id == payload["story"])
        if kind in {"less", "not-source", "mute"}:
            self.cards.append(replace(self.cards.pop(at), thumb=-1))
        elif kind in {"save", "unsave"}:
            self.cards[at] = replace(self.cards[at], saved=kind == "save")
        elif kind in {"read", "open"}:
            self.cards[at] = replace(self.cards[at], read=True)
        self.before = before
        said = {"less": "Less like this.", "save": "Saved.", "mute": "Muted."}.get(kind, "")
        return {"message": said, "undo": "1" if said else None, "state": {"badge": "3", "wake": 900}}

    def news_undo(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.cards = self.before
        return {}

    def news_feeds(self, payload: dict[str, Any]) -> dict[str, Any]:
        rows = (
            SourceRow(1, PAPERS[1], "http://tribune.example/feed", "", 212, "ok", "", NOW - 300, NOW + 2_400),
            SourceRow(
                2, PAPERS[2], "http://radio.example/f", "", 1, "failing", "It answers “500”.", NOW - 9e4, NOW + 9e3
            ),
            SourceRow(3, PAPERS[3], "http://notes.example/f", "", 31, "gone"),
            SourceRow(4, "Old Friend", "http://friend.example/f", "", 31, "refused"),
        )[: self.feeds and 4]
        return {
            "html": render_sources(
                rows, now=NOW, switches=NewsSwitches(True, False), kept=275, limits=StorageLimits(20_000, 90, 20)
            )
        }

    def news_catalogue(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"html": render_choices(CHOICES, page="catalogue")}

    def news_opml_read(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"html": render_choices(CHOICES, page="opml")}

    def news_opml_export(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"text": "<opml/>", "message": "Saved with your downloads."}

    def news_discover(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"html": render_choices(CHOICES[:2], page="found")}

    def news_subscribe(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"followed": len(payload["feeds"]), "view": "sources", "message": "You follow it now."}

    def news_unsubscribe(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"message": "Unfollowed.", "undo": "x", "url": "http://tribune.example/feed"}

    def news_hosts(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"unneeded": [pattern for pattern in payload["granted"] if pattern_host(pattern) != "radio.example"]}

    def news_address(self, payload: dict[str, Any]) -> dict[str, Any]:
        url = typed_address(payload["address"])
        return {"url": url, "message": "" if url else wording.text("subscriptions.invalid_address")}

    def news_refresh(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"message": "Nothing new."}

    def news_page_feeds(self, payload: dict[str, Any]) -> dict[str, Any]:
        declared = declared_feeds(payload["links"], payload["page"], payload["title"])
        wanted = [found for found in declared if found.url not in self.known and not (self.known and found.of_comments)]
        feeds = [{"url": found.url, "title": found.title} for found in wanted]
        page = urlsplit(payload["page"])
        site = None if declared or self.known else {"url": f"{page.scheme}://{page.netloc}/", "host": page.hostname}
        return {"feeds": feeds, "site": site}

    def news_preferences(self, payload: dict[str, Any]) -> dict[str, Any]:
        page = PreferencesPage(
            (
                InterestRow("1", "harbour ferries", 0.9, "12 stories you opened"),
                InterestRow("2", "seaweed", 0.3, own=True),
                InterestRow("3", "gulls", -0.5),
            ),
            (ShareRow("Coast Radio", 0.5), ShareRow("The Kerra Tribune", 0.3)),
            (ShareRow("ferries", 0.4), ShareRow("other", 0.6)),
            (MuteRow("w1", "words", "gull"), MuteRow("s2", "source", "Coast Radio")),
            (
                ActivityRow("1", NOW - 900, "opened", CARDS[0].title),
                ActivityRow(
                    "3,4",
                    NOW - 1_800,
                    "passed over",
                    "2 stories",
                    (
                        ActivityRow("3", NOW - 1_800, "passed over · Coast Radio", CARDS[1].title),
                        ActivityRow("4", NOW - 1_800, "passed over · Coast Radio", CARDS[2].title),
                    ),
                ),
                ActivityRow("2", NOW - 90_000, "less like this", CARDS[4].title),
            ),
            7,
            False,
            False,
        )
        return {"html": render_preferences(page, now=NOW, zone=UTC)}

    def news_preferences_set(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload.get("slider"):
            self.cards.reverse()
        return {}


@pytest.fixture
def panel(browser: Any, address: str) -> Iterator[Panel]:
    with opened(browser, address, NewsCore()) as panel:
        yield panel


def titles(panel: Panel) -> list[str]:
    return [text.strip() for text in panel.page.locator(".story-title").all_inner_texts()]


def to_news(panel: Panel, view: str = "") -> Any:
    panel.open(task=False)
    panel.page.locator("#tab-news").click()
    panel.page.locator("#news-content > *").first.wait_for()
    if view:
        panel.page.locator(f'#sheet-news [data-view="{view}"]').first.click()
    return panel.page


# Appearance of each state


def test_for_you(panel: Panel) -> None:
    page = to_news(panel)
    expect(page.locator(".story")).to_have_count(5)
    page.keyboard.press("j")
    panel.check("news-for-you")
    page.locator(".tune summary").click()
    page.locator(".rest").first.click()
    panel.check("news-unfolded")


def test_first_run(panel: Panel) -> None:
    panel.core.feeds = 0
    to_news(panel)
    panel.page.get_by_label("Harbour Notes").check()
    expect(panel.page.get_by_role("button", name=wording.plural("choices.follow", 1))).to_be_enabled()
    panel.check("news-first-run")


@pytest.mark.parametrize("view", ["latest", "saved", "sources"])
def test_views(panel: Panel, view: str) -> None:
    page = to_news(panel, view)
    page.locator(f'.views [data-view="{view}"][aria-current="page"]').wait_for()
    page.locator(".sources" if view == "sources" else ".stories").wait_for()
    panel.check(f"news-{view}")


@pytest.mark.parametrize("view", ["catalogue"])
def test_pages_of_sources(panel: Panel, view: str) -> None:
    page = to_news(panel, "sources")
    page.locator(f'.sources [data-view="{view}"]').click()
    page.locator(".choices-page").wait_for()
    panel.check(f"news-{view}")


def test_taste(panel: Panel) -> None:
    page = to_news(panel, "taste")
    page.locator(".taste").wait_for()
    panel.check("news-taste")
    page.locator(".lessons summary").click()
    page.locator("main").evaluate("element => element.scrollTop = 9999")
    panel.check("news-taste-end")
    page.get_by_role("button", name=wording.text("preferences.remove_activity", title="2 stories")).click()
    assert panel.asked("news.preferences.set") == [{"unlearn": "3,4"}]
    page.get_by_role("button", name=wording.text("preferences.remove_activity", title=CARDS[1].title)).click()
    assert panel.asked("news.preferences.set")[-1] == {"unlearn": "3"}
    page.get_by_role("button", name=wording.plural("preferences.older", 7)).click()
    expect(page.locator(".lessons details")).to_have_attribute("open", "")
    assert [asked["count"] for asked in panel.asked("news.preferences")][-1] == 80


@pytest.mark.parametrize(("feeds", "failing", "offline"), [(3, 0, False), (3, 3, False), (3, 0, True)])
def test_nothing_to_show(panel: Panel, feeds: int, failing: int, offline: bool) -> None:
    panel.core.cards, panel.core.failing, panel.core.offline = [], failing, offline
    page = to_news(panel)
    page.locator("#news-content .notice").wait_for()
    panel.check(f"news-empty-{failing}-{offline}")


def test_keys_dialog(panel: Panel) -> None:
    page = to_news(panel)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name=wording.text("keys.title"))).to_be_visible()
    panel.check("news-keys")


# Keys and buttons


def test_keys_move_open_save_and_mute(panel: Panel) -> None:
    page = to_news(panel)
    page.locator(".story").first.wait_for()
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(page.locator(".is-current .story-title")).to_have_text(CARDS[1].title)
    assert page.evaluate("document.activeElement.textContent.trim()") == CARDS[1].title
    page.keyboard.press("s")
    expect(page.locator(".is-current [data-act=save]")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.activeElement.textContent.trim()") == CARDS[1].title
    page.keyboard.press("m")
    page.keyboard.type("bells")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Muted.")
    assert panel.asked("news.event")[-1] == {"kind": "mute", "story": "s2", "words": "bells"}
    page.keyboard.press("Tab")
    page.locator(".story").nth(0).locator("a").first.focus()
    page.keyboard.press("o")
    panel.wait("stub.opened.length === 1")
    assert page.evaluate("stub.opened") == ["http://paper1.example/1"]
    expect(page.locator(".story").first).to_have_class("story is-read is-current")


def test_only_one_story_is_in_the_tab_order(panel: Panel) -> None:
    page = to_news(panel)
    page.locator(".story").first.wait_for()
    reachable = "[...document.querySelectorAll('.story')].map((s) => s.querySelectorAll('[tabindex=\"0\"]').length > 0)"
    assert page.evaluate(reachable) == [True, False, False, False, False]
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(reachable) == [False, True, False, False, False]


def test_less_moves_the_story_and_undo_restores_it(panel: Panel) -> None:
    page = to_news(panel)
    page.get_by_role("button", name=wording.text("story.less")).first.click()
    expect(page.locator(".story-title").last).to_have_text(CARDS[0].title)
    expect(page.locator("#toast")).to_contain_text("Less like this.")
    page.get_by_role("button", name=wording.text("action.undo")).click()
    expect(page.locator(".story-title").first).to_have_text(CARDS[0].title)
    page.keyboard.press("j")
    page.keyboard.press("-")
    expect(page.locator(".story-title").last).to_have_text(CARDS[0].title)
    page.keyboard.press("z")
    expect(page.locator(".story-title").first).to_have_text(CARDS[0].title)


def test_a_slider_keeps_its_focus_while_the_list_moves(panel: Panel) -> None:
    page = to_news(panel)
    page.locator(".tune summary").click()
    slider = page.locator("#slider-fresh")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".story-title").first).to_have_text(CARDS[-1].title)
    assert page.evaluate("document.activeElement.id") == "slider-fresh"
    expect(slider).to_have_value("0.7")
    expect(page.locator(".tune")).to_have_attribute("open", "")


def test_search(panel: Panel) -> None:
    page = to_news(panel)
    page.keyboard.press("/")
    page.keyboard.type("bell")
    expect(page.locator(".story")).to_have_count(1)
    expect(page.locator("mark").first).to_have_text("bell")
    expect(page.locator("#status")).to_have_text(wording.plural("action.results", 1))


# Permission


def test_following_requests_permission_for_that_host_only(panel: Panel) -> None:
    page = to_news(panel, "sources")
    page.locator("#follow-address").fill("radio.example/news")
    page.keyboard.press("Enter")
    page.locator("#news-found .choices-page").wait_for()
    assert page.evaluate("stub.prompts") == [["*://radio.example/*"]]
    assert panel.asked("news.discover") == [{"address": "radio.example/news"}]
    panel.check("news-found")


def test_denied_permission_is_reported_and_can_be_retried(panel: Panel) -> None:
    page = to_news(panel, "sources")
    page.evaluate("stub.grants = false")
    page.locator("#follow-address").fill("tribune.example")
    page.keyboard.press("Enter")
    expect(page.locator("#news-found")).to_contain_text(
        wording.text("subscriptions.permission_refused", host="tribune.example")
    )
    assert panel.asked("news.discover") == panel.asked("news.subscribe") == []
    panel.check("news-refused")
    page.evaluate("stub.grants = true")
    page.keyboard.press("Enter")
    page.locator("#news-found .choices-page").wait_for()


def test_invalid_address_is_reported(panel: Panel) -> None:
    page = to_news(panel, "sources")
    page.locator("#follow-address").fill("not an address")
    page.keyboard.press("Enter")
    expect(page.locator("#news-found")).to_contain_text(wording.text("subscriptions.invalid_address"))
    assert page.evaluate("stub.prompts") == []


def test_unfollowing_returns_the_host_permission(panel: Panel) -> None:
    panel.open(task=False, setup="stub.granted = ['*://tribune.example/*', '*://radio.example/*'];")
    panel.page.locator("#tab-news").click()
    panel.page.locator('.views [data-view="sources"]').click()
    panel.page.get_by_role(
        "button", name=wording.text("subscriptions.unfollow_named", title="The Kerra Tribune")
    ).click()
    panel.wait("stub.granted.length === 1")
    assert panel.page.evaluate("stub.granted") == ["*://radio.example/*"]


def test_following_again_by_key_is_announced_after_the_prompt(panel: Panel) -> None:
    panel.open(task=False, setup="stub.granted = ['*://tribune.example/*', '*://radio.example/*'];")
    page = panel.page
    page.locator("#tab-news").click()
    page.locator('.views [data-view="sources"]').click()
    page.get_by_role("button", name=wording.text("subscriptions.unfollow_named", title="The Kerra Tribune")).click()
    expect(page.locator("#toast")).to_contain_text("Unfollowed.")
    page.evaluate("stub.grants = false")
    page.keyboard.press("z")
    expect(page.locator("#news-found")).to_contain_text(
        wording.text("subscriptions.permission_refused", host="tribune.example")
    )
    expect(page.locator("#toast")).not_to_contain_text(wording.text("action.undone"))
    assert panel.asked("news.restore") == []


@pytest.mark.parametrize("modifier", ["Control", "Shift", "middle"])
def test_story_opened_in_a_new_tab_or_window_is_marked_read(panel: Panel, modifier: str) -> None:
    page = to_news(panel)
    title = page.locator(".story-title a").first
    title.wait_for()
    if modifier == "middle":
        title.click(button="middle")
    else:
        title.click(modifiers=[modifier])
    expect(page.locator(".story").first).to_have_class(re.compile("is-read"))
    assert panel.asked("news.event") == [{"kind": "open", "story": CARDS[0].id}]
    assert page.evaluate("stub.opened") == []


def waits(panel: Panel, code: str, times: int) -> list[int]:
    """Returns the minutes until the alarm after each of `times` failures."""
    panel.core.error = {"code": code, "message": "No."}
    rung = """import("/alarms.js").then((alarms) => alarms.refreshNews())
        .then(() => Math.round((stub.alarms.news.when - Date.now()) / 60_000))"""
    return [panel.page.evaluate(rung) for _ in range(times)]


def test_alarm_delay_grows_after_each_failure(panel: Panel) -> None:
    panel.open(task=False, setup="stub.local.news = { badge: '3' };")
    panel.page.evaluate("chrome.runtime.sendMessage = async () => {}")
    assert waits(panel, "failed", 7) == [2, 4, 8, 16, 32, 60, 60]
    assert panel.page.evaluate("stub.local.news.badge") == "3"
    panel.core.error = None
    panel.page.evaluate("import('/alarms.js').then((alarms) => alarms.applyNewsState({ badge: '', wake: 900 }))")
    assert waits(panel, "locked", 2) == [60, 60]
    panel.page.evaluate("import('/alarms.js').then((alarms) => alarms.applyNewsState({ badge: '', wake: null }))")
    assert panel.page.evaluate("stub.alarms.news ?? null") is None


FEEDS = ("Latest", "Sport", "Comments on this")


def declared(panel: Panel, *titles: str) -> Any:
    """Open the panel on a summary of a page that declares these feeds. The stub's page is the panel's document."""
    # Create the elements before the panel's scripts run, which block creating them.
    script = f"""const links = {list(titles)}.map((title) => {{
        const href = `http://paper.example/${{title.slice(0, 5)}}`;
        const link = document.createElement("link");
        return Object.assign(link, {{ rel: "alternate", type: "application/rss+xml", title, href }});
      }});
      addEventListener("DOMContentLoaded", () => document.head.append(...links));"""
    panel.open(setup=script)
    return panel.page.locator("#offer")


def test_all_unfollowed_feeds_of_a_page_are_offered(panel: Panel) -> None:
    offer = declared(panel, *FEEDS)
    expect(offer).to_contain_text(wording.plural("offer.feeds", 3))
    offer.get_by_label(wording.text("offer.choose")).select_option("Sport")
    offer.scroll_into_view_if_needed()
    panel.check("news-offer-several")
    offer.get_by_role("button", name=wording.text("offer.follow")).click()
    panel.wait("stub.prompts.length === 1")
    expect(panel.page.locator("#toast")).to_contain_text("You follow it now.")
    assert panel.asked("news.subscribe")[0]["feeds"] == [{"url": "http://paper.example/Sport", "title": "Sport"}]


def test_only_new_feeds_of_a_followed_site_are_offered(panel: Panel) -> None:
    panel.core.known = ("http://paper.example/Lates",)
    offer = declared(panel, *FEEDS)
    expect(offer).to_contain_text(wording.text("offer.feed", title="\u2068Sport\u2069"))
    expect(offer.locator("select")).to_be_hidden()


def test_site_without_a_declared_feed_can_be_searched(panel: Panel) -> None:
    offer = declared(panel)
    expect(offer).to_contain_text(wording.text("offer.search"))
    offer.scroll_into_view_if_needed()
    panel.check("news-offer-none")
    assert panel.asked("news.discover") == []
    offer.get_by_role("button", name=wording.pattern("offer.search_site")).click()
    panel.page.locator("#news-found .choices-page").wait_for()
    [prompt] = panel.page.evaluate("stub.prompts")
    assert prompt == [panel.page.evaluate("`*://${location.hostname}/*`")]
    assert panel.asked("news.discover") == [{"address": panel.page.evaluate("new URL('/', location).href")}]
    assert panel.asked("news.subscribe") == []


def test_selected_sources_of_a_list_are_requested_at_once(panel: Panel) -> None:
    page = to_news(panel, "sources")
    opml = {"name": "mine.opml", "mimeType": "text/xml", "buffer": b"<opml/>"}
    page.locator("#opml-file").set_input_files(opml)
    page.get_by_label("The Kerra Tribune").check()
    page.get_by_label("Harbour Notes").check()
    panel.check("news-opml")
    page.get_by_role("button", name=wording.plural("choices.follow", 2)).click()
    expect(page.locator("#toast")).to_contain_text("You follow it now.")
    assert page.evaluate("stub.prompts") == [["*://tribune.example/*", "*://notes.example/*"]]
    assert [feed["url"] for feed in panel.asked("news.subscribe")[0]["feeds"]] == [CHOICES[0].url, CHOICES[3].url]
