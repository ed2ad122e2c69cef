"""A user with weeks of use, for tests that compare every response before and after a change."""

from support.newsroom import Everything, Newsroom
from support.recommender_rig import HOUR

SENTENCES = [
    f"The {place} harbour opened a new pier for the electric ferry on Monday morning."
    for place in ("northern", "southern", "eastern", "western", "central", "outer", "inner", "upper")
]


class Household(Newsroom):
    def __init__(self, run, database=None):
        super().__init__(run, database)
        self.models = Everything()
        self.restart()

    def read(self, name):
        blocks = [{"role": "paragraph", "text": text, "anchor": n} for n, text in enumerate(SENTENCES)]
        article = {"url": f"https://example.org/{name}", "title": f"{name} ferries", "site": "Example", "lang": "en"}
        return self.ask("summarize", article={**article, "blocks": blocks})["id"]

    def simulate_use(self):
        """Simulate weeks of use with every kind of action."""
        self.ask("privacy.set", keep="year", welcomed=True)
        self.ask("settings.set", length=5, words=True)
        self.taste(switch="elsewhere", on=True)
        self.taste(switch="badge", on=True)
        self.follow("boats", "bread", "stars", "vote")
        # Earlier versions let users rename sources; what they stored is still shown and exported.
        self.database.connection.execute("UPDATE feed SET own_title = 'My boats', folder = 'Sea' WHERE id = 1")
        self.ask("library.annotate", id=self.read("heron"), note="Ask Ines.", tags="birds, to read")
        self.clock.time += HOUR
        self.read("plover")
        for kind, subject in (
            ("open", "boats"),
            ("save", "stars"),
            ("less", "vote"),
            ("more", "bread"),
            ("read", "vote"),
        ):
            stories = self.cards("latest")
            story = next(key for key in stories if f"/{subject}/" in self.address(key))
            self.event(kind, story)
            self.clock.time += 60
        story = next(iter(self.cards("saved")))
        self.event("mute", story, words="coalition mayors")
        self.taste(add="lighthouse keepers")
        self.taste(slider="fresh", value=0.8)
        self.taste(switch="paused", on=True)
        self.ask("news.unsubscribe", id=3)  # the saved item's source stays; its other items are deleted later
        self.clock.time += 2 * HOUR
        self.ask("news.refresh", due=False)
        self.restart()

    def address(self, story):
        return " ".join(
            row[0] for row in self.database.connection.execute("SELECT url FROM item WHERE id = ?", (int(story),))
        )

    def answers(self):
        listed = {
            (tab, query): self.ask("news.list", tab=tab, query=query, again=True)
            for tab, query in (
                ("for-you", ""),
                ("latest", ""),
                ("saved", ""),
                ("latest", "harbour"),
                ("saved", "galaxy"),
            )
        }
        sources = {number: self.ask("news.list", tab="source", source=number) for number in (1, 2, 4)}
        names = ("news.feeds", "news.preferences", "news.hosts", "news.opml.export", "settings",
                 "privacy.ledger", "library.export_markdown")  # fmt: skip
        plain = {name: self.ask(name) for name in names}
        searched = {
            query: self.ask("library.list", query=query, sites=True) for query in ("", "ines", '"birds"', "plover boat")
        }
        pages = [self.ask("library.open", id=number) for number in self.ids()]
        switches = self.ask("privacy.switches")["html"]
        return listed, sources, plain, searched, pages, switches

    def ids(self):
        return [row[0] for row in self.database.connection.execute("SELECT id FROM page ORDER BY id")]

    def export(self):
        text, place = "", None
        while True:
            part = self.ask("library.export", place=place)
            text, place = text + part["text"], part["place"]
            if place is None:
                return text
