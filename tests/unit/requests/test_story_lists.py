import pytest

from support.newsroom import HOST, cards, entry, rss
from support.recommender_rig import HOUR, SUBJECTS
from tests import wording


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


def test_latest_is_ordered_by_time_and_a_source_lists_its_own_stories(reading):
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


def test_a_list_has_as_many_stories_as_asked_for_and_says_how_many_are_left(reading):
    html = reading.list(count=5)["html"]
    assert len(cards(html)) == 5
    assert 'data-left="7"' in html


def test_the_stored_front_page_is_shown_before_any_model_has_run(reading):
    before = reading.cards()
    reading.restart()
    reading.models.runs.clear()
    answer = reading.ask("news.list", tab="for-you")
    assert answer["again"] is True
    assert dict(cards(answer["html"])) == before
    assert reading.models.runs == []
    assert "again" not in reading.ask("news.list", tab="for-you", again=True)


def test_an_empty_screen_gets_the_stored_front_page_although_the_index_is_loaded(reading):
    before = reading.cards()
    answer = reading.ask("news.list", tab="for-you", first=True)
    assert answer["again"] is True
    assert dict(cards(answer["html"])) == before
    for payload in ({"first": True, "again": True}, {"first": False}, {"first": True, "query": "stars"}):
        assert "again" not in reading.ask("news.list", tab="for-you", **payload)


def test_stories_and_saved_stories_are_listed_without_a_network(reading):
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


def test_the_terms_of_a_story_are_shown_completely(reading):
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


def test_without_sources_the_list_is_the_catalogue(press):
    html = press.list()["html"]
    assert 'data-page="first"' in html
    assert html.count('name="url"') > 50
    assert press.web.asked == []
