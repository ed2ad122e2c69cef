from support.recommender_rig import HOUR
from tests import wording


def test_a_slider_reorders_the_list(reading):
    before = list(reading.cards())
    reading.taste(slider="adventurous", value=0)
    reading.event("more", before[-1])
    familiar = list(reading.cards())
    reading.taste(slider="fresh", value=0)
    assert list(reading.cards()) != familiar or familiar != before
    assert 'value="0' in reading.list()["html"]


def test_interests_can_be_added_raised_renamed_and_deleted(reading):
    reading.taste(add="telescope galaxy")
    html = reading.ask("news.preferences")["html"]
    interest = html.split('data-interest="')[1].split('"')[0]
    assert 'value="telescope galaxy"' in html
    name = '<em dir="auto">telescope galaxy</em>'
    assert wording.text("reason.interest_added", interest=name) in reading.list()["html"]
    reading.taste(interest=interest, name="the sky")
    assert 'value="the sky"' in reading.ask("news.preferences")["html"]
    for step in ("raise", "lower"):
        answer = reading.taste(interest=interest, **{step: True})
        reading.ask("news.undo", undo=answer["undo"])
    answer = reading.taste(interest=interest, delete=True)
    assert "data-interest" not in reading.ask("news.preferences")["html"]
    reading.ask("news.undo", undo=answer["undo"])
    assert "data-interest" in reading.ask("news.preferences")["html"]
    reading.taste(add="ballots", less=True)
    assert "is-less" in reading.ask("news.preferences")["html"]


def test_an_hour_a_source_an_event_and_everything_can_be_forgotten(reading):
    first, second, *_ = reading.cards()
    reading.event("more", first)
    reading.clock.time += 2 * HOUR
    reading.event("more", second)
    lessons = lambda: reading.ask("news.preferences")["html"].count("data-lesson")  # noqa: E731
    assert lessons() == 2
    back = reading.taste(forget="hour")
    assert lessons() == 1
    reading.ask("news.undo", undo=back["undo"])
    html = reading.ask("news.preferences")["html"]
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


def test_nothing_is_recorded_while_paused(reading):
    reading.taste(switch="paused", on=True)
    story = next(iter(reading.cards()))
    done = wording.text("story.more_done")
    assert reading.event("more", story)["message"] == wording.text("story.not_remembered", done=done)
    reading.event("open", story)
    assert "data-lesson" not in reading.ask("news.preferences")["html"]
    assert story not in reading.cards()


def test_summarized_pages_count_as_feedback_only_when_switched_on(reading, monkeypatch):
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
    assert wording.text("activity.summarized") in reading.ask("news.preferences")["html"]


def test_erasing_a_page_removes_its_interest(reading):
    reading.taste(switch="elsewhere", on=True)
    article = type("Page", (), {"url": "https://a.example/", "title": "Telescope galaxy", "site": "A"})
    summary = type("Said", (), {"gist": type("Gist", (), {"text": "A new telescope."})})
    reading.app._summaries._learn_from(article, summary)
    page = reading.app._pages.save_story(
        url=article.url, title=article.title, site="A", text="A new telescope.", when=reading.clock.time
    )
    reading.list()
    assert "Telescope galaxy" in reading.ask("news.preferences")["html"]
    undo = reading.ask("library.remove", id=page)["undo"]
    assert "telescope" not in reading.ask("news.preferences")["html"].lower()
    reading.ask("library.restore", undo=undo)
    assert "Telescope galaxy" in reading.ask("news.preferences")["html"]


def test_the_shares_of_sources_are_shown(reading):
    reading.list()
    html = reading.ask("news.preferences")["html"]
    assert wording.text("size.percent", percent=25) in html


def test_events_are_listed_page_by_page(reading):
    for story in list(reading.cards())[:4]:
        reading.event("more", story)
        reading.clock.time += 60
    html = reading.ask("news.preferences", count=3)["html"]
    assert html.count("data-lesson") == 3
    assert wording.plural("preferences.older", 1) in html
    html = reading.ask("news.preferences", count=6)["html"]
    assert html.count("data-lesson") == 4
    assert 'data-act="show-more"' not in html
