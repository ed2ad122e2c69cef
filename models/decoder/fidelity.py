"""How close the shipped graph is to the same network in fp32: `python -m models.decoder.fidelity` (some minutes).

On news articles in chat format: how often both have the same most likely token, and KL(fp32 || shipped). Read 128
tokens at a time (like a prompt), five (a step with guesses) and one (a step without).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from models.artifacts import Model
from models.data import summaries
from models.decoder.network import build
from models.decoder.source import Gguf
from models.graph import externalize

ARTICLES, TOKENS = 4, 257
CHUNKS = (128, 5, 1)


def measure() -> list[dict[str, Any]]:
    source = Gguf(Model("decoder").sources()["weights"].file())
    weights, shape = source.weights(), source.shape
    rows = [encoded[:TOKENS] for encoded in _texts(source.tokenizer())]
    with TemporaryDirectory(prefix="nutshell-decoder-") as folder:
        sessions = {}
        for quantized in (False, True):
            path = Path(folder, f"{quantized}.onnx")
            graph, constants = externalize(build(weights, shape, quantized, instrumented=True), f"{quantized}.bin")
            path.write_bytes(graph)
            path.with_suffix(".bin").write_bytes(constants)
            sessions[quantized] = onnxruntime.InferenceSession(path)
        found = []
        expected = [_log_probabilities(sessions[False], row, CHUNKS[0]) for row in rows]
        for chunk in CHUNKS:
            ours = [_log_probabilities(sessions[True], row, chunk) for row in rows]
            fp32, shipped = np.concatenate(expected), np.concatenate(ours)
            divergence = (np.exp(fp32) * (fp32 - shipped)).sum(axis=1)
            found.append(
                {
                    "tokens at a time": chunk,
                    "tokens": len(fp32),
                    "same most likely": round(float((fp32.argmax(1) == shipped.argmax(1)).mean()), 4),
                    "KL mean": round(float(divergence.mean()), 4),
                    "KL median": round(float(np.median(divergence)), 4),
                }
            )
    return found


def load_tokenizer(tokenizer: dict[str, Any]) -> Tokenizer:
    """Returns the same tokenizer from the `tokenizers` library."""
    vocabulary = {token: number for number, token in enumerate(tokenizer["tokens"])}
    merges = [tuple(merge.split(" ")) for merge in tokenizer["merges"]]
    bpe = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level])
    bpe.decoder = decoders.ByteLevel()
    bpe.add_special_tokens([tokenizer["tokens"][number] for number in tokenizer["special"]])
    return bpe


def _texts(tokenizer: dict[str, Any]) -> Iterator[list[int]]:
    encode = load_tokenizer(tokenizer).encode
    for row in summaries("dev-cnn-test500")[100 : 100 + ARTICLES]:
        ask = f"Say in one sentence what this text says.\n\n{row['document'][:1100]}"
        yield encode(f"<|im_start|>user\n{ask}<|im_end|>\n<|im_start|>assistant\n{row['highlights']}").ids


def _log_probabilities(session: Any, row: Sequence[int], chunk: int) -> Any:
    """Returns [tokens, vocabulary]."""
    names = [output.name for output in session.get_outputs()]
    pasts = [given.name for given in session.get_inputs() if given.name.startswith("past_")]
    _, heads, _, width = next(given.shape for given in session.get_inputs() if given.name == pasts[0])
    vocabulary = int(session.get_modelmeta().custom_metadata_map["vocabulary"])
    cache = {name: np.zeros((1, heads, 0, width), np.float32) for name in pasts}
    found, length = [], 0
    for start, end in [(0, 1), *((at, min(at + chunk, len(row))) for at in range(1, len(row), chunk))]:
        numbers = {
            "ids": row[start:end], "guess": [], "length": length, "steps": 1, "head_ids": range(vocabulary), "stop": [],
            "history": [-1], "ngram": 2, "source": [-2, -2], "draft": 0,
        }  # fmt: skip
        feeds = {name: np.asarray(value, np.int64) for name, value in numbers.items()}
        outputs = dict(zip(names, session.run(None, feeds | cache), strict=True))
        cache = {name: np.concatenate([cache[name], outputs[name.replace("past", "new")]], axis=2) for name in pasts}
        length += end - start
        logits = outputs["logits"] - outputs["logits"].max(axis=1, keepdims=True)
        found.append(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))
    return np.concatenate(found)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
