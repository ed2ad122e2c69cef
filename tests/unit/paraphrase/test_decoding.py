"""The decoding loop over a session that says the prompt's tokens in turn, without a model."""

import asyncio
import sys
from contextlib import aclosing

import pytest

from nutshell.paraphrase.decoding import CHUNK, DecodingLoop, prompt_chunks
from nutshell.ports import CacheLost, DecoderOutput, Generation, ModelError


class Session:
    """Says the numbers 0, 1, 2, … two in each run."""

    vocabulary = 50

    def __init__(self):
        self.runs = []
        self.abandoned = 0
        self.length = 0
        self.lost = False
        self.said = 0

    async def run(self, run):
        self.runs.append(run)
        if self.lost or run.length > self.length:
            self.lost, self.length = False, 0
            raise CacheLost
        if not run.history or run.history[-1] < 0:
            self.said = 0
        said = (self.said, self.said + 1)
        self.said += 2
        self.length = run.length + len(run.ids)
        return DecoderOutput(said, (said[-1],), (), self.length)

    def abandon(self):
        self.abandoned += 1


PROMPT = tuple(range(10, 10 + CHUNK + 30))


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def generate(run, session):
    loop = DecodingLoop(session)

    def tokens(prompt=PROMPT, **options):
        async def work():
            return [token async for some in loop.generate(Generation(prompt, **options)) for token in some]

        return run(work())

    return tokens


def test_the_budget_ends_the_answer(generate):
    assert generate(max_tokens=5) == [0, 1, 2, 3, 4]


def test_a_stop_token_ends_the_answer_and_is_no_part_of_it(generate):
    assert generate(stop=(3,), max_tokens=20) == [0, 1, 2]


def test_only_allowed_ids_come(generate):
    assert generate(allowed=(40, 7, 30), stop=(41,), max_tokens=3) == [7, 30, 40]


def test_the_prompt_is_read_in_chunks_and_only_the_last_one_with_the_whole_head(generate, session):
    generate(fixed=20, max_tokens=2)
    assert [run.ids for run in session.runs] == list(prompt_chunks(PROMPT, 20))
    assert [len(run.ids) for run in session.runs] == [1, 19, CHUNK, 10]
    assert [len(run.head.ids) for run in session.runs] == [1, 1, 1, 50]
    assert [run.length for run in session.runs] == [0, 1, 20, 20 + CHUNK]


def test_what_two_prompts_begin_with_is_read_once(generate, session):
    generate(fixed=20, max_tokens=2)
    session.runs.clear()
    generate((*PROMPT[:20], 3, 4), fixed=20, max_tokens=2)
    assert [run.ids for run in session.runs] == [(3, 4)]
    session.runs.clear()
    generate((*PROMPT[:20], 3, 4), fixed=20, max_tokens=2)
    assert [run.ids for run in session.runs] == [(3, 4)], "the last chunk is read again, since its output is needed"


def test_a_restarted_session_gets_the_whole_prompt_again(generate, session):
    generate(fixed=20, max_tokens=2)
    session.lost = True
    session.runs.clear()
    assert generate(fixed=20, max_tokens=2) == [0, 1]
    assert [run.ids for run in session.runs][1:] == list(prompt_chunks(PROMPT, 20))


def test_a_session_that_is_lost_while_it_generates_is_an_error(run, session):
    async def work():
        async for _ in DecodingLoop(session).generate(Generation(PROMPT, max_tokens=20)):
            session.lost = True

    with pytest.raises(ModelError, match="restarted"):
        run(work())


def test_closing_abandons_the_run_in_progress_and_lets_the_next_request_in(run, session):
    loop = DecodingLoop(session)

    async def first():
        async with aclosing(loop.generate(Generation(PROMPT, max_tokens=20))) as tokens:
            return await anext(aiter(tokens))

    assert run(first()) == (0, 1)
    assert session.abandoned == 1
    assert run(first()) == (0, 1)


@pytest.mark.skipif(sys.platform == "emscripten", reason="needs an event loop of its own")
def test_requests_take_turns():
    class Slow(Session):
        async def run(self, run):
            await asyncio.sleep(0)
            return await super().run(run)

    async def work():
        loop = DecodingLoop(Slow())

        async def one(prompt):
            return [token async for some in loop.generate(Generation(prompt, max_tokens=4)) for token in some]

        return await asyncio.gather(one(PROMPT), one(PROMPT[:3]))

    assert asyncio.run(work()) == [[0, 1, 2, 3], [0, 1, 2, 3]]


def test_an_empty_prompt_is_refused(generate):
    with pytest.raises(ValueError, match="empty"):
        generate(())
