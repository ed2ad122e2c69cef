"""The decoding loop of the language model: reads a prompt, then generates tokens, a few in each run of the model.

Greedy: the same request gives the same tokens, whatever was asked before. Each step guesses the next tokens from the
prompt and checks them at once (speculative decoding with prompt lookup, Saxena 2023). models/decoder/network.py is the
graph; hosts run it through `ports.DecoderSession`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from nutshell.ports import CacheLost, DecoderHead, DecoderOutput, DecoderRun, DecoderSession, Generation, ModelError

CHUNK = 128  # tokens of the prompt in one run; activations are quantized per chunk, so answers depend on it
GUESSES = 4  # tokens that a step guesses at most; checking five takes hardly longer than computing one
STEPS = 2  # in one run; few, because a run can't be interrupted


class DecodingLoop:
    """Generates for one request at a time. Keeps the prompt of the last one, for a next one that begins the same."""

    def __init__(self, session: DecoderSession) -> None:
        self._session = session
        self._cached: list[tuple[int, ...]] = []  # the chunks of a prompt that are in the session's cache
        self._turn = asyncio.Lock()

    async def generate(self, request: Generation) -> AsyncIterator[tuple[int, ...]]:
        """Yields token ids as they are generated. Raises ModelError, and ValueError for an empty prompt."""
        ids = sorted({*(request.allowed or range(self._session.vocabulary)), *request.stop})
        index = {token: place for place, token in enumerate(ids)}
        stops = {index[token] for token in request.stop}
        # A longer n-gram than all there can be never comes twice.
        ngram = request.no_repeat or request.max_tokens + GUESSES + 2
        history = [-1] * (ngram - 1)
        head = DecoderHead(
            ids=tuple(ids),
            stop=tuple(sorted(stops)),
            ngram=ngram,
            source=(-2, -2, *(index.get(token, -2) for token in request.prompt)),
            guesses=GUESSES,
        )
        chunks = list(prompt_chunks(request.prompt, request.fixed))
        async with self._turn:
            try:
                try:
                    output = await self._read(chunks, head, history)
                except CacheLost:
                    self._cached.clear()
                    output = await self._read(chunks, head, history)
                left = request.max_tokens
                while True:
                    history += output.said
                    end = next((place for place, number in enumerate(output.said) if number in stops), None)
                    tokens = tuple(ids[number] for number in output.said[:end][:left])
                    left -= len(output.said)
                    if end is not None or left <= 0:
                        yield tokens
                        return
                    run = DecoderRun(output.length, output.next, output.guessed, min(STEPS, left), tuple(history), head)
                    pending = self._session.run(run)  # the model works while the caller looks at the tokens
                    try:
                        yield tokens
                        output = await pending
                    finally:
                        pending.close()
            finally:
                self._session.abandon()

    async def _read(
        self, chunks: Sequence[tuple[int, ...]], head: DecoderHead, history: Sequence[int]
    ) -> DecoderOutput:
        """Reads the prompt, except for the chunks that are cached. The last one is always read again."""
        same = 0
        while same < min(len(chunks) - 1, len(self._cached)) and chunks[same] == self._cached[same]:
            same += 1
        del self._cached[same:]
        # Only the last chunk's output is used: for the others one row of the head is enough.
        silent = replace(head, ids=head.ids[:1], stop=(), guesses=0)
        for chunk in chunks[same:]:
            length = sum(map(len, self._cached))
            last = len(self._cached) == len(chunks) - 1
            run = DecoderRun(length, chunk, (), 1, tuple(history), head if last else silent)
            output = await self._session.run(run)
            if output.length != length + len(chunk):
                raise ModelError("The language model's cache is inconsistent.")
            self._cached.append(chunk)
        return output


def prompt_chunks(prompt: tuple[int, ...], fixed: int) -> Iterator[tuple[int, ...]]:
    """The first token alone (its activations are fifty times as large), the fixed part, then the rest."""
    if not prompt:
        raise ValueError("the prompt is empty")
    yield prompt[:1]
    fixed = min(max(1, fixed), len(prompt))
    for start, end in ((1, fixed), (fixed, len(prompt))):
        for at in range(start, end, CHUNK):
            yield prompt[at : min(at + CHUNK, end)]
