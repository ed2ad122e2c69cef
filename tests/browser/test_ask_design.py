"""Questions in the panel with real views and a stubbed browser and core: answers, no answer, errors, follow-ups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from nutshell.views.ask import render_answer, render_questions, trace_key
from test_panel_design import SENTENCES, Core, Panel, address, browser, expect, opened
from tests import wording

__all__ = ["address", "browser"]  # fixtures of the panel design tests

SUGGESTED = ("How many vessels?", "What did the harbour board say?")


def part(number: int) -> dict[str, Any]:
    return {
        "text": SENTENCES[number],
        "quote": SENTENCES[number],
        "label": "",
        "passage": number,
        "index": number,
        "block": 0,
    }


@dataclass
class AskCore(Core):
    """Answers every question with the fourth and third sentences, except questions about penguins."""

    def ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        found = "penguin" not in payload["question"]
        reading = payload["reading"] or ("follow_up" if payload["question"].startswith("And") else "alone")
        answer = {
            "question": payload["question"],
            "asked": payload["question"],
            "before": payload["before"],
            "reading": reading,
            "found": found,
            "certainty": "likely",
            "quote": SENTENCES[3],
            "index": 3,
            "parts": [part(3)],
            "also": [part(2)] if found else [],
        }
        places = {trace_key(n): {"anchor": n, "start": 0, "end": 9, "text": SENTENCES[n]} for n in (2, 3)}
        return answer | {"html": render_answer(answer, "en", known=True), "traces": places}

    def ask_questions(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"questions": list(SUGGESTED), "html": render_questions(SUGGESTED)}


@pytest.fixture
def panel(browser: Any, address: str) -> Iterator[Panel]:
    with opened(browser, address, AskCore(), 900) as panel:
        yield panel


def question(panel: Panel) -> Any:
    return panel.page.get_by_role("textbox", name=wording.text("ask.title"))


def ask(panel: Panel, text: str) -> None:
    question(panel).fill(text)
    question(panel).press("Enter")


def test_question_field_is_hidden_before_a_summary(panel: Panel) -> None:
    panel.open(task=False)
    expect(panel.page.locator(".welcome")).to_be_visible()
    expect(panel.page.locator("#ask")).to_be_hidden()


def test_suggestions_appear_on_focus_and_are_asked_on_click(panel: Panel) -> None:
    panel.open()
    expect(question(panel)).to_be_visible()
    assert panel.asked("ask.questions") == []
    question(panel).focus()
    expect(panel.page.locator(".suggestion")).to_have_text(list(SUGGESTED))
    panel.check("ask-suggested")
    panel.page.get_by_role("button", name=SUGGESTED[0]).click()
    expect(panel.page.locator(".asked")).to_have_text(SUGGESTED[0])
    expect(panel.page.locator(".suggestion")).to_have_count(0)


def test_answer_shows_quotes_that_highlight_their_sentences(panel: Panel) -> None:
    panel.open()
    ask(panel, "How many vessels pass?")
    quotes = panel.page.locator(".answer .quote")
    expect(quotes).to_have_text([SENTENCES[3], SENTENCES[2]])
    quotes.nth(1).hover()
    panel.wait(f"stub.highlights.some(([text]) => text === {SENTENCES[2]!r})")
    quotes.nth(0).click()
    panel.wait(f"stub.highlights.some(([text, scrolled]) => text === {SENTENCES[3]!r} && scrolled)")
    expect(panel.page.locator(".certainty")).to_have_text(wording.text("ask.likely"))
    panel.check("ask-answer")


def test_unanswered_question_shows_a_message(panel: Panel) -> None:
    panel.open()
    ask(panel, "Are there penguins?")
    expect(panel.page.locator(".silence")).to_have_text(wording.text("ask.not_found"))
    expect(panel.page.get_by_text(wording.text("ask.closest"))).to_be_visible()
    expect(panel.page.locator(".answer .quote")).to_be_visible()
    expect(panel.page.locator(".answer .quote")).to_have_text(SENTENCES[3])
    panel.check("ask-silence")


def test_follow_up_sends_the_previous_question_and_is_listed_first(panel: Panel) -> None:
    panel.open()
    ask(panel, "Who counted the vessels?")
    expect(panel.page.locator(".asked")).to_have_text(["Who counted the vessels?"])
    ask(panel, "And when?")
    expect(panel.page.locator(".asked")).to_have_text(["And when?", "Who counted the vessels?"])
    assert [payload["before"] for payload in panel.asked("ask")] == ["", "Who counted the vessels?"]
    # The same sentence answers both questions, and each quote highlights it.
    for number in (0, 2):
        panel.page.evaluate("stub.highlights.length = 0")
        panel.page.locator(".answer .quote").nth(number).click()
        panel.wait(f"stub.highlights.some(([text]) => text === {SENTENCES[3]!r})")


def test_reader_switches_how_a_follow_up_is_understood(panel: Panel) -> None:
    panel.open()
    ask(panel, "Who counted the vessels?")
    ask(panel, "And when?")
    panel.page.get_by_role("button", name=wording.text("ask.ask_alone")).click()
    expect(panel.page.get_by_role("button", name=wording.text("ask.ask_follow_up"))).to_be_visible()
    expect(panel.page.locator(".asked")).to_have_text(["And when?", "Who counted the vessels?"])
    assert panel.asked("ask")[-1]["reading"] == "alone"
    # A question that was asked as a follow-up is not what the next one follows.
    ask(panel, "And where?")
    expect(panel.page.locator(".asked")).to_have_count(3)


def test_arrow_keys_recall_earlier_questions(panel: Panel) -> None:
    panel.open()
    for text in ("How many vessels?", "What is fog?"):
        ask(panel, text)
        expect(panel.page.locator(".asked").first).to_have_text(text)
    for key, expected in (
        ("ArrowUp", "What is fog?"),
        ("ArrowUp", "How many vessels?"),
        ("ArrowUp", "How many vessels?"),
        ("ArrowDown", "What is fog?"),
        ("ArrowDown", ""),
    ):
        question(panel).press(key)
        expect(question(panel)).to_have_value(expected)


def test_question_field_stays_visible_while_the_summary_scrolls(panel: Panel) -> None:
    panel.open()
    expect(question(panel)).to_be_visible()
    panel.page.locator("main").evaluate("element => element.scrollTop = 9999")
    expect(question(panel)).to_be_in_viewport()


def test_failed_question_stays_and_can_be_retried(panel: Panel) -> None:
    panel.open()
    expect(panel.page.locator(".gist")).to_be_visible()
    panel.core.error = {"code": "model", "message": "The model ask is damaged."}
    ask(panel, "How many vessels?")
    expect(panel.page.locator(".failed")).to_contain_text("The model ask is damaged.")
    panel.check("ask-failed")
    panel.core.error = None
    panel.page.get_by_role("button", name=wording.text("ask.again")).click()
    expect(panel.page.locator(".answer .quote").first).to_have_text(SENTENCES[3])
    expect(panel.page.locator(".failed")).to_have_count(0)


def test_questions_are_cleared_for_another_page(panel: Panel) -> None:
    panel.open()
    ask(panel, "How many vessels?")
    expect(panel.page.locator(".answer")).to_have_count(1)
    panel.page.evaluate("stub.click()")
    expect(panel.page.locator(".answer")).to_have_count(0)
    expect(question(panel)).to_have_value("")


def test_empty_question_is_not_sent(panel: Panel) -> None:
    panel.open()
    ask(panel, "   ")
    panel.page.wait_for_timeout(50)
    assert panel.asked("ask") == []
