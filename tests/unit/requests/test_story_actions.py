import re

from nutshell.requests.story_actions import STORY_ACTIONS, StoryAction
from support.newsroom import HOST, entry, rss
from support.recommender_rig import HOUR, SUBJECTS
from tests import wording


def test_an_opened_story_counts_as_feedback_and_leaves_the_list(reading):
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
    taste = reading.ask("news.preferences")["html"]
    assert wording.text("activity.opened") in taste
    assert wording.text("activity.stayed", time=wording.plural("duration.short_minutes", 2)) in taste


def test_stories_around_an_opened_one_count_as_skipped_once(reading):
    third = list(reading.cards())[2]
    reading.event("open", third)
    html = reading.ask("news.preferences")["html"]
    assert f"<summary>{wording.plural('subscriptions.stories', 3)}</summary>" in html  # two above, one below
    reading.clock.time += 60
    reading.event("open", third)
    html = reading.ask("news.preferences")["html"]
    assert html.count("<summary>") == 1
    # All of them can be unlearned at once, or each by itself.
    both = re.search(r'data-lesson="(\d+,\d+,\d+)"', html)[1]
    reading.taste(unlearn=both.split(",")[1])
    assert f"<summary>{wording.plural('subscriptions.stories', 2)}</summary>" in reading.ask("news.preferences")["html"]
    undo = reading.taste(unlearn=both)["undo"]
    assert wording.text("activity.skipped") not in reading.ask("news.preferences")["html"]
    reading.ask("news.undo", undo=undo)
    assert f"<summary>{wording.plural('subscriptions.stories', 2)}</summary>" in reading.ask("news.preferences")["html"]


def test_less_lowers_similar_stories_until_it_is_undone(reading):
    before = list(reading.cards().values())
    story, title = next(iter(reading.cards().items()))
    answer = reading.event("less", story)
    after = list(reading.cards().values())
    assert after.index(title) > 6
    assert 'data-act="less" aria-pressed="true"' in reading.list()["html"]
    reading.ask("news.undo", undo=answer["undo"])
    assert list(reading.cards().values()) == before
    assert reading.code("news.undo", undo=answer["undo"]) == "bad-request"


def test_a_story_has_at_most_one_thumb(reading):
    story = next(iter(reading.cards()))
    reading.event("more", story)
    less = reading.event("less", story)
    assert reading.ask("news.preferences")["html"].count("data-lesson") == 1
    reading.ask("news.undo", undo=less["undo"])
    assert 'data-act="more" aria-pressed="true"' in reading.list()["html"]
    back = reading.event("neutral", story)
    assert reading.ask("news.preferences")["html"].count("data-lesson") == 0
    reading.ask("news.undo", undo=back["undo"])
    assert reading.ask("news.preferences")["html"].count("data-lesson") == 1


def test_saving_and_unsaving_can_be_undone(reading):
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


def remembered(press):
    return press.ask("library.list")["count"]


def test_undoing_a_save_removes_the_story_from_the_library_unless_it_was_read(reading):
    first, second, *_ = reading.cards()
    undo = reading.event("save", first)["undo"]
    assert remembered(reading) == 1
    reading.ask("news.undo", undo=undo)
    assert remembered(reading) == 0
    undo = reading.event("save", second)["undo"]
    reading.clock.time += 3
    reading.event("open", second)
    reading.ask("news.undo", undo=undo)
    assert remembered(reading) == 1  # it was read since


def test_undoing_an_unsave_keeps_the_order_of_saved_stories(reading):
    first, second, *_ = reading.cards()
    for story in (first, second):
        reading.event("save", story)
        reading.clock.time += 60
    assert list(reading.cards("saved")) == [second, first]
    undo = reading.event("unsave", first)["undo"]
    reading.clock.time += 60
    reading.ask("news.undo", undo=undo)
    assert list(reading.cards("saved")) == [second, first]


def test_marking_as_read_is_no_feedback_and_survives_a_restart(reading):
    story = next(iter(reading.cards()))
    answer = reading.event("read", story)
    assert story not in reading.cards()
    assert "data-lesson" not in reading.ask("news.preferences")["html"]
    reading.restart()
    assert story not in reading.cards()
    reading.restart()
    assert reading.code("news.undo", undo=answer["undo"]) == "bad-request"
    reading.event("unread", story)
    assert story in reading.cards()


def test_a_hidden_source_stays_hidden_until_it_is_unmuted(reading):
    story, _ = next((s, t) for s, t in reading.cards().items() if t == entry(0, "vote", 5)[0])
    answer = reading.event("not-source", story)
    assert "Vote" in answer["message"]
    assert len(reading.cards()) == len(reading.cards("latest")) == 9
    reading.restart()
    assert len(reading.cards()) == 9
    html = reading.ask("news.preferences")["html"]
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


def test_a_later_item_of_a_read_story_is_read_too(press):
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


def test_a_saved_story_of_an_unfollowed_source_counts_by_its_text(reading):
    story, title = next((s, t) for s, t in reading.cards().items() if t == entry(0, "stars", 5)[0])
    reading.event("save", story)
    reading.taste(forget="all")
    feeds = reading.ask("news.feeds")["html"]
    stars = next(part for part in feeds.split('data-feed="')[1:] if "Stars" in part).split('"')[0]
    reading.ask("news.unsubscribe", id=int(stars))
    [saved] = reading.cards("saved")
    reading.event("open", saved)
    html = reading.ask("news.preferences")["html"]
    assert f'dir="auto">{title}</span>' in html
    assert set(html.split('class="interest-name" value="')[1].split('"')[0].split()) <= set(SUBJECTS["stars"])


def test_every_action_with_a_control_is_on_each_story(reading):
    html = reading.list()["html"]
    for action in STORY_ACTIONS.values():
        if action.toolbar or action.menu:
            name = {"summarize": "nutshell"}.get(action.name, action.name)
            control = f'data-form="{name}"' if action.name == "mute" else f'data-act="{name}"'
            assert html.count(control) == 12, action.name


def test_a_registered_action_is_run_by_its_name(reading, monkeypatch):
    async def run(context, story, payload):
        return {"titles": [item.title for item in story.items], "given": payload["given"]}

    monkeypatch.setitem(STORY_ACTIONS, "translate", StoryAction("translate", run))
    story, title = next(iter(reading.cards().items()))
    answer = reading.event("translate", story, given="x")
    assert (answer["titles"], answer["given"]) == ([title], "x")
    assert "state" in answer


def test_a_story_that_is_skipped_again_counts_again_only_hours_later(reading):
    skipped = next(iter(reading.cards()))

    def open_the_next_story():
        stories = list(reading.cards())
        after = stories[stories.index(skipped) + 1 :]
        reading.event("open", after[0] if after else stories[-2])  # the one below an opened story is skipped too
        events = reading.app._news()._index.recommender.events()
        return sum((event.kind, event.item) == ("shown", skipped) for event in events)

    assert open_the_next_story() == 1
    reading.restart()
    reading.clock.time += HOUR
    assert open_the_next_story() == 1
    reading.clock.time += 6 * HOUR
    assert open_the_next_story() == 2
