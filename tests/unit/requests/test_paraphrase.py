import pytest

from nutshell.app import Application, RequestError
from nutshell.messages import text
from nutshell.paraphrase.bpe import BpeTokenizer
from nutshell.ports import Decoder
from support.fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase
from support.tokenizer import tokenizer

PAGE = [
    "The harbour board voted on Tuesday to replace the lighthouse with a steel mast.",
    "A survey counted 212 vessels a week in the strait.",
    "Fishing crews say that the mast cannot be seen in the fog.",
]
SUPPORTED = "The harbour board voted on Tuesday to replace the lighthouse."
COUNTED = PAGE[1]
WRONG = "A survey counted 300 vessels a week in the strait."


class Speaker:
    """A decoder that writes each of `answers` in turn, or "a" endlessly. Each step takes a tenth of a second."""

    def __init__(self, clock, *answers, decoder=True, unsteady=False):
        self.clock = clock
        self.answers = list(answers)
        self.model = (
            Decoder("Tiny", 2_000_000, "Apache-2.0", 512, tokenizer(), "Short ones.", "Names.") if decoder else None
        )
        self.pairs = BpeTokenizer(tokenizer())
        self.released = 0
        self.asked = []
        self.unsteady = unsteady

    async def decoder(self):
        return self.model

    async def generate(self, request):
        self.asked.append(request)
        ids = (
            self.pairs.encode(self.answers.pop(0))
            if self.answers
            else [70 + self.unsteady * len(self.asked)] * request.max_tokens
        )
        for start in range(0, len(ids), 4):
            self.clock.time += 0.1
            yield tuple(ids[start : start + 4])

    async def release(self):
        self.released += 1


class Bench:
    def __init__(self, run, *answers, **options):
        self.run = run
        self.clock = FakeClock()
        self.speaker = Speaker(self.clock, *answers, **options)
        self.heard = []
        self.app = Application(
            models=FakeModels(),
            database=MemoryDatabase(),
            clock=self.clock,
            vocabulary=VOCABULARY,
            generator=self.speaker,
        )

    def ask(self, name, **payload):
        return self.run(self.app.handle(name, payload, lambda *report: self.heard.append(report)))

    def refused(self, name, **payload):
        with pytest.raises(RequestError) as caught:
            self.ask(name, **payload)
        return caught.value


def article(lang="en", sentences=PAGE):
    blocks = [{"role": "paragraph", "text": sentence, "anchor": n + 5} for n, sentence in enumerate(sentences)]
    return {"url": "https://example.org/a", "title": "Light", "lang": lang, "blocks": blocks}


def parts(bench):
    return [report[3] for report in bench.heard if len(report) > 3]


def test_sentence_is_streamed_and_then_shown_with_its_support(run):
    bench = Bench(run, SUPPORTED, COUNTED, WRONG)
    answer = bench.ask("paraphrase.page", article=article())
    assert [one["shown"] for one in answer["sentences"]] == [True, True, False]
    drafts = [part["draft"] for part in parts(bench) if "draft" in part]
    assert SUPPORTED.startswith(drafts[0])
    assert "html" not in next(part for part in parts(bench) if "draft" in part)
    key, trace = next(iter(answer["traces"].items()))
    assert f'data-trace="{key}"' in answer["html"]
    assert (trace["anchor"], trace["text"]) == (5, PAGE[0])


def test_unsupported_sentence_is_folded_with_its_reason(run):
    bench = Bench(run, WRONG, WRONG)
    answer = bench.ask("paraphrase.page", article=article())
    shown, _, hidden = answer["html"].partition("<details")
    assert "300" not in shown
    for part in ("<s", "300", 'class="reason"'):
        assert part in hidden
    assert text("paraphrase.unverified") in shown
    assert answer["traces"] == {}


def test_without_a_model_a_file_can_be_chosen(run):
    bench = Bench(run, decoder=False)
    error = bench.refused("paraphrase.page", article=article())
    assert (error.code, "no language model" in str(error)) == ("model", True)
    state = bench.ask("paraphrase.state")
    assert (state["there"], state["on"]) == (False, False)
    assert text("paraphrase.missing") in state["html"]
    assert 'data-paraphrase="choose"' in state["html"]


def test_model_is_described_before_it_is_turned_on(run):
    bench = Bench(run)
    html = bench.ask("paraphrase.state")["html"]
    size = text("paraphrase.size_value", megabytes=2)
    for part in (
        "Tiny",
        size,
        "Apache-2.0",
        "Short ones.",
        "Names.",
        'data-paraphrase="measure"',
        'data-paraphrase="on"',
    ):
        assert part in html
    measured = bench.ask("paraphrase.measure")
    assert measured["measured"]["said"] == pytest.approx(24 / 0.5, rel=0.1)
    assert 'data-paraphrase="measure"' not in measured["html"]
    assert bench.ask("settings.set", words=True) == {"length": None, "words": True}
    assert bench.ask("settings.set", length=3) == {"length": 3, "words": True}
    assert 'data-paraphrase="off"' in bench.ask("paraphrase.state")["html"]


def test_speed_of_another_decoder_is_not_shown(run):
    bench = Bench(run)
    bench.ask("paraphrase.measure")
    bench.speaker.model = Decoder("Other", 1, "MIT", 512, tokenizer())
    assert bench.ask("paraphrase.change_decoder")["measured"] is None
    assert bench.speaker.released == 1


def test_nondeterministic_model_fails_the_self_test(run):
    assert "self-test" in str(Bench(run, unsteady=True).refused("paraphrase.measure"))


def test_slow_page_is_rewritten_only_on_request(run):
    bench = Bench(run)
    bench.clock.time = 0
    bench.ask("paraphrase.measure")
    bench.app._database.connection.execute(
        "UPDATE setting SET value = json_set(value, '$.read', 1.0) WHERE name = 'words.measured'"
    )
    answer = bench.ask("paraphrase.page", article=article())
    assert (answer["reason"], answer["sentences"]) == ("slow", [])
    assert 'data-paraphrase="insist"' in answer["html"]
    bench.speaker.answers = [SUPPORTED, SUPPORTED]
    assert bench.ask("paraphrase.page", article=article(), insist=True)["sentences"]


def test_page_in_another_language_is_not_rewritten(run):
    bench = Bench(run)
    answer = bench.ask(
        "paraphrase.page", article=article("de", ["Der Hafen bekam am Montag eine neue Mole für die Fähre."] * 3)
    )
    assert (answer["reason"], bench.speaker.asked) == ("language", [])
    assert "German" in answer["html"]


def test_simplified_sentence_must_be_shorter_and_faithful(run):
    bench = Bench(run, SUPPORTED, PAGE[1], WRONG)
    assert bench.ask("paraphrase.simplify", text=PAGE[0]) == {"text": SUPPORTED, "shown": True, "reasons": []}
    assert bench.ask("paraphrase.simplify", text=PAGE[1])["reasons"] == [text("rewrite.not_shorter")]
    assert not bench.ask("paraphrase.simplify", text=PAGE[1])["shown"]
    assert bench.refused("paraphrase.simplify", text=" ").code == "bad-request"


def test_rewritten_answer_must_pass_the_checks(run):
    bench = Bench(run, SUPPORTED, WRONG)
    answer = bench.ask("paraphrase.answer", article=article(), question="What did the board do?", indices=[0, 1])
    assert answer["text"] == SUPPORTED
    assert 'data-trace="q0-0"' in answer["html"]
    assert bench.ask("paraphrase.answer", article=article(), question="How many?", indices=[1])["html"] == ""
    for indices in ([9], ["x"], None):
        assert (
            bench.refused("paraphrase.answer", article=article(), question="?", indices=indices).code == "bad-request"
        )
