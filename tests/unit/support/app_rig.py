"""An application with fake ports, for sending requests without an event loop."""

import pytest

from nutshell.app import Application, RequestError
from support.fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase

SENTENCES = [
    f"The {place} harbour opened a new pier for the electric ferry on Monday morning."
    for place in ("northern", "southern", "eastern", "western", "central", "outer", "inner", "upper")
]


def ferry_page(**fields):
    blocks = [{"role": "paragraph", "text": text, "anchor": n} for n, text in enumerate(SENTENCES)]
    return {
        "url": "https://example.org/a",
        "title": "Ferry",
        "site": "Example",
        "lang": "en",
        "blocks": blocks,
    } | fields


class AppRig:
    def __init__(self, run, *, models=None, not_saved_reason=""):
        self.models = models or FakeModels()
        self.database = MemoryDatabase()
        self.clock = FakeClock()
        self.progress = []
        self._run = run
        self.app = Application(
            models=self.models,
            database=self.database,
            clock=self.clock,
            vocabulary=VOCABULARY,
            not_saved_reason=not_saved_reason,
        )

    def ask(self, name, **payload):
        return self._run(self.app.handle(name, payload, lambda *report: self.progress.append(report)))

    def code(self, name, **payload):
        with pytest.raises(RequestError) as caught:
            self.ask(name, **payload)
        return caught.value.code
