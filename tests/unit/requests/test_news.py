import subprocess
import sys

import pytest

from support.newsroom import HOST, entry, rss
from support.recommender_rig import HOUR
from tests import wording


def test_a_refresh_adds_new_stories_to_the_list(reading):
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


def test_a_changed_headline_replaces_the_old_one(reading):
    title = entry(0, "boats", 5)[0]
    assert title in reading.cards().values()
    renamed = [("telescope galaxy comets", "", *entry(0, "boats", 5)[2:]), *(entry(n, "boats", 5 + n) for n in (1, 2))]
    reading.web.put("/boats", rss("Boats", renamed))
    reading.clock.time += HOUR
    reading.ask("news.refresh", due=False)
    html = reading.list()["html"]
    assert "telescope galaxy comets" in html
    assert title not in html


def test_a_feed_that_is_gone_is_not_fetched_again(reading):
    reading.web.put("/vote", "", status=410)
    reading.clock.time += 2 * 86_400
    reading.ask("news.refresh", due=True)
    asked = len(reading.web.asked)
    assert "is-gone" in reading.ask("news.feeds")["html"]
    assert f"{HOST}/vote" not in reading.ask("news.hosts")["urls"]
    reading.clock.time += 60 * 86_400
    reading.ask("news.refresh", due=True)
    assert len(reading.web.asked) == asked + 3


def test_a_failed_feed_can_be_fetched_again_at_once(reading):
    reading.web.fail("/vote")
    reading.clock.time += 2 * 86_400
    reading.ask("news.refresh", due=True)
    reading.web.put("/vote", rss("Vote", [entry(0, "vote", 1)]))
    reading.ask("news.refresh", url=f"{HOST}/vote")
    assert "is-failing" not in reading.ask("news.feeds")["html"]


def test_a_feed_waits_as_long_as_its_server_asks_for(reading):
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


def test_background_fetching_and_badge_are_off_until_switched_on(reading):
    assert reading.list()["state"] == {"badge": "", "wake": None}
    state = reading.taste(switch="background", on=True)["state"]
    assert 0 < state["wake"] <= 86_400
    state = reading.taste(switch="badge", on=True)["state"]
    assert state["badge"] == ""  # what is there now was there when it was switched on
    reading.clock.time += HOUR
    reading.web.put("/boats", rss("Boats", [("anchor report news", "", f"{HOST}/new", reading.clock.time)]))
    assert reading.ask("news.refresh", due=False)["state"]["badge"] == "1"
    assert reading.list()["state"]["badge"] == ""


def test_muted_stories_are_not_counted_on_the_badge(reading):
    reading.taste(switch="badge", on=True)
    reading.event("mute", next(iter(reading.cards())), words="anchors")
    story = next(s for s, title in reading.cards().items() if title == entry(0, "vote", 5)[0])
    reading.event("not-source", story)
    reading.restart()  # as in the background: nothing of the list is there yet
    reading.models.runs.clear()
    reading.clock.time += HOUR
    items = [(title, "", f"{HOST}/{title}", reading.clock.time) for title in ("Anchors aweigh", "Yeast rises")]
    reading.web.put("/boats", rss("Boats", items))
    reading.web.put("/vote", rss("Vote", [entry(9, "vote", -1)]))
    assert reading.ask("news.refresh", due=False)["state"]["badge"] == "1"
    assert reading.models.runs == []


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
        ("news.preferences.set", {}),
        ("news.preferences.set", {"slider": "fresh"}),
        ("news.preferences.set", {"slider": "speed", "value": 0.5}),
        ("news.preferences.set", {"slider": "fresh", "value": 2}),
        ("news.preferences.set", {"slider": "fresh", "value": float("nan")}),
        ("news.preferences.set", {"switch": "fly", "on": True}),
        ("news.preferences.set", {"switch": "badge", "on": "yes"}),
        ("news.preferences.set", {"forget": "week"}),
        ("news.preferences.set", {"forget": "source"}),
        ("news.preferences.set", {"unlearn": "99"}),
        ("news.preferences.set", {"unlearn": 99}),
        ("news.preferences.set", {"unmute": "99"}),
        ("news.preferences.set", {"add": " "}),
        ("news.preferences.set", {"add": 5}),
        ("news.preferences.set", {"interest": "99", "raise": True}),
        ("news.preferences.set", {"interest": "99", "delete": True}),
        ("news.preferences.set", {"interest": "x", "name": "y"}),
    ],
)
def test_bad_requests_are_refused(reading, name, payload):
    before = reading.cards()
    assert reading.code(name, **payload) == "bad-request"
    assert reading.cards() == before


def test_a_failed_model_is_reported_and_the_next_list_works(press):
    press.follow("boats")
    press.models.error = "static.onnx is damaged."
    assert press.code("news.list", tab="for-you") == "model"
    press.models.error = ""
    assert len(press.cards()) == 3


def test_a_damaged_database_is_reported(reading):
    reading.database.connection.execute("DROP TABLE item")
    assert reading.code("news.list", tab="latest") == "failed"


def test_importing_the_app_imports_no_news_module():
    code = (
        "import sys; sys.path.insert(0, 'tests/unit'); import nutshell.app; "
        "news = ('nutshell.feeds', 'nutshell.stories', 'nutshell.ranking', 'feedparser'); "
        "print(sorted(m for m in sys.modules if m.startswith(news)))"
    )
    if sys.platform == "emscripten":
        pytest.skip("starts a process")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_refresh_indexes_new_items_and_the_list_only_ranks(reading):
    reading.cards()
    reading.web.put("/boats", rss("Boats", [("anchor report news", "", f"{HOST}/new", reading.clock.time)]))
    reading.clock.time += HOUR
    reading.models.runs.clear()
    reading.ask("news.refresh", due=False)
    assert "static" in reading.models.runs
    reading.models.runs.clear()
    assert "anchor report news" in reading.cards().values()
    assert reading.models.runs == ["ranking"]


def test_a_refresh_succeeds_although_a_model_fails(reading):
    reading.cards()
    reading.web.put("/boats", rss("Boats", [("anchor report news", "", f"{HOST}/new", reading.clock.time)]))
    reading.clock.time += HOUR
    reading.models.error = "static.onnx is damaged."
    assert reading.ask("news.refresh", due=False)["new"] == 1
    assert reading.code("news.list", tab="for-you", again=True) == "model"
    reading.models.error = ""
    assert "anchor report news" in reading.cards().values()


def test_following_and_refreshing_run_no_model_before_the_first_list(press):
    press.follow("boats", "bread")
    press.clock.time += HOUR
    press.ask("news.refresh", due=False)
    assert press.models.runs == []
