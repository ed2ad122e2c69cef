"""The language model in onnxruntime: the files of a decoder, and a session for paraphrase/decoding.py."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy
import onnxruntime

from nutshell.paraphrase.decoding import DecodingLoop
from nutshell.ports import CacheLost, Decoder, DecoderOutput, DecoderRun, Generation, ModelError

from .decoder_manifest import decoder_from_manifest

BLOCK = 64  # tokens by which the cache grows
_BUILT_DECODER = Path(__file__).parents[3] / "models" / "decoder"


class NativeGenerator:
    """The decoder of a folder of built models, or else the one that `nutshell-models build decoder` made."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._loop: DecodingLoop | None = None

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
            async with aclosing(self._loop.generate(request)) as generated:  # type: ignore[type-var]
                async for tokens in generated:
                    yield tokens
        except ValueError as error:
            raise ModelError(f"The language model could not be run: {error}") from error
        except ModelError:
            self._loop = None
            raise

    async def release(self) -> None:
        self._loop = None

    def _open(self) -> DecodingLoop:
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
            session = onnxruntime.InferenceSession(folder / entry["file"], options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own exceptions share no public base
            raise ModelError(f"The language model could not be opened: {error}") from error
        return DecodingLoop(NativeSession(session))

    def _entry(self) -> tuple[Path, Mapping[str, Any]] | None:
        """Where its files are, and what the manifest says of them (models/decoder/tiny.py: `entry`)."""
        manifest = self._folder / "manifest.json"
        try:
            entry = json.loads(manifest.read_text("utf-8")).get("decoder") if manifest.is_file() else None
            if entry:
                return self._folder, entry
            card = json.loads((_BUILT_DECODER / "model.json").read_text("utf-8"))
            pins = {
                file: {"file": file, "bytes": (_BUILT_DECODER / "out" / file).stat().st_size, "sha256": sha256}
                for file, sha256 in card["outputs"].items()
            }
        except OSError:
            return None
        about = {"name": card["title"], **{name: card[name] for name in ("licence", "context", "good", "bad")}}
        parts = {"weights": pins["decoder.bin"], "tokenizer": pins["decoder-tokenizer.json"]}
        return _BUILT_DECODER / "out", pins["decoder.onnx"] | about | parts


def _checked(folder: Path, part: Mapping[str, Any]) -> bytes:
    content: bytes
    try:
        content = Path(folder, part["file"]).read_bytes()
    except OSError as error:
        raise ModelError(f"{part['file']} of the language model is missing. Make it again.") from error
    if hashlib.sha256(content).hexdigest() != part["sha256"]:
        raise ModelError(f"{part['file']} is damaged: its checksum is wrong. Make it again.")
    return content


class NativeSession:
    """A decoder in onnxruntime, with its cache. The shapes are the file's own."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._outputs = [output.name for output in session.get_outputs()]
        pasts = [given for given in session.get_inputs() if given.name.startswith("past_")]
        if not pasts:
            raise ModelError("This decoder was not made with Nutshell's recipe.")
        self._names = [given.name.removeprefix("past_") for given in pasts]
        _, heads, _, width = pasts[0].shape
        self._cache = {name: numpy.zeros((1, heads, 0, width), numpy.float32) for name in self._names}
        self._length = 0  # tokens in the cache
        table = session.get_modelmeta().custom_metadata_map
        self._vocabulary = int(table["vocabulary"])

    @property
    def vocabulary(self) -> int:
        return self._vocabulary

    async def run(self, run: DecoderRun) -> DecoderOutput:
        await asyncio.sleep(0)  # lets a cancellation in
        if run.length > self._length:
            raise CacheLost
        feeds = {
            "ids": _integers(run.ids),
            "guess": _integers(run.guess),
            "length": numpy.int64(run.length),
            "steps": numpy.int64(run.steps),
            "history": _integers(run.history),
            "head_ids": _integers(run.head.ids),
            "stop": _integers(run.head.stop),
            "ngram": numpy.int64(run.head.ngram),
            "source": _integers(run.head.source),
            "draft": numpy.int64(run.head.guesses),
            **{f"past_{name}": values for name, values in self._cache.items()},
        }
        try:
            made = self._session.run(None, {name: numpy.asarray(value) for name, value in feeds.items()})
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"The language model could not be run: {error}") from error
        outputs = dict(zip(self._outputs, made, strict=True))
        added = outputs[f"new_{self._names[0]}"].shape[2]
        self._length = run.length + added
        for name, values in self._cache.items():
            _, heads, capacity, width = values.shape
            if self._length > capacity:
                grown = numpy.zeros((1, heads, -(-self._length // BLOCK) * BLOCK, width), numpy.float32)
                grown[:, :, :capacity] = values
                self._cache[name] = values = grown  # noqa: PLW2901
            values[:, :, run.length : self._length] = outputs[f"new_{name}"]
        said, following, guessed = (tuple(outputs[name].tolist()) for name in ("said", "next", "guessed"))
        return DecoderOutput(said, following, guessed, self._length)

    def abandon(self) -> None:
        """Nothing to do: a run is over before anything else happens."""


def _integers(values: Any) -> Any:
    return numpy.array(list(values), numpy.int64)
