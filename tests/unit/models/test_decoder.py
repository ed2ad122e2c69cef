"""The decoder recipe on a tiny random model: loop, guesses and bans change the speed, never the output."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.decoder import tiny  # noqa: E402
from models.decoder.network import build  # noqa: E402
from nutshell.hosts import native_generator as generation  # noqa: E402
from nutshell.hosts.native_generator import Loop, NativeGenerator, chunked  # noqa: E402
from nutshell.ports import Generation, ModelError  # noqa: E402

pytestmark = pytest.mark.models

TEXT = "The council voted on Tuesday to close the old bridge, and the ferry will carry passengers."
PROMPT = (1, *(3 + byte for byte in (TEXT + " " + TEXT).encode()))
ALLOWED = tuple(sorted(set(PROMPT) | {2}))


@pytest.fixture(scope="module")
def fp32_loop():
    """The tiny network in fp32, where rounding does not depend on the batch."""
    model = build(tiny.weights(), tiny.shape(), quantized=False)
    return Loop(onnxruntime.InferenceSession(model.SerializeToString()))


@pytest.fixture(scope="module")
def reference():
    """The same network in numpy, without cache, loop or guesses."""
    weights, shape = tiny.weights(), tiny.shape()

    def norm(x, gain):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + shape.epsilon) * gain

    def turn(x):  # [heads, t, head]
        half = shape.head // 2
        angles = np.arange(x.shape[1])[:, None] / shape.theta ** (np.arange(half) / half)
        cos, sin = np.cos(angles), np.sin(angles)
        one, two = x[..., :half], x[..., half:]
        return np.concatenate([one * cos - two * sin, two * cos + one * sin], -1)

    def heads(x, count):
        return x.reshape(len(x), count, shape.head).swapaxes(0, 1)

    def logits(ids):
        x = weights["tokens"][list(ids)]
        future = np.triu(np.full((len(ids), len(ids)), -1e9), 1)
        for layer in range(shape.layers):
            w = {kind: weights[f"{layer}.{kind}"] for kind in ("q", "k", "v", "o", "gate", "up", "down")}
            y = norm(x, weights[f"{layer}.norm1"])
            q, k, v = heads(y @ w["q"].T, shape.heads), heads(y @ w["k"].T, shape.kv_heads), heads(y @ w["v"].T, 2)
            q, k, v = turn(q), np.repeat(turn(k), 2, axis=0), np.repeat(v, 2, axis=0)
            scores = q @ k.swapaxes(1, 2) / np.sqrt(shape.head) + future
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            shares /= shares.sum(-1, keepdims=True)
            x = x + (shares @ v).swapaxes(0, 1).reshape(len(ids), -1) @ w["o"].T
            y = norm(x, weights[f"{layer}.norm2"])
            gate = y @ w["gate"].T
            x = x + (gate / (1 + np.exp(-gate)) * (y @ w["up"].T)) @ w["down"].T
        return norm(x[-1], weights["norm"]) @ weights["tokens"].T

    return logits


def greedy(logits, request):
    """Decodes a request token by token."""
    tokens = []
    for _ in range(request.max_tokens):
        found = logits(request.prompt + tuple(tokens))
        candidates = [
            id_ for id_ in {*request.allowed, *request.stop} if not repeats([*tokens, id_], request.no_repeat)
        ]
        tokens.append(max(candidates, key=lambda id_: found[id_]))
        if tokens[-1] in request.stop:
            return tokens[:-1]
    return tokens


def repeats(tokens, size):
    runs = [tuple(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]
    return bool(size) and len(runs) > 1 and runs[-1] in runs[:-1]


def generate(loop, **request):
    return [id_ for chunk in loop.say(Generation(**request)) for id_ in chunk]


@pytest.mark.parametrize("no_repeat", [0, 2, 3])
def test_loop_matches_token_by_token_decoding(fp32_loop, reference, no_repeat):
    request = {"prompt": PROMPT, "fixed": 30, "allowed": ALLOWED, "max_tokens": 40, "no_repeat": no_repeat}
    expected = greedy(reference, Generation(**request))
    assert generate(fp32_loop, **request) == expected
    assert len(set(expected)) > (3 if no_repeat else 1)


@pytest.mark.parametrize(("steps", "guesses"), [(1, 0), (1, 4), (7, 0), (16, 9)])
def test_steps_and_guesses_do_not_change_output(fp32_loop, monkeypatch, steps, guesses):
    request = {"prompt": PROMPT, "allowed": ALLOWED, "stop": (2,), "max_tokens": 60, "no_repeat": 4}
    expected = generate(fp32_loop, **request)
    monkeypatch.setattr(generation, "STEPS", steps)
    monkeypatch.setattr(generation, "GUESSES", guesses)
    assert generate(fp32_loop, **request) == expected


def test_guesses_are_accepted_on_repeated_text(fp32_loop):
    """On repeated text, the loop generates several tokens per step."""
    runs = []
    session = fp32_loop._session

    class Counting:
        def run(self, *given):
            runs.append(given)
            return session.run(*given)

    fp32_loop._session = Counting()
    try:
        tokens = generate(fp32_loop, prompt=PROMPT, allowed=ALLOWED, max_tokens=80)
    finally:
        fp32_loop._session = session
    decoding = len(runs) - len(list(chunked(PROMPT, 1)))
    assert len(tokens) == 80
    assert decoding * generation.STEPS < len(tokens) * 0.8


def test_cached_prefix_does_not_change_output():
    model = build(tiny.weights(), tiny.shape())
    fresh = [Loop(onnxruntime.InferenceSession(model.SerializeToString())) for _ in range(2)]
    other = PROMPT[:40] + PROMPT[90:130]
    request = {"fixed": 40, "allowed": ALLOWED, "max_tokens": 30}
    first = generate(fresh[0], prompt=PROMPT, **request)
    generate(fresh[1], prompt=other, **request)
    assert generate(fresh[1], prompt=PROMPT, **request) == first
    assert generate(fresh[1], prompt=PROMPT, **request) == first


def test_quantized_logits_correlate_with_fp32(reference):
    watched = build(tiny.weights(), tiny.shape(), instrumented=True)
    session = onnxruntime.InferenceSession(watched.SerializeToString())
    feeds = {
        "ids": np.array(PROMPT[:60]), "guess": [], "length": 0, "steps": 1,
        "head_ids": np.arange(tiny.shape().vocabulary), "stop": [],
        "history": [-1], "ngram": 2, "source": [-2, -2], "draft": 0,
    }  # fmt: skip
    feeds = {name: np.asarray(value, np.int64) for name, value in feeds.items()}
    past = {given.name: np.zeros((1, 2, 0, 16), np.float32) for given in session.get_inputs() if "past" in given.name}
    logits = session.run(["logits"], feeds | past)[0]
    expected = reference(PROMPT[:60])
    assert np.corrcoef(logits[-1], expected)[0, 1] > 0.97


def test_stop_tokens_and_allowed_tokens_are_respected(fp32_loop):
    everything = generate(fp32_loop, prompt=PROMPT, max_tokens=30)
    assert len(everything) == 30
    stop = everything[5]
    assert generate(fp32_loop, prompt=PROMPT, stop=(stop,), max_tokens=30) == everything[: everything.index(stop)]
    restricted = generate(fp32_loop, prompt=PROMPT, allowed=(40, 50, 60), max_tokens=30)
    assert set(restricted) <= {40, 50, 60}
    assert len(generate(fp32_loop, prompt=PROMPT, max_tokens=1)) == 1


def test_generator_loads_from_folder(tmp_path):
    tiny.manifest(tmp_path)
    model = NativeGenerator(tmp_path, threads=1)
    about = asyncio.run(model.decoder())
    assert about.context == tiny.SHAPE.context
    assert json.loads(about.tokenizer)["tokens"][1] == "<|im_start|>"

    async def run(count):
        return [chunk async for chunk in model.generate(Generation(PROMPT, allowed=ALLOWED, max_tokens=count))]

    tokens = asyncio.run(run(20))
    assert sum(map(len, tokens)) == 20
    assert len(tokens) > 1  # several chunks
    asyncio.run(model.release())
    assert asyncio.run(run(20)) == tokens


def test_browser_loop_gives_same_tokens_in_wasm(tmp_path):
    """Same graph and requests, in an order in which the prompt's prefix is kept and dropped."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    tiny.write(tmp_path)
    requests = [
        Generation(PROMPT, 40, ALLOWED, max_tokens=30, no_repeat=3),
        Generation(PROMPT[:150], 40, max_tokens=5, stop=(2,)),
        Generation(PROMPT, 40, ALLOWED, max_tokens=30, no_repeat=3),
    ]
    names = {"prompt": "prompt", "fixed": "fixed", "allowed": "allowed", "stop": "stop"}
    names |= {"maxTokens": "max_tokens", "noRepeat": "no_repeat"}
    wire = [{name: getattr(request, ours) for name, ours in names.items()} for request in requests]
    script = Path(__file__).with_name("decoder.mjs")
    command = ["node", str(script), str(tmp_path), str(tiny.shape().vocabulary), json.dumps(wire)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    browser = json.loads(done.stdout)
    assert browser[0] == browser[2]
    loop = Loop(onnxruntime.InferenceSession(tmp_path / "decoder.onnx"))
    desktop = [[id_ for chunk in loop.say(request) for id_ in chunk] for request in requests]
    assert [len(tokens) for tokens in browser] == [len(tokens) for tokens in desktop]
    # WASM rounds sums in another order, so the outputs may diverge after the first tokens.
    assert [tokens[:5] for tokens in browser] == [tokens[:5] for tokens in desktop]


@pytest.mark.parametrize("file", ["decoder.onnx", "decoder.bin"])
def test_damaged_decoder_is_rejected(tmp_path, file):
    tiny.manifest(tmp_path)
    content = bytearray((tmp_path / file).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / file).write_bytes(content)
    model = NativeGenerator(tmp_path)
    with pytest.raises(ModelError, match=f"{file} is damaged"):
        asyncio.run(anext(aiter(model.generate(Generation(PROMPT)))))


def test_recipe_is_reproducible(tmp_path):
    one, other = (tmp_path / name for name in "ab")
    for folder in (one, other):
        folder.mkdir()
    assert tiny.write(one) == tiny.write(other)
    assert tiny.write(one)["weights"]["bytes"] < 500_000
    assert tiny.write(other, seed=8)["weights"]["sha256"] != tiny.write(one)["weights"]["sha256"]
