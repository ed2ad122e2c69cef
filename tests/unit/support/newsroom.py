"""An application with a fake web of feeds, for sending requests without an event loop."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest

from nutshell.app import Application, RequestError
from nutshell.ports import Fetched, FetchError
from support.arithmetic import Arithmetic
from support.fakes import FakeClock, FakeModels, MemoryDatabase
from support.recommender_rig import HOUR, NOW, SUBJECTS, vocabulary

HOST = "https://press.example"  # feeds of one host are fetched in turn, which needs no event loop


def entry(number, subject, hours, text=""):
    words = SUBJECTS[subject]
    title = " ".join(words[(number + place * (1 + number % 2)) % len(words)] for place in range(3))
    return title, text, f"{HOST}/{subject}/{number}", NOW - hours * HOUR


def rss(title, entries, extra=""):
    items = "".join(
        f"<item><title>{escape(name)}</title><link>{link}</link><description>{escape(text)}</description>"
        f"<pubDate>{format_datetime(datetime.fromtimestamp(at, UTC))}</pubDate></item>"
        for name, text, link, at in entries
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{extra}{items}</channel></rss>".encode()


class Web:
    """Maps addresses to (status, headers, body), or to an exception to raise. `asked` holds every request."""

    def __init__(self):
        self.pages = {}
        self.asked = []

    def put(self, path, body, status=200, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[HOST + path] = (status, named, body if isinstance(body, bytes) else body.encode())

    def fail(self, path, reason="network", message="No answer.", **more):
        self.pages[HOST + path] = FetchError(reason, message, **more)

    async def fetch(self, request):
        self.asked.append(request)
        answer = self.pages.get(request.url, (404, {}, b"nothing"))
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        return Fetched(status, request.url, False, False, headers, body, 100, len(body))


class Everything(Arithmetic):
    """Models for ranking, summaries, search and questions."""

    def __init__(self):
        super().__init__()
        self._others = FakeModels()

    async def run(self, model, inputs):
        ranks = model in {"static", "interest", "topics", "nearest", "ranking", "same_event"}
        return await (super() if ranks else self._others).run(model, inputs)


class Newsroom:
    def __init__(self, run, database=None):
        self._run = run
        self.web = Web()
        self.models = Arithmetic()
        self.clock = FakeClock(NOW)
        self.database = database or MemoryDatabase()
        self.progress = []
        for subject in SUBJECTS:
            self.web.put(f"/{subject}", rss(subject.title(), [entry(n, subject, 5 + n) for n in range(3)]))
        self.restart()

    vocabulary = staticmethod(vocabulary)

    def restart(self):
        """The engine ends and starts again on the same database."""
        self.app = Application(
            models=self.models,
            database=self.database,
            clock=self.clock,
            vocabulary=self.vocabulary(),
            fetcher=self.web,
        )

    def ask(self, name, /, **payload):
        return self._run(self.app.handle(name, payload, lambda *report: self.progress.append(report)))

    def code(self, name, /, **payload):
        with pytest.raises(RequestError) as caught:
            self.ask(name, **payload)
        return caught.value.code

    def follow(self, *subjects):
        return self.ask("news.subscribe", feeds=[{"url": f"{HOST}/{subject}"} for subject in subjects])

    def list(self, tab="for-you", **payload):
        answer = self.ask("news.list", tab=tab, **payload)
        return self.ask("news.list", tab=tab, again=True, **payload) if answer.get("again") else answer

    def cards(self, tab="for-you", **payload):
        """Returns the title of each story by its id, in order."""
        return dict(cards(self.list(tab, **payload)["html"]))

    def event(self, kind, story, **more):
        return self.ask("news.event", kind=kind, story=story, **more)

    def taste(self, **change):
        return self.ask("news.preferences.set", **change)


_CARD = re.compile(r'data-story="([^"]*)".*?data-act="open"[^>]*>(.*?)</a>', re.DOTALL)


def cards(html):
    return [(story, re.sub(r"<[^>]*>", "", title).strip()) for story, title in _CARD.findall(html)]
