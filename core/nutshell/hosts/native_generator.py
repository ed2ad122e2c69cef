"""Runs the language model on the desktop: the decoding loop around the graph of models/decoder.

extension/engine/decoder-session.js has the same loop for the browser.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import onnxruntime

from nutshell.ports import Decoder, Generation, ModelError

from .decoder_manifest import decoder_from_manifest

# The same numbers as in decoder-session.js. Answers depend on CHUNK, because activations are quantized by chunk.
BLOCK = 64
CHUNK = 128
STEPS = 2
GUESSES = 4
_SHOP = Path(__file__).parents[3] / "models" / "decoder"


class NativeGenerator:
    """Uses the decoder in a folder of built models, or else the one made by `nutshell-models build decoder`."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._loop: Loop | None = None

    async def decoder(self) -> Decoder | None:
        found = self._entry()
        if found is None:
            return None
        folder, entry = found
        return decoder_from_manifest(entry, _checked(folder, entry["tokenizer"]).decode())

    async def generate(self, request: Generation) -> AsyncIterator[tuple[int, ...]]:
        if self._loop is None:
            self._loop = self._open()
        try:
            for said in self._loop.say(request):
                if said:
                    yield said
                await asyncio.sleep(0)  # allows cancellation
        except (RuntimeError, ValueError) as error:
            self._loop = None
            raise ModelError(f"The language model could not be run: {error}") from error

    async def release(self) -> None:
        self._loop = None

    def _open(self) -> Loop:
        found = self._entry()
        if found is None:
            raise ModelError(
                f"There is no language model in {self._folder}: make it with `nutshell-models build decoder`, "
                "or set NUTSHELL_MODELS to the models of a package that has one."
            )
        folder, entry = found
        for part in (entry, entry["weights"]):
            _checked(folder, part)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.enable_mem_pattern = False  # shapes differ from run to run
        options.log_severity_level = 3
        try:
            return Loop(onnxruntime.InferenceSession(folder / entry["file"], options, ["CPUExecutionProvider"]))
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise ModelError(f"The language model could not be opened: {error}") from error

    def _entry(self) -> tuple[Path, Mapping[str, Any]] | None:
        """Returns the folder of its files and their manifest entry (`entry` in models/decoder/tiny.py)."""
        manifest = self._folder / "manifest.json"
        try:
            entry = json.loads(manifest.read_text("utf-8")).get("decoder") if manifest.is_file() else None
            if entry:
                return self._folder, entry
            card = json.loads((_SHOP / "model.json").read_text("utf-8"))
            pins = {
                file: {"file": file, "bytes": (_SHOP / "out" / file).stat().st_size, "sha256": sha256}
                for file, sha256 in card["outputs"].items()
            }
        except OSError:
            return None
        about = {"name": card["title"], **{name: card[name] for name in ("licence", "context", "good", "bad")}}
        parts = {"weights": pins["decoder.bin"], "tokenizer": pins["decoder-tokenizer.json"]}
        return _SHOP / "out", pins["decoder.onnx"] | about | parts


def _checked(folder: Path, part: Mapping[str, Any]) -> bytes:
    content: bytes
    try:
        content = Path(folder, part["file"]).read_bytes()
    except OSError as error:
        raise ModelError(f"{part['file']} of the language model is missing. Make it again.") from error
    if hashlib.sha256(content).hexdigest() != part["sha256"]:
        raise ModelError(f"{part['file']} is damaged: its checksum is wrong. Make it again.")
    return content


class Loop:
    """Reads a prompt and generates the next tokens, a few in each run. The graph defines the shapes."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._outputs = [output.name for output in session.get_outputs()]
        pasts = [given for given in session.get_inputs() if given.name.startswith("past_")]
        if not pasts:
            raise ModelError("This is not a decoder made by Nutshell's recipe.")
        self._names = [given.name.removeprefix("past_") for given in pasts]
        _, heads, _, width = pasts[0].shape
        self._cache = {name: numpy.zeros((1, heads, 0, width), numpy.float32) for name in self._names}
        self._length = 0  # slots of the cache that are filled
        self._read: list[tuple[int, ...]] = []  # the chunks of the prompt that fill the first of them
        table = session.get_modelmeta().custom_metadata_map
        self._vocabulary = int(table["vocabulary"])

    def say(self, request: Generation) -> Iterator[tuple[int, ...]]:
        """Yields token ids; empty tuples while the prompt is read. Can be closed at any time."""
        ids = sorted({*(request.allowed or range(self._vocabulary)), *request.stop})
        place = {id_: number for number, id_ in enumerate(ids)}
        stops = {place[id_] for id_ in request.stop}
        ngram = request.no_repeat or request.max_tokens + GUESSES + 2  # longer than the answer: cannot repeat
        history = [-1] * (ngram - 1)
        head = {
            "head_ids": _integers(ids),
            "stop": _integers(sorted(stops)),
            "ngram": numpy.int64(ngram),
            "source": _integers([-2, -2, *(place.get(id_, -2) for id_ in request.prompt)]),
            "draft": numpy.int64(GUESSES),
        }
        # Only the last chunk generates tokens: for the others, one row of the head is enough.
        mute = head | {"head_ids": _integers(ids[:1]), "stop": _integers([]), "draft": numpy.int64(0)}
        chunks = list(chunked(request.prompt, request.fixed))
        unread = self._keep(chunks)
        for chunk in chunks[unread:-1]:
            self._run((chunk, ()), 1, mute, history)
            self._read.append(chunk)
            yield ()
        said, following = self._run((chunks[-1], ()), 1, head, history)
        self._read.append(chunks[-1])
        left = request.max_tokens
        while True:
            history += said
            over = next((at for at, number in enumerate(said) if number in stops), None)
            yield tuple(ids[number] for number in said[:over][:left])
            left -= len(said)
            if over is not None or left <= 0:
                return
            said, following = self._run(following, min(STEPS, left), head, history)

    def _keep(self, chunks: list[tuple[int, ...]]) -> int:
        """Keeps the cache of the leading chunks that are the same; returns how many. The last chunk is always read."""
        same = 0
        while same < min(len(chunks) - 1, len(self._read)) and chunks[same] == self._read[same]:
            same += 1
        del self._read[same:]
        self._length = sum(map(len, self._read))
        return same

    def _run(
        self, read: tuple[Sequence[int], Sequence[int]], steps: int, head: Mapping[str, Any], history: list[int]
    ) -> tuple[list[int], tuple[list[int], list[int]]]:
        """`read`: the tokens of this run, and which of them are guesses, both from the previous run."""
        ids, guess = read
        feeds = {
            "ids": _integers(ids),
            "guess": _integers(guess),
            "length": numpy.int64(self._length),
            "steps": numpy.int64(steps),
            "history": _integers(history),
            **head,
            **{f"past_{name}": values for name, values in self._cache.items()},
        }
        made = self._session.run(None, {name: numpy.asarray(value) for name, value in feeds.items()})
        outputs = dict(zip(self._outputs, made, strict=True))
        added = outputs[f"new_{self._names[0]}"].shape[2]
        for name, values in self._cache.items():
            _, heads, capacity, width = values.shape
            if self._length + added > capacity:
                grown = numpy.zeros((1, heads, -(-(self._length + added) // BLOCK) * BLOCK, width), numpy.float32)
                grown[:, :, :capacity] = values
                self._cache[name] = values = grown  # noqa: PLW2901
            values[:, :, self._length : self._length + added] = outputs[f"new_{name}"]
        self._length += added
        return outputs["said"].tolist(), (outputs["next"].tolist(), outputs["guessed"].tolist())


def chunked(prompt: tuple[int, ...], fixed: int) -> Iterator[tuple[int, ...]]:
    """Yields the first token alone (its activations are fifty times larger), then the fixed part, then the rest."""
    if not prompt:
        raise ValueError("the prompt is empty")
    yield prompt[:1]
    fixed = min(max(1, fixed), len(prompt))
    for start, end in ((1, fixed), (fixed, len(prompt))):
        for at in range(start, end, CHUNK):
            yield prompt[at : min(at + CHUNK, end)]


def _integers(values: Any) -> Any:
    return numpy.array(list(values), numpy.int64)
