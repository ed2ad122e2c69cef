"""The decoder's recipe on a tiny random model: its loop, guesses and bans change the speed, never the answer."""

import asyncio
import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="models are checked on the desktop, not inside Pyodide")
pytest.importorskip("onnx", reason="models are checked on the desktop, not inside Pyodide")
onnxruntime = pytest.importorskip("onnxruntime", reason="models are checked on the desktop, not inside Pyodide")

from models.decoder import tiny  # noqa: E402
from models.decoder.network import build  # noqa: E402
from nutshell.hosts.native_generator import NativeGenerator, NativeSession  # noqa: E402
from nutshell.paraphrase import decoding  # noqa: E402
from nutshell.paraphrase.decoding import DecodingLoop, prompt_chunks  # noqa: E402
from nutshell.ports import CacheLost, DecoderOutput, Generation, ModelError  # noqa: E402

pytestmark = pytest.mark.models

TEXT = "The council voted on Tuesday to close the old bridge, and the ferry will carry passengers."
PROMPT = (1, *(3 + byte for byte in (TEXT + " " + TEXT).encode()))
ALLOWED = tuple(sorted(set(PROMPT) | {2}))


@pytest.fixture(scope="module")
def exact():
    """The tiny network in fp32, where nothing is rounded by who stands beside whom."""
    model = build(tiny.weights(), tiny.shape(), quantized=False)
    return loop_of(model.SerializeToString())


@pytest.fixture(scope="module")
def plain():
    """The same network written out in numpy, without a cache, a loop or a guess."""
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
    """What the request asks for, token by token."""
    said = []
    for _ in range(request.max_tokens):
        found = logits(request.prompt + tuple(said))
        may = [id_ for id_ in {*request.allowed, *request.stop} if not repeats([*said, id_], request.no_repeat)]
        said.append(max(may, key=lambda id_: found[id_]))
        if said[-1] in request.stop:
            return said[:-1]
    return said


def repeats(said, size):
    runs = [tuple(said[at : at + size]) for at in range(len(said) - size + 1)]
    return bool(size) and len(runs) > 1 and runs[-1] in runs[:-1]


def loop_of(model):
    return DecodingLoop(NativeSession(onnxruntime.InferenceSession(model)))


def say(loop, **request):
    async def tokens():
        return [token async for some in loop.generate(Generation(**request)) for token in some]

    return asyncio.run(tokens())


@pytest.mark.parametrize("no_repeat", [0, 2, 3])
def test_says_what_the_network_would_say_token_by_token(exact, plain, no_repeat):
    request = {"prompt": PROMPT, "fixed": 30, "allowed": ALLOWED, "max_tokens": 40, "no_repeat": no_repeat}
    expected = greedy(plain, Generation(**request))
    assert say(exact, **request) == expected
    assert len(set(expected)) > (3 if no_repeat else 1)


@pytest.mark.parametrize(("steps", "guesses"), [(1, 0), (1, 4), (7, 0), (16, 9)])
def test_the_pace_changes_nothing(exact, monkeypatch, steps, guesses):
    request = {"prompt": PROMPT, "allowed": ALLOWED, "stop": (2,), "max_tokens": 60, "no_repeat": 4}
    usual = say(exact, **request)
    monkeypatch.setattr(decoding, "STEPS", steps)
    monkeypatch.setattr(decoding, "GUESSES", guesses)
    assert say(exact, **request) == usual


def test_guesses_come_true(exact):
    """Where the text is repeated the loop says several tokens in a step."""
    runs = []
    session = exact._session

    class Counting:
        vocabulary = session.vocabulary
        abandon = session.abandon

        def run(self, run):
            runs.append(run)
            return session.run(run)

    exact._session = Counting()
    try:
        said = say(exact, prompt=PROMPT, allowed=ALLOWED, max_tokens=80)
    finally:
        exact._session = session
    generating = len(runs) - len(list(prompt_chunks(PROMPT, 1)))
    assert len(said) == 80
    assert generating * decoding.STEPS < len(said) * 0.8


def test_what_was_read_before_does_not_change_the_answer():
    folderless = build(tiny.weights(), tiny.shape())
    fresh = [loop_of(folderless.SerializeToString()) for _ in range(2)]
    other = PROMPT[:40] + PROMPT[90:130]
    request = {"fixed": 40, "allowed": ALLOWED, "max_tokens": 30}
    first = say(fresh[0], prompt=PROMPT, **request)
    say(fresh[1], prompt=other, **request)
    assert say(fresh[1], prompt=PROMPT, **request) == first
    assert say(fresh[1], prompt=PROMPT, **request) == first


def test_quantized_is_near_to_fp32(plain):
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
    expected = plain(PROMPT[:60])
    assert np.corrcoef(logits[-1], expected)[0, 1] > 0.97


def test_stops_and_only_says_what_is_allowed(exact):
    everything = say(exact, prompt=PROMPT, max_tokens=30)
    assert len(everything) == 30
    stop = everything[5]
    assert say(exact, prompt=PROMPT, stop=(stop,), max_tokens=30) == everything[: everything.index(stop)]
    few = say(exact, prompt=PROMPT, allowed=(40, 50, 60), max_tokens=30)
    assert set(few) <= {40, 50, 60}
    assert len(say(exact, prompt=PROMPT, max_tokens=1)) == 1


def test_generator_from_a_folder(tmp_path):
    tiny.manifest(tmp_path)
    model = NativeGenerator(tmp_path, threads=1)
    about = asyncio.run(model.decoder())
    assert about.context == tiny.SHAPE.context
    assert json.loads(about.tokenizer)["tokens"][1] == "<|im_start|>"

    async def run(count):
        return [some async for some in model.generate(Generation(PROMPT, allowed=ALLOWED, max_tokens=count))]

    said = asyncio.run(run(20))
    assert sum(map(len, said)) == 20
    assert len(said) > 1  # some at a time
    asyncio.run(model.release())
    assert asyncio.run(run(20)) == said


class NodeSession:
    """The extension's session (decoder-session.js) under node, one JSON line for each run (decoder.mjs)."""

    def __init__(self, folder):
        self.vocabulary = tiny.shape().vocabulary
        script = Path(__file__).with_name("decoder.mjs")
        command = ["node", str(script), str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    async def run(self, run):
        self.process.stdin.write(json.dumps(asdict(run)) + "\n")
        self.process.stdin.flush()
        output = json.loads(self.process.stdout.readline())
        if output is None:
            raise CacheLost
        return DecoderOutput(tuple(output["said"]), tuple(output["next"]), tuple(output["guessed"]), output["length"])

    def abandon(self):
        pass


@pytest.mark.build
@pytest.mark.node
def test_the_browsers_session_says_the_same_in_wasm(tmp_path):
    """Same graph, same requests, in an order in which the prompt's beginning is cached, and dropped."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    tiny.write(tmp_path)
    requests = [
        {"prompt": PROMPT, "fixed": 40, "allowed": ALLOWED, "max_tokens": 30, "no_repeat": 3},
        {"prompt": PROMPT[:150], "fixed": 40, "max_tokens": 5, "stop": (2,)},
        {"prompt": PROMPT, "fixed": 40, "allowed": ALLOWED, "max_tokens": 30, "no_repeat": 3},
    ]
    session = NodeSession(tmp_path)
    try:
        loop = DecodingLoop(session)
        here = [say(loop, **request) for request in requests]
    finally:
        session.process.kill()
        session.process.communicate()
    assert here[0] == here[2]
    native = loop_of(tmp_path / "decoder.onnx")
    there = [say(native, **request) for request in requests]
    assert [len(said) for said in here] == [len(said) for said in there]
    # Sums are rounded in another order in WASM: where the two part, they have gone together first.
    assert [said[:5] for said in here] == [said[:5] for said in there]


@pytest.mark.parametrize("file", ["decoder.onnx", "decoder.bin"])
def test_a_damaged_decoder_is_refused_by_name(tmp_path, file):
    tiny.manifest(tmp_path)
    content = bytearray((tmp_path / file).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / file).write_bytes(content)
    model = NativeGenerator(tmp_path)
    with pytest.raises(ModelError, match=f"{file} is damaged"):
        asyncio.run(anext(aiter(model.generate(Generation(PROMPT)))))


def test_the_recipe_makes_the_same_bytes_again(tmp_path):
    one, other = (tmp_path / name for name in "ab")
    for folder in (one, other):
        folder.mkdir()
    assert tiny.write(one) == tiny.write(other)
    assert tiny.write(one)["weights"]["bytes"] < 500_000
    assert tiny.write(other, seed=8)["weights"]["sha256"] != tiny.write(one)["weights"]["sha256"]
