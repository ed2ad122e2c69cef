"""An application with rows in every table, for tests of export and import."""

import json

from nutshell.app import Application
from nutshell.records.events import Event
from nutshell.records.items import Item
from nutshell.records.ledger import LedgerEntry
from nutshell.records.ranking import InterestSettings, MatrixPage
from nutshell.storage.bundle_format import TABLES
from nutshell.storage.feeds import FeedStore
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import PAUSED
from support.fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase

NOW = 1_800_000_000.0
POOL = json.dumps({"ids": ["1", "2"], "sources": ["2"], "stories": {"2": "1"}})
ABOUT = json.dumps({"source_names": {"2": "Paper"}, "common": {"sea": 3}, "counted": 2})
SENTENCES = [
    f"The {place} harbour opened a new pier for the electric ferry on Monday morning."
    for place in ("northern", "southern", "eastern", "western", "central", "outer", "inner", "upper")
]


class Rig:
    def __init__(self, run):
        self._run = run
        self.database = MemoryDatabase()
        self.clock = FakeClock(NOW)
        self.app = Application(models=FakeModels(), database=self.database, clock=self.clock, vocabulary=VOCABULARY)

    def ask(self, name, **payload):
        return self._run(self.app.handle(name, payload, lambda *_: None))

    def read(self, name, *, note="", tags=""):
        blocks = [{"role": "paragraph", "text": text, "anchor": n} for n, text in enumerate(SENTENCES)]
        article = {"url": f"https://example.org/{name}", "title": name, "site": "Example", "lang": "en"}
        page = self.ask("summarize", article={**article, "blocks": blocks})["id"]
        if note or tags:
            self.ask("library.annotate", id=page, note=note, tags=tags)
        return page

    def fill(self):
        """Add rows to every table that is exported."""
        self.ask("settings.set", length=5)
        self.read("heron", note="ask Ines\nabout it", tags="birds, to read")
        self.clock.time += 60
        self.read("plover")
        story = {"url": "https://paper.example/s", "title": "Story", "site": "Paper", "text": "It floats."}
        self.app._pages.save_story(**story, when=NOW + 90)
        feeds = FeedStore(self.database)
        gone = feeds.add_subscription("https://gone.example/feed", NOW)
        feed = feeds.add_subscription("https://paper.example/feed", NOW, title="Paper")
        # Earlier versions let users rename sources; what they stored is still shown and exported.
        self.database.connection.execute(
            "UPDATE feed SET own_title = 'My paper', folder = 'Morning' WHERE id = ?", (feed,)
        )
        items = [
            Item(f"g{n}", f"https://paper.example/{n}", f"Item {n}", "Text", "", NOW - n, ("sea",)) for n in range(30)
        ]
        ids, _ = feeds.save_items(feed, items, NOW)
        feeds.mark_items(ids[:2], column="saved", when=NOW)
        feeds.mark_items(ids[1:4], column="read", when=NOW)
        old, _ = feeds.save_items(gone, [Item("g", "https://gone.example/1", "Old", "", "", NOW)], NOW)
        feeds.mark_items(old, column="saved", when=NOW)
        feeds.unsubscribe(gone, NOW - 7200)
        self.database.connection.execute("INSERT INTO dropped VALUES (?, ?)", (feed, -(2**63) + 5))
        taste = RankingStore(self.database)
        taste.save_interest(InterestSettings(0, "boats", 1.5))
        event = Event(0, NOW, "open", str(ids[0]), str(feed), "Item", "Text", 3.0, "", (1.0, 0.5), b"\x07" * 256, 1)
        taste.add_events([event])
        taste.add_mute("words", "celebrity", NOW)
        taste.settings.set(PAUSED, True)
        taste.save_matrix([MatrixPage(0, POOL, bytes(2 * 536))], MatrixPage(-1, ABOUT, bytes(2048)))
        RequestLedger(self.database).add(LedgerEntry(NOW, "https://paper.example/feed", "feed", 200, 120, 9000, ""))
        return ids

    def add_more(self, name):
        """Add another row of each kind."""
        self.read(name)
        feeds, taste = FeedStore(self.database), RankingStore(self.database)
        feed = feeds.add_subscription(f"https://{name}.example/feed", NOW)
        ids, _ = feeds.save_items(feed, [Item(name, "", name, "", "", NOW)], NOW)
        taste.add_events([Event(0, NOW, "open", str(ids[0]), str(feed), name, "", 3.0, "", (), b"", 0)])
        taste.add_mute("words", name, NOW)
        taste.save_interest(InterestSettings(0, name, 1.0))
        RequestLedger(self.database).add(LedgerEntry(NOW, f"https://{name}.example/feed", "refresh", 200, 1, 1, ""))

    def export(self):
        text, place = "", None
        while True:
            part = self.ask("library.export", place=place)
            text += part["text"]
            place = part["place"]
            if place is None:
                assert part["done"] == part["total"]
                return text

    def import_bundle(self, text, size=700):
        """Import a bundle in parts of whole lines."""
        lines = text.split("\n")
        parts = ["\n".join(lines[at : at + size]) for at in range(0, len(lines), size)]
        for number, part in enumerate(parts):
            report = self.ask("library.import", text=part, first=number == 0, last=number == len(parts) - 1)
        return report

    def answers(self):
        """Returns the responses of all requests and the rows behind them."""
        asked = {
            "list": self.ask("library.list"),
            "words": self.ask("library.list", query='"ines"'),
            "meaning": self.ask("library.list", query="plov"),
            "site": self.ask("library.list", site="paper.example"),
            "settings": self.ask("settings"),
            "pages": [self.ask("library.open", id=number + 1) for number in range(3)],
        }
        rows = {
            table.name: self.database.connection.execute(
                f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY 1, 2"
            ).fetchall()
            for table in TABLES
            if table.name != "setting"
        }
        return asked, rows
