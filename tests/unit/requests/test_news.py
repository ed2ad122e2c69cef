"""Requests of the news, by name, as the panel sends them."""

import base64
import re
import subprocess
import sys

import pytest

from nutshell.storage.feeds import FeedStore
from support.newsroom import HOST, Newsroom, cards, entry, rss
from support.recommender_rig import HOUR, SUBJECTS
from tests import wording

# Following


def test_users_without_sources_are_offered_the_catalogue(press):
    html = press.list()["html"]
    assert 'data-page="first"' in html
    assert html.count('name="url"') > 50
    assert press.web.asked == []


def test_following_a_feed_lists_its_stories(press):
    answer = press.follow("boats")
    assert answer["followed"] == 1
    assert answer["view"] == "for-you"
    assert answer["message"] == wording.text("subscriptions.now_following", title="Boats")
    assert len(press.cards()) == 3
    assert [request.url for request in press.web.asked] == [f"{HOST}/boats"]


def test_several_feeds_are_followed_at_once_and_failures_are_reported(press):
    press.web.fail("/vote")
    answer = press.follow("boats", "bread", "vote")
    assert answer["followed"] == 3
    following = wording.plural("subscriptions.now_following_many", 3)
    assert answer["message"] == wording.plural("subscriptions.some_failed", 1, done=following)
    assert len(press.cards()) == 6
    sources = press.ask("news.feeds")["html"]
    assert wording.text("fetch.network") in sources
    assert wording.pattern("subscriptions.next_try").search(sources)
    assert "is-failing" in sources


def test_a_page_that_is_not_a_feed_is_not_followed(press):
    press.web.put("/page", "<html><body>Just words.</body></html>", content_type="text/html")
    assert press.code("news.subscribe", feeds=[{"url": f"{HOST}/page"}]) == "bad-request"
    assert press.ask("news.hosts")["urls"] == []


def test_a_page_leads_to_its_feed(press):
    press.web.put("/", f'<link rel="alternate" type="application/rss+xml" title="Boats" href="{HOST}/boats">')
    found = press.ask("news.discover", address="press.example")
    assert found["feed"] == {"url": f"{HOST}/boats", "title": "Boats"}


def test_following_a_discovered_feed_does_not_fetch_it_again(press):
    found = press.ask("news.discover", address=f"{HOST}/boats")
    press.ask("news.subscribe", feeds=[found["feed"]])
    assert [request.url for request in press.web.asked] == [f"{HOST}/boats"]
    assert len(press.cards()) == 3


def test_a_page_with_several_feeds_offers_a_choice(press):
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{HOST}/{name}" title="{name}">' for name in SUBJECTS
    )
    press.web.put("/", links)
    found = press.ask("news.discover", address=HOST)
    assert "feed" not in found
    assert found["html"].count('name="url"') == 4


def test_an_unreachable_site_is_reported_with_an_alternative_host(press):
    press.web.fail("/")
    press.web.pages["http://press.example/"] = press.web.pages[f"{HOST}/"]
    html = press.ask("news.discover", address="press.example")["html"]
    assert wording.text("fetch.network") in html
    assert 'data-url="https://www.press.example/"' in html
    assert wording.text("feed.invalid_address") not in html
    assert press.ask("news.discover", address="mailto:x")["html"]


def test_a_redirect_to_a_host_without_permission_offers_to_allow_it(press):
    press.follow("boats")
    target = "https://moved.example/boats"
    press.web.fail("/boats", "elsewhere", "It sends on.", sent=321, target=target)
    press.clock.time += 48 * HOUR
    press.ask("news.refresh", due=True)
    sources = press.ask("news.feeds")["html"]
    assert "is-elsewhere" in sources
    assert "<bdi>moved.example</bdi>" in sources
    assert f'data-url="{HOST}/boats" data-allow="{target}"' in sources
    assert press.ask("news.hosts")["urls"] == [f"{HOST}/boats", target]  # once allowed, its permission is not returned
    ledger = press.ask("privacy.ledger")["html"]
    redirected = wording.text("requests.result_elsewhere")
    assert wording.text("requests.result_with_address", result=redirected, address=target) in ledger
    assert wording.text("requests.result_refused") not in ledger
    assert "321 B" in ledger
    press.web.put("/boats", rss("Boats", [entry(9, "boats", 1)]))
    press.ask("news.refresh", url=f"{HOST}/boats")
    assert "data-allow" not in press.ask("news.feeds")["html"]
    assert press.ask("news.hosts")["urls"] == [f"{HOST}/boats"]


def test_a_feed_whose_permission_was_removed_requests_it(press):
    press.follow("boats")
    press.web.fail("/boats", "refused", "Not allowed.")
    press.clock.time += 48 * HOUR
    press.ask("news.refresh", due=True)
    assert f'data-url="{HOST}/boats" data-allow="{HOST}/boats"' in press.ask("news.feeds")["html"]
    assert wording.text("requests.result_refused") in press.ask("privacy.ledger")["html"]


def test_a_redirecting_address_offers_its_target(press):
    press.web.fail("/", "elsewhere", "It sends on to moved.example.", target="https://moved.example/")
    html = press.ask("news.discover", address="press.example")["html"]
    assert 'data-act="twin" data-url="https://moved.example/"' in html


def test_unfollowing_hides_the_stories_and_can_be_undone(reading):
    feed = next(iter(reading.ask("news.feeds")["html"].split('data-feed="')[1:])).split('"')[0]
    answer = reading.ask("news.unsubscribe", id=int(feed))
    assert answer["url"].startswith(HOST)
    assert len(reading.cards()) == len(reading.cards("latest")) == 9
    assert len(reading.ask("news.hosts")["urls"]) == 3
    reading.ask("news.restore", id=int(feed))
    assert len(reading.cards()) == 12
    assert len(reading.ask("news.hosts")["urls"]) == 4


def test_a_feed_followed_again_is_fetched_like_a_new_one(press):
    press.web.put("/boats", rss("Boats", [entry(n, "boats", 5 + n) for n in range(3)]), etag='"1"')
    press.follow("boats")
    press.event("save", next(iter(press.cards())))
    feed = int(press.ask("news.feeds")["html"].split('data-feed="')[1].split('"')[0])
    press.ask("news.unsubscribe", id=feed)
    press.clock.time += 2 * HOUR
    press.ask("news.refresh", due=True)  # erases the remaining items except saved ones
    press.web.asked.clear()
    for again in ("boats", "bread"):
        press.ask("news.subscribe", feeds=[{"url": f"{HOST}/{again}"}, {"url": f"{HOST}/vote"}])
    assert not any(name == "If-None-Match" for request in press.web.asked for name, _ in request.headers)
    assert len(press.cards("latest")) == 9


def test_a_gone_feed_is_fetched_when_followed_again(press):
    press.follow("boats")
    press.web.put("/boats", "", status=410)
    press.clock.time += 48 * HOUR
    press.ask("news.refresh", due=True)
    feed = int(press.ask("news.feeds")["html"].split('data-feed="')[1].split('"')[0])
    press.ask("news.unsubscribe", id=feed)
    press.web.put("/boats", rss("Boats", [entry(5, "boats", 1)]))
    press.follow("boats", "bread")
    assert "is-gone" not in press.ask("news.feeds")["html"]
    assert len(press.ask("news.hosts")["urls"]) == 2


def test_a_long_list_of_feeds_is_imported_at_once(press):
    several = [{"url": f"{HOST}/none{number}"} for number in range(1_200)]
    assert press.ask("news.subscribe", feeds=several)["followed"] == 1_200


def declares(path, title="", kind="application/rss+xml", rel="alternate"):
    return {"rel": rel, "type": kind, "href": f"https://elsewhere.example{path}", "title": title}


PAGE = "https://elsewhere.example/2027/story"


def test_declared_feeds_are_offered_comments_last(press):
    links = [
        declares("/comments.rss", "Comments"),
        declares("/feed", "Posts"),
        declares("/feed", "Posts again"),
        declares("/style.css", kind="text/css", rel="stylesheet"),
        declares("/atom.xml", kind="application/xml"),
        declares("/embed", kind="application/json+oembed"),
    ]
    offered = press.ask("news.page_feeds", page=PAGE, title="A story", links=links)
    assert offered["site"] is None
    assert offered["feeds"] == [
        {"url": "https://elsewhere.example/feed", "title": "Posts"},
        {"url": "https://elsewhere.example/atom.xml", "title": "A story"},
        {"url": "https://elsewhere.example/comments.rss", "title": "Comments"},
    ]


def test_a_followed_feed_is_not_offered_nor_are_the_comments_of_its_site(press):
    press.follow("boats")
    page = HOST.replace("https://", "http://www.") + "/2027/story"
    links = [
        {"rel": "alternate", "type": "application/rss+xml", "href": f"{HOST}/{name}"}
        for name in ("boats", "comments", "bread")
    ]
    offered = press.ask("news.page_feeds", page=page, links=links)
    assert [feed["url"] for feed in offered["feeds"]] == [f"{HOST}/bread"]
    assert press.ask("news.page_feeds", page=page, links=[]) == {"feeds": [], "site": None}


def test_a_site_without_a_declared_feed_can_be_searched(press):
    site = {"url": "https://elsewhere.example/", "host": "elsewhere.example"}
    assert press.ask("news.page_feeds", page=PAGE) == {"feeds": [], "site": site}
    assert press.ask("news.page_feeds", page="chrome://newtab/") == {"feeds": [], "site": None}


@pytest.mark.parametrize("links", ["all", [7], [{"href": 3}], [{}] * 501])
def test_malformed_links_are_refused(press, links):
    assert press.code("news.page_feeds", page=PAGE, links=links) == "bad-request"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        (" Paper.example ", "https://paper.example/"),
        ("feed:https://paper.example/rss", "https://paper.example/rss"),
        ("http://paper.example/feed#x", "http://paper.example/feed"),
        ("localhost:8000/feed", "https://localhost:8000/feed"),
        ("two words", ""),
        ("paper", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_typed_address_is_completed_or_refused_with_a_message(press, typed, url):
    answer = press.ask("news.address", address=typed)
    assert answer["url"] == url
    assert bool(answer["message"]) == (not url)


def test_permissions_of_hosts_that_no_feed_needs_are_returned(press):
    press.follow("boats")
    for host in ("straße.example", "b.example"):
        FeedStore(press.database).add_subscription(f"https://{host}/feed", press.clock.now())
    needed = [f"*://{HOST.removeprefix('https://')}/*", "*://xn--strae-oqa.example/*", "*://b.example/*"]
    unneeded = ["*://c.example/*", "*://sub.b.example/*"]
    assert press.ask("news.hosts", granted=[*needed, *unneeded])["unneeded"] == unneeded
    assert press.code("news.hosts", granted="all") == "bad-request"


def test_opml_export_and_import_preserve_folders(press, run):
    feeds = [{"url": f"{HOST}/boats", "folder": "Sea"}, {"url": f"{HOST}/bread"}]
    press.ask("news.subscribe", feeds=feeds)
    written = press.ask("news.opml.export")["text"]
    other = Newsroom(run)
    html = other.ask("news.opml.read", data=base64.b64encode(written.encode()).decode())["html"]
    assert html.count("checked") == 2
    assert 'data-folder="Sea"' in html
    other.ask("news.subscribe", feeds=feeds)
    assert other.ask("news.opml.export")["text"] == written


@pytest.mark.parametrize(
    "data", ["!!", "", base64.b64encode(b"<html></html>").decode(), base64.b64encode(b"\xff").decode()]
)
def test_an_invalid_feed_list_is_refused_with_a_reason(press, data):
    html = press.ask("news.opml.read", data=data)["html"]
    assert 'name="url"' not in html
    assert "banner" in html


# Lists


def test_the_same_event_from_two_feeds_is_one_story_with_its_sources(press):
    told = (
        "The electric harbour ferries sailed to the lighthouse on 14 May with 230 sailors from Kerra, said Aoife Byrne."
    )
    press.web.put(
        "/one", rss("One", [("Kerra harbour ferries sail to lighthouse", told, f"{HOST}/1", press.clock.time - HOUR)])
    )
    press.web.put(
        "/two",
        rss("Two", [("Ferries of Kerra harbour reach lighthouse", told, f"{HOST}/2", press.clock.time - 2 * HOUR)]),
    )
    press.follow("one", "two", "bread")
    assert len(press.cards()) == len(press.cards("latest")) == 4
    html = press.list()["html"]
    assert wording.plural("news.more_sources", 1) in html
    assert html.count('class="tellers"') == 1
    assert "The electric harbour ferries sailed" in html  # its gist


def test_latest_is_ordered_by_time_and_can_be_limited_to_a_source(reading):
    titles = [entry(n, subject, 5 + n)[0] for n in range(3) for subject in SUBJECTS]
    assert sorted(list(reading.cards("latest").values())[:4]) == sorted(titles[:4])
    feed = int(reading.ask("news.feeds")["html"].split('data-feed="')[1].split('"')[0])
    assert list(reading.cards("source", source=feed).values()) == [entry(n, "boats", 5 + n)[0] for n in range(3)]


def test_search_finds_words_in_every_list(reading):
    assert len(reading.cards("latest", query="telescope")) == len(reading.cards(query="telescope")) > 0
    assert reading.cards("latest", query="nothing such") == {}
    assert wording.text("news.nothing_found") in reading.list("latest", query="nothing such")["html"]


@pytest.mark.parametrize("said", ["économie", "ÉCONOMIE", "e\u0301conomie"])
def test_case_and_accents_make_no_difference_in_any_language(press, said):
    words = "L'ÉCONOMIE de la Straße 100%_"
    press.web.put("/monde", rss("Monde", [(words, "", f"{HOST}/1", press.clock.time - HOUR)]))
    press.follow("monde", "boats")
    [story] = press.cards("latest", query=f"{said} STRASSE 100%_")
    assert press.cards("latest", query="100%x") == {}
    other = next(s for s, title in press.cards().items() if s != story)
    press.event("mute", other, words=said)
    assert story not in press.cards()
    assert story not in press.cards("latest")


def test_more_stories_are_listed_on_request(reading):
    html = reading.list(count=5)["html"]
    assert len(cards(html)) == 5
    assert 'data-left="7"' in html


def test_the_front_page_is_shown_before_any_model_runs(reading):
    before = reading.cards()
    reading.restart()
    reading.models.runs.clear()
    answer = reading.ask("news.list", tab="for-you")
    assert answer["again"] is True
    assert dict(cards(answer["html"])) == before
    assert reading.models.runs == []
    assert "again" not in reading.ask("news.list", tab="for-you", again=True)


def test_an_empty_panel_shows_the_front_page_even_if_the_engine_is_running(reading):
    before = reading.cards()
    answer = reading.ask("news.list", tab="for-you", first=True)
    assert answer["again"] is True
    assert dict(cards(answer["html"])) == before
    for payload in ({"first": True, "again": True}, {"first": False}, {"first": True, "query": "stars"}):
        assert "again" not in reading.ask("news.list", tab="for-you", **payload)


def test_stories_and_saved_items_are_listed_without_a_network(reading):
    [first, *_] = reading.cards()
    reading.event("save", first)
    for subject in SUBJECTS:
        reading.web.fail(f"/{subject}")
    reading.clock.time += 2 * 86_400
    reading.restart()
    message = reading.ask("news.refresh", due=True)["message"]
    assert message == wording.text("subscriptions.all_failed")
    html = reading.list()["html"]
    assert wording.pattern("news.offline").search(html)
    assert len(cards(html)) == 12
    assert list(reading.cards("saved")) == [first]


# Feedback


def test_an_opened_story_is_learned_from_and_removed_from_the_list(reading):
    before = reading.cards()
    chosen = next(story for story, title in before.items() if title == entry(0, "stars", 5)[0])
    reading.event("open", chosen)
    reading.event("dwell", chosen, seconds=90)
    after = reading.cards()
    assert chosen not in after
    assert next(iter(after.values())) in {entry(n, "stars", 5 + n)[0] for n in range(3)}
    html = reading.list()["html"]
    assert '<em dir="auto">telescope' in html
    assert chosen in reading.cards("latest")
    taste = reading.ask("news.taste")["html"]
    assert wording.text("activity.opened") in taste
    assert wording.text("activity.stayed", time=wording.plural("duration.short_minutes", 2)) in taste


def test_stories_above_an_opened_story_count_as_skipped(reading):
    third = list(reading.cards())[2]
    reading.event("open", third)
    html = reading.ask("news.taste")["html"]
    assert f"<summary>{wording.plural('subscriptions.stories', 3)}</summary>" in html  # two above, one below
    reading.clock.time += 60
    reading.event("open", third)
    html = reading.ask("news.taste")["html"]
    assert html.count("<summary>") == 1
    # The feedback can be forgotten all at once or one by one.
    both = re.search(r'data-lesson="(\d+,\d+,\d+)"', html)[1]
    reading.taste(unlearn=both.split(",")[1])
    assert f"<summary>{wording.plural('subscriptions.stories', 2)}</summary>" in reading.ask("news.taste")["html"]
    undo = reading.taste(unlearn=both)["undo"]
    assert wording.text("activity.skipped") not in reading.ask("news.taste")["html"]
    reading.ask("news.undo", undo=undo)
    assert f"<summary>{wording.plural('subscriptions.stories', 2)}</summary>" in reading.ask("news.taste")["html"]


def test_all_feedback_is_listed_in_pages(reading):
    for story in list(reading.cards())[:4]:
        reading.event("more", story)
        reading.clock.time += 60
    html = reading.ask("news.taste", count=3)["html"]
    assert html.count("data-lesson") == 3
    assert wording.plural("preferences.older", 1) in html
    html = reading.ask("news.taste", count=6)["html"]
    assert html.count("data-lesson") == 4
    assert 'data-act="show-more"' not in html


def test_less_moves_similar_stories_down_and_undo_restores_them(reading):
    before = list(reading.cards().values())
    story, title = next(iter(reading.cards().items()))
    answer = reading.event("less", story)
    after = list(reading.cards().values())
    assert after.index(title) > 6
    assert 'data-act="less" aria-pressed="true"' in reading.list()["html"]
    reading.ask("news.undo", undo=answer["undo"])
    assert list(reading.cards().values()) == before
    assert reading.code("news.undo", undo=answer["undo"]) == "bad-request"


def test_more_and_less_are_exclusive_and_can_be_cleared(reading):
    story = next(iter(reading.cards()))
    reading.event("more", story)
    less = reading.event("less", story)
    assert reading.ask("news.taste")["html"].count("data-lesson") == 1
    reading.ask("news.undo", undo=less["undo"])
    assert 'data-act="more" aria-pressed="true"' in reading.list()["html"]
    back = reading.event("neutral", story)
    assert reading.ask("news.taste")["html"].count("data-lesson") == 0
    reading.ask("news.undo", undo=back["undo"])
    assert reading.ask("news.taste")["html"].count("data-lesson") == 1


def test_saving_can_be_undone(reading):
    story = next(iter(reading.cards()))
    answer = reading.event("save", story)
    assert list(reading.cards("saved")) == [story]
    reading.ask("news.undo", undo=answer["undo"])
    assert reading.cards("saved") == {}
    reading.event("save", story)
    answer = reading.event("unsave", story)
    assert reading.cards("saved") == {}
    reading.ask("news.undo", undo=answer["undo"])
    assert list(reading.cards("saved")) == [story]


def count_library_pages(press):
    return press.ask("recent")["count"]


def test_undoing_a_save_removes_the_story_from_the_library(reading):
    first, second, *_ = reading.cards()
    undo = reading.event("save", first)["undo"]
    assert count_library_pages(reading) == 1
    reading.ask("news.undo", undo=undo)
    assert count_library_pages(reading) == 0
    undo = reading.event("save", second)["undo"]
    reading.clock.time += 3
    reading.event("open", second)
    reading.ask("news.undo", undo=undo)
    assert count_library_pages(reading) == 1  # it was read in the meantime


def test_undoing_an_unsave_restores_the_position(reading):
    first, second, *_ = reading.cards()
    for story in (first, second):
        reading.event("save", story)
        reading.clock.time += 60
    assert list(reading.cards("saved")) == [second, first]
    undo = reading.event("unsave", first)["undo"]
    reading.clock.time += 60
    reading.ask("news.undo", undo=undo)
    assert list(reading.cards("saved")) == [second, first]


def test_already_read_is_not_learned_from_and_survives_a_restart(reading):
    story = next(iter(reading.cards()))
    answer = reading.event("read", story)
    assert story not in reading.cards()
    assert "data-lesson" not in reading.ask("news.taste")["html"]
    reading.restart()
    assert story not in reading.cards()
    reading.restart()
    assert reading.code("news.undo", undo=answer["undo"]) == "bad-request"
    reading.event("unread", story)
    assert story in reading.cards()


def test_a_muted_source_is_hidden_until_it_is_unmuted(reading):
    story, _ = next((s, t) for s, t in reading.cards().items() if t == entry(0, "vote", 5)[0])
    answer = reading.event("not-source", story)
    assert "Vote" in answer["message"]
    assert len(reading.cards()) == len(reading.cards("latest")) == 9
    reading.restart()
    assert len(reading.cards()) == 9
    html = reading.ask("news.taste")["html"]
    assert "<bdi>Vote</bdi>" in html
    reading.taste(unmute=html.split('data-unmute="')[1].split('"')[0])
    assert len(reading.cards()) == 12


def test_muted_words_hide_stories_in_every_list(reading):
    story = next(iter(reading.cards()))
    answer = reading.event("mute", story, words="  sourdough ")
    assert not any("sourdough" in title for title in [*reading.cards().values(), *reading.cards("latest").values()])
    reading.ask("news.undo", undo=answer["undo"])
    assert any("sourdough" in title for title in reading.cards().values())
    assert reading.code("news.event", kind="mute", story=story, words=" ") == "bad-request"


def test_a_later_report_of_a_read_story_is_not_listed(press):
    told = (
        "The electric harbour ferries sailed to the lighthouse on 14 May with 230 sailors from Kerra, said Aoife Byrne."
    )
    press.web.put(
        "/one", rss("One", [("Kerra harbour ferries sail to lighthouse", told, f"{HOST}/1", press.clock.time - HOUR)])
    )
    press.follow("one", "bread")
    story = next(story for story, title in press.cards().items() if "Kerra" in title)
    press.event("open", story)
    press.web.put(
        "/two", rss("Two", [("Ferries of Kerra harbour reach lighthouse", told, f"{HOST}/2", press.clock.time)])
    )
    press.follow("two")
    assert not any("Kerra" in title for title in press.cards().values())
    press.restart()
    assert not any("Kerra" in title for title in press.cards().values())


def test_saved_items_of_an_unfollowed_source_are_still_learned_from(reading):
    story, title = next((s, t) for s, t in reading.cards().items() if t == entry(0, "stars", 5)[0])
    reading.event("save", story)
    reading.taste(forget="all")
    feeds = reading.ask("news.feeds")["html"]
    stars = next(part for part in feeds.split('data-feed="')[1:] if "Stars" in part).split('"')[0]
    reading.ask("news.unsubscribe", id=int(stars))
    [saved] = reading.cards("saved")
    reading.event("open", saved)
    html = reading.ask("news.taste")["html"]
    assert f'dir="auto">{title}</span>' in html
    assert set(html.split('class="interest-name" value="')[1].split('"')[0].split()) <= set(SUBJECTS["stars"])


def test_every_score_term_of_a_story_is_shown(reading):
    for story in list(reading.cards())[::3]:
        reading.event("more", story)
        reading.event("less", list(reading.cards())[-1])
    html = reading.list()["html"]
    shown = [part.split("</ul>")[0] for part in html.split('<ul class="terms">')[1:]]
    assert shown
    assert all(1 < terms.count("<li>") <= 7 for terms in shown)
    whole = [terms for terms in shown if wording.text("term.others") in terms]
    assert whole
    assert all(terms.count("<li>") == 7 for terms in whole)


# Interests


def test_a_slider_reorders_the_list(reading):
    before = list(reading.cards())
    reading.taste(slider="adventurous", value=0)
    reading.event("more", before[-1])
    familiar = list(reading.cards())
    reading.taste(slider="fresh", value=0)
    assert list(reading.cards()) != familiar or familiar != before
    assert 'value="0' in reading.list()["html"]


def test_interests_can_be_added_boosted_renamed_and_forgotten(reading):
    reading.taste(add="telescope galaxy")
    html = reading.ask("news.taste")["html"]
    interest = html.split('data-interest="')[1].split('"')[0]
    assert 'value="telescope galaxy"' in html
    name = '<em dir="auto">telescope galaxy</em>'
    assert wording.text("reason.interest_added", interest=name) in reading.list()["html"]
    reading.taste(interest=interest, name="the sky")
    assert 'value="the sky"' in reading.ask("news.taste")["html"]
    for step in ("raise", "lower"):
        answer = reading.taste(interest=interest, **{step: True})
        reading.ask("news.undo", undo=answer["undo"])
    answer = reading.taste(interest=interest, delete=True)
    assert "data-interest" not in reading.ask("news.taste")["html"]
    reading.ask("news.undo", undo=answer["undo"])
    assert "data-interest" in reading.ask("news.taste")["html"]
    reading.taste(add="ballots", less=True)
    assert "is-less" in reading.ask("news.taste")["html"]


def test_feedback_is_forgotten_by_hour_by_source_by_item_or_completely(reading):
    first, second, *_ = reading.cards()
    reading.event("more", first)
    reading.clock.time += 2 * HOUR
    reading.event("more", second)
    lessons = lambda: reading.ask("news.taste")["html"].count("data-lesson")  # noqa: E731
    assert lessons() == 2
    back = reading.taste(forget="hour")
    assert lessons() == 1
    reading.ask("news.undo", undo=back["undo"])
    html = reading.ask("news.taste")["html"]
    assert lessons() == 2
    reading.taste(unlearn=html.split('data-lesson="')[1].split('"')[0])
    assert lessons() == 1
    source = html.split('<option value="')[-1].split('"')[0]
    for one in {chunk.split('"')[0] for chunk in html.split('<option value="')[1:]}:
        reading.taste(forget="source", source=one)
    assert source
    assert lessons() == 0
    reading.event("more", first)
    back = reading.taste(forget="all")
    assert lessons() == 0
    reading.ask("news.undo", undo=back["undo"])
    assert lessons() == 1
    assert "message" in reading.taste(forget="source", source="nobody")


def test_while_paused_nothing_is_learned(reading):
    reading.taste(switch="paused", on=True)
    story = next(iter(reading.cards()))
    done = wording.text("story.more_done")
    assert reading.event("more", story)["message"] == wording.text("story.not_remembered", done=done)
    reading.event("open", story)
    assert "data-lesson" not in reading.ask("news.taste")["html"]
    assert story not in reading.cards()


def test_summarized_pages_are_learned_from_only_if_turned_on(reading, monkeypatch):
    requests = reading.app._news()
    taught = []
    monkeypatch.setattr(requests, "record_summary", lambda *page: taught.append(page))
    article = type("Page", (), {"url": "https://a.example/", "title": "Telescope", "site": "A"})
    summary = type("Said", (), {"gist": type("Gist", (), {"text": "A new telescope."})})
    reading.app._summaries._learn_from(article, summary)
    assert taught == []
    reading.taste(switch="elsewhere", on=True)
    reading.app._summaries._learn_from(article, summary)
    assert len(taught) == 1
    monkeypatch.undo()
    reading.app._summaries._learn_from(article, summary)
    assert wording.text("activity.summarized") in reading.ask("news.taste")["html"]


def test_erasing_a_page_removes_its_feedback_from_the_interests(reading):
    reading.taste(switch="elsewhere", on=True)
    article = type("Page", (), {"url": "https://a.example/", "title": "Telescope galaxy", "site": "A"})
    summary = type("Said", (), {"gist": type("Gist", (), {"text": "A new telescope."})})
    reading.app._summaries._learn_from(article, summary)
    page = reading.app._pages.save_story(
        url=article.url, title=article.title, site="A", text="A new telescope.", when=reading.clock.time
    )
    reading.list()
    assert "Telescope galaxy" in reading.ask("news.taste")["html"]
    undo = reading.ask("recent.remove", id=page)["undo"]
    assert "telescope" not in reading.ask("news.taste")["html"].lower()
    reading.ask("recent.restore", undo=undo)
    assert "Telescope galaxy" in reading.ask("news.taste")["html"]


def test_the_mix_of_sources_is_shown(reading):
    reading.list()
    html = reading.ask("news.taste")["html"]
    assert wording.text("size.percent", percent=25) in html


# Fetching


def test_a_refresh_adds_new_stories(reading):
    reading.cards()
    new = [entry(n, "boats", 5 + n) for n in range(3)] + [("anchor report news", "", f"{HOST}/new", reading.clock.time)]
    reading.web.put("/boats", rss("Boats", new))
    assert reading.ask("news.refresh", due=False)["message"] == wording.text("subscriptions.just_refreshed")
    reading.clock.time += HOUR
    answer = reading.ask("news.refresh", due=False)
    assert answer["new"] == 1
    assert answer["message"] == wording.plural("subscriptions.new_stories", 1)
    assert "anchor report news" in reading.cards().values()
    assert ("feeds", 4, 4) in reading.progress


def test_a_changed_headline_is_encoded_again(reading):
    title = entry(0, "boats", 5)[0]
    assert title in reading.cards().values()
    renamed = [("telescope galaxy comets", "", *entry(0, "boats", 5)[2:]), *(entry(n, "boats", 5 + n) for n in (1, 2))]
    reading.web.put("/boats", rss("Boats", renamed))
    reading.clock.time += HOUR
    reading.ask("news.refresh", due=False)
    html = reading.list()["html"]
    assert "telescope galaxy comets" in html
    assert title not in html


def test_a_gone_feed_is_reported_and_not_fetched_again(reading):
    reading.web.put("/vote", "", status=410)
    reading.clock.time += 2 * 86_400
    reading.ask("news.refresh", due=True)
    asked = len(reading.web.asked)
    assert "is-gone" in reading.ask("news.feeds")["html"]
    assert f"{HOST}/vote" not in reading.ask("news.hosts")["urls"]
    reading.clock.time += 60 * 86_400
    reading.ask("news.refresh", due=True)
    assert len(reading.web.asked) == asked + 3


def test_retry_fetches_failed_feeds_immediately(reading):
    reading.web.fail("/vote")
    reading.clock.time += 2 * 86_400
    reading.ask("news.refresh", due=True)
    reading.web.put("/vote", rss("Vote", [entry(0, "vote", 1)]))
    reading.ask("news.refresh", url=f"{HOST}/vote")
    assert "is-failing" not in reading.ask("news.feeds")["html"]


def test_retry_after_is_respected(reading):
    reading.web.put("/vote", "", status=503, retry_after="7200")
    reading.clock.time += 2 * 86_400
    reading.ask("news.refresh", due=True)
    asked = len(reading.web.asked)
    reading.clock.time += HOUR
    reading.ask("news.refresh", due=False)
    assert [r.url for r in reading.web.asked[asked:]].count(f"{HOST}/vote") == 0
    reading.clock.time += 1.1 * HOUR
    reading.ask("news.refresh", due=False)
    assert [r.url for r in reading.web.asked[asked:]].count(f"{HOST}/vote") == 1


def test_every_request_is_in_the_ledger(reading):
    html = reading.ask("privacy.ledger", query="")["html"]
    assert html.count('class="request') == len(reading.web.asked) == 4
    assert reading.ask("privacy.ledger", query="stars")["html"].count('class="request') == 1


def test_background_refresh_is_off_until_turned_on(reading):
    assert reading.list()["state"] == {"badge": "", "wake": None}
    state = reading.taste(switch="background", on=True)["state"]
    assert 0 < state["wake"] <= 86_400
    state = reading.taste(switch="badge", on=True)["state"]
    assert state["badge"] == ""  # existing stories are not counted as new
    reading.clock.time += HOUR
    reading.web.put("/boats", rss("Boats", [("anchor report news", "", f"{HOST}/new", reading.clock.time)]))
    assert reading.ask("news.refresh", due=False)["state"]["badge"] == "1"
    assert reading.list()["state"]["badge"] == ""


def test_muted_stories_are_not_counted_in_the_badge(reading):
    reading.taste(switch="badge", on=True)
    reading.event("mute", next(iter(reading.cards())), words="anchors")
    story = next(s for s, title in reading.cards().items() if title == entry(0, "vote", 5)[0])
    reading.event("not-source", story)
    reading.restart()  # like a background refresh, before the list is built
    reading.models.runs.clear()
    reading.clock.time += HOUR
    items = [(title, "", f"{HOST}/{title}", reading.clock.time) for title in ("Anchors aweigh", "Yeast rises")]
    reading.web.put("/boats", rss("Boats", items))
    reading.web.put("/vote", rss("Vote", [entry(9, "vote", -1)]))
    assert reading.ask("news.refresh", due=False)["state"]["badge"] == "1"
    assert reading.models.runs == []


# Errors


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("news.fly", {}),
        ("news.list", {"tab": "best"}),
        ("news.list", {"tab": 4}),
        ("news.list", {"tab": "latest", "query": 4}),
        ("news.list", {"tab": "latest", "query": "x" * 500}),
        ("news.list", {"tab": "latest", "count": -1}),
        ("news.list", {"tab": "latest", "count": 10**9}),
        ("news.list", {"tab": "latest", "count": True}),
        ("news.list", {"tab": "source"}),
        ("news.list", {"tab": "source", "source": 99}),
        ("news.list", {"again": 1}),
        ("news.list", {"first": 1}),
        ("news.event", {}),
        ("news.event", {"kind": "fly", "story": "1"}),
        ("news.event", {"kind": "open", "story": "nothing"}),
        ("news.event", {"kind": "open", "story": "99"}),
        ("news.event", {"kind": "open", "story": 1}),
        ("news.event", {"kind": "dwell", "story": "1"}),
        ("news.event", {"kind": "dwell", "story": "1", "seconds": -1}),
        ("news.event", {"kind": "dwell", "story": "1", "seconds": float("nan")}),
        ("news.event", {"kind": "mute", "story": "1"}),
        ("news.event", {"kind": "mute", "story": "1", "words": "w" * 90}),
        ("news.undo", {}),
        ("news.undo", {"undo": "news:99"}),
        ("news.refresh", {"due": "yes"}),
        ("news.refresh", {"url": "https://other.example/"}),
        ("news.discover", {}),
        ("news.subscribe", {}),
        ("news.subscribe", {"feeds": []}),
        ("news.subscribe", {"feeds": "all"}),
        ("news.subscribe", {"feeds": [{"url": 1}]}),
        ("news.subscribe", {"feeds": [{"url": "file:///etc/passwd"}]}),
        ("news.subscribe", {"feeds": [{"url": "https://a.example/", "title": 3}]}),
        ("news.subscribe", {"feeds": ["https://a.example/"]}),
        ("news.unsubscribe", {"id": 99}),
        ("news.unsubscribe", {"id": "1"}),
        ("news.restore", {"id": 99}),
        ("news.opml.read", {}),
        ("news.taste.set", {}),
        ("news.taste.set", {"slider": "fresh"}),
        ("news.taste.set", {"slider": "speed", "value": 0.5}),
        ("news.taste.set", {"slider": "fresh", "value": 2}),
        ("news.taste.set", {"slider": "fresh", "value": float("nan")}),
        ("news.taste.set", {"switch": "fly", "on": True}),
        ("news.taste.set", {"switch": "badge", "on": "yes"}),
        ("news.taste.set", {"forget": "week"}),
        ("news.taste.set", {"forget": "source"}),
        ("news.taste.set", {"unlearn": "99"}),
        ("news.taste.set", {"unlearn": 99}),
        ("news.taste.set", {"unmute": "99"}),
        ("news.taste.set", {"add": " "}),
        ("news.taste.set", {"add": 5}),
        ("news.taste.set", {"interest": "99", "raise": True}),
        ("news.taste.set", {"interest": "99", "delete": True}),
        ("news.taste.set", {"interest": "x", "name": "y"}),
    ],
)
def test_bad_requests_are_refused(reading, name, payload):
    before = reading.cards()
    assert reading.code(name, **payload) == "bad-request"
    assert reading.cards() == before


def test_a_failing_model_is_reported_and_can_recover(press):
    press.follow("boats")
    press.models.error = "static.onnx is damaged."
    assert press.code("news.list", tab="for-you") == "model"
    press.models.error = ""
    assert len(press.cards()) == 3


def test_a_damaged_database_is_reported(reading):
    reading.database.connection.execute("DROP TABLE item")
    assert reading.code("news.list", tab="latest") == "failed"


def test_a_summary_does_not_import_the_news_modules():
    code = (
        "import sys; sys.path.insert(0, 'tests/unit'); import nutshell.app; "
        "news = ('nutshell.feeds', 'nutshell.stories', 'nutshell.ranking', 'feedparser'); "
        "print(sorted(m for m in sys.modules if m.startswith(news)))"
    )
    if sys.platform == "emscripten":
        pytest.skip("starts a process")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
