"""Rewriting in the panel with real views and a stubbed browser and core, also before it is turned on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from nutshell.ports import Decoder
from nutshell.records.decoder_speed import DecoderSpeed
from nutshell.views.paraphrase import render_language_model, render_rewritten, render_slow_page
from test_ask_design import AskCore
from test_panel_design import SENTENCES, Panel, address, browser, expect, opened
from tests import wording

__all__ = ["address", "browser"]  # fixtures of the panel design tests

SHORT = "The harbour board voted to replace the lighthouse with a steel mast."
WRONG = "A survey counted 300 vessels a week."
REASON = wording.text("check.missing_number", number="300")
STOPPED = wording.text("language_model.stopped")
MODEL = Decoder(
    "SmolLM2 135M Instruct, int8 compute", 135_000_000, "Apache-2.0", 8192, "", "Fluent sentences.", "Figures."
)


def written(text: str, *support: int, reasons: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"text": text, "shown": not reasons, "support": support, "reasons": reasons}


@dataclass
class WordsCore(AskCore):
    """A core whose language model writes two sentences, one of them unsupported."""

    model: Decoder | None = MODEL
    measured: DecoderSpeed | None = None
    on: bool = False
    slow: bool = False
    simpler: bool = True
    stopped: bool = False
    part: dict[str, Any] | None = None

    def __call__(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if name == "paraphrase.page" and self.stopped:
            return {"error": {"code": "model", "message": STOPPED}}
        found = super().__call__(name, payload)
        if name == "paraphrase.page" and self.part and "answer" in found:
            found["progress"] = ("paraphrase", 1, 3, self.part)
        return found

    def settings(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"length": None, "words": self.on}

    def settings_set(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.on = payload.get("words", self.on)
        return self.settings({})

    def paraphrase_state(self, payload: dict[str, Any]) -> dict[str, Any]:
        html = render_language_model(self.model, self.measured, on=self.on)
        return {"there": self.model is not None, "on": self.on, "measured": self.measured and {}, "html": html}

    paraphrase_change_decoder = paraphrase_state

    def paraphrase_measure(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.measured = DecoderSpeed(MODEL.name, MODEL.bytes, 6.0 if self.slow else 120.0, 2.0 if self.slow else 20.0)
        return self.paraphrase_state({})

    def paraphrase_page(self, payload: dict[str, Any]) -> dict[str, Any]:
        if self.slow and not payload["insist"]:
            return {"sentences": [], "traces": {}, "html": render_slow_page(80)}
        made = [written(SHORT, 1, 0), written(WRONG, reasons=(REASON,))]
        places = {f"w0-{n}": {"anchor": n, "start": 0, "end": 9, "text": SENTENCES[n]} for n in (0, 1)}
        return {"sentences": made, "traces": places, "html": render_rewritten(made, over=True)}

    def paraphrase_simplify(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"text": "Short.", "shown": self.simpler, "reasons": []}

    def paraphrase_answer(self, payload: dict[str, Any]) -> dict[str, Any]:
        made = [written(SHORT, 3)]
        place = {"q0-3": {"anchor": 3, "start": 0, "end": 9, "text": SENTENCES[3]}}
        return {"traces": place, "html": render_rewritten(made, over=True, prefix="q")}


@pytest.fixture
def panel(browser: Any, address: str) -> Iterator[Panel]:
    with opened(browser, address, WordsCore(), 900) as panel:
        yield panel


def button(panel: Panel, name: str) -> Any:
    return panel.page.get_by_role("button", name=name, exact=True)


def down(panel: Panel) -> None:
    panel.page.locator("main").evaluate("element => element.scrollTop = 9999")


def test_turned_off_sends_no_request_until_its_description_is_opened(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".gist")).to_be_visible()
    about = panel.page.locator("#paraphrase-about summary")
    expect(about).to_have_text(wording.text("paraphrase.title"))
    assert not [name for name, _ in panel.core.asked if name.startswith("paraphrase")]
    expect(panel.page.locator(".simpler")).to_have_count(0)
    about.click()
    offer = panel.page.locator("#paraphrase-offer")
    for said in ("SmolLM2 135M", "135 MB", "Apache-2.0", "Figures.", wording.plural("duration.seconds", 8)):
        expect(offer).to_contain_text(said)
    down(panel)
    panel.check("paraphrase-offer")
    button(panel, wording.text("paraphrase.turn_on")).click()
    expect(panel.page.locator(".said > .point")).to_have_text([SHORT])
    assert panel.core.on
    button(panel, wording.text("paraphrase.turn_off")).wait_for(state="hidden")
    about.click()
    button(panel, wording.text("paraphrase.turn_off")).click()
    expect(panel.page.locator(".said")).to_have_count(0)
    expect(panel.page.locator(".simpler")).to_have_count(0)
    assert panel.asked("paraphrase.change_decoder") == [{}]  # the model's memory is released


def test_sentence_highlights_its_support_and_unsupported_ones_are_folded(panel: Panel) -> None:
    panel.core.on = True
    panel.open()
    said = panel.page.locator(".said > .point")
    expect(said).to_have_text([SHORT])
    expect(panel.page.locator(".unsaid s")).to_be_hidden()
    said.click()
    panel.wait(f"stub.highlights.some(([text, scrolled]) => text === {SENTENCES[1]!r} && scrolled)")
    place = button(panel, wording.text("paraphrase.source", number=2))
    place.focus()
    place.press("Enter")
    panel.wait(f"stub.highlights.some(([text, scrolled]) => text === {SENTENCES[0]!r} && scrolled)")
    expect(panel.page.locator("#status")).to_have_text(SHORT)  # a screen reader announces only the visible sentence
    panel.page.get_by_text(wording.plural("paraphrase.removed_sentences", 1)).click()
    expect(panel.page.locator(".unsaid s")).to_have_text(WRONG)
    expect(panel.page.locator(".unsaid .reason")).to_have_text(REASON)
    down(panel)
    panel.check("paraphrase-said")


def test_draft_is_labeled_and_can_be_stopped(panel: Panel) -> None:
    panel.core.on = True
    panel.core.part = {"draft": "The harbour board voted to"}
    panel.open()
    draft = panel.page.locator("#paraphrase-draft")
    expect(draft).to_contain_text(f"{wording.text('paraphrase.draft')} The harbour board voted to")
    expect(panel.page.locator(".gist")).to_have_text(SENTENCES[0])  # the original gist stays
    down(panel)
    panel.check("paraphrase-draft")
    panel.page.locator("#paraphrase-cancel").click()
    expect(draft).to_be_hidden()
    panel.core.part = None
    button(panel, wording.text("paraphrase.start_again")).click()
    expect(panel.page.locator(".said > .point")).to_have_text([SHORT])
    assert panel.page.locator("#paraphrase-said").get_by_text(wording.text("action.stopped")).count() == 0


def test_escape_stops_rewriting(panel: Panel) -> None:
    panel.core.on = True
    panel.core.part = {"draft": "The"}
    panel.open()
    expect(panel.page.locator("#paraphrase-draft")).to_be_visible()
    panel.page.keyboard.press("Escape")
    expect(panel.page.locator("#paraphrase-said")).to_contain_text(wording.text("action.stopped"))


def test_missing_model_is_reported(panel: Panel) -> None:
    panel.core.model = None
    panel.open()
    panel.page.locator("#paraphrase-about summary").click()
    expect(panel.page.locator("#paraphrase-offer")).to_contain_text(wording.text("paraphrase.missing"))
    expect(button(panel, wording.text("paraphrase.choose"))).to_be_visible()
    down(panel)
    panel.check("words-none")


def test_stopped_model_is_reported_and_can_be_retried(panel: Panel) -> None:
    panel.core.on = True
    panel.core.stopped = True
    panel.open()
    expect(panel.page.locator("#paraphrase-said .detail")).to_have_text(STOPPED)
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.core.stopped = False
    button(panel, wording.text("action.retry")).click()
    expect(panel.page.locator(".said > .point")).to_have_text([SHORT])
    expect(panel.page.locator("#paraphrase-said .detail")).to_have_count(0)


def test_slow_rewriting_waits_for_the_user(panel: Panel) -> None:
    panel.core.slow = True
    panel.open()
    panel.page.locator("#paraphrase-about summary").click()
    expect(panel.page.locator("#paraphrase-offer .slow")).to_contain_text(wording.text("paraphrase.slow"))
    button(panel, wording.text("paraphrase.turn_on")).click()
    expect(panel.page.locator("#paraphrase-said")).to_contain_text(
        wording.text("paraphrase.slow_page", time=wording.plural("duration.seconds", 80))
    )
    button(panel, wording.text("paraphrase.continue")).click()
    expect(panel.page.locator(".said > .point")).to_have_text([SHORT])


def test_key_point_can_be_shortened_and_restored(panel: Panel) -> None:
    panel.core.on = True
    panel.open()
    expect(panel.page.locator(".simpler")).to_have_count(4)
    point = panel.page.locator(".points .point").first
    own = point.inner_text()
    panel.page.locator(".simpler").first.click()
    expect(point).to_have_text("Short.")
    panel.check("paraphrase-simpler")
    button(panel, wording.text("paraphrase.original")).click()
    expect(point).to_have_text(own)
    panel.core.simpler = False
    panel.page.locator(".simpler").first.click()
    expect(panel.page.locator("#toast")).to_contain_text(wording.text("paraphrase.not_shorter"))
    expect(point).to_have_text(own)


def test_answer_has_a_rewritten_sentence_above_its_quotes(panel: Panel) -> None:
    panel.core.on = True
    panel.open()
    question = panel.page.get_by_role("textbox", name=wording.text("ask.title"))
    question.fill("How many vessels?")
    question.press("Enter")
    answer = panel.page.locator(".answer")
    expect(answer.locator(".said-answer > .point")).to_have_text(SHORT)
    expect(answer.locator(".quote").first).to_have_text(SENTENCES[3])
    (asked,) = panel.asked("paraphrase.answer")
    assert (asked["question"], asked["indices"]) == ("How many vessels?", [3, 2])
    answer.locator(".said-answer > .point").click()
    panel.wait(f"stub.highlights.some(([text, scrolled]) => text === {SENTENCES[3]!r} && scrolled)")
    down(panel)
    panel.check("words-answer")
