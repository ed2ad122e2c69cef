"""A Llama-like decoder as one ONNX graph that generates several tokens per run, built for WASM.

    ids         int64 [t]               the tokens to read; the first is at position `length`
    guess       int64 [g]               indices in head_ids of the last g of them, which are guesses
    length      int64 []                the number of filled cache slots
    steps       int64 []                the number of generation steps
    past_k.L, past_v.L  float32 [1, kv heads, c, head]   the cache of layer L; slots from `length` on are ignored
    head_ids    int64 [n]               the tokens that may be generated
    stop        int64 [s]               indices in head_ids; generation ends after any of them
    history     int64 [h]               the generated tokens as indices in head_ids, after ngram - 1 times -1
    ngram       int64 []                no n-gram of this size may occur twice
    source      int64 [w], w > 1        text that may be copied: indices in head_ids, or -2 for other tokens
    draft       int64 []                the maximum number of guesses per step

    said        int64 [at least 1]      the generated tokens as indices in head_ids (greedy)
    next, guessed                       `ids` and `guess` for a run that continues
    new_k.L, new_v.L    float32 [1, kv heads, t + said - 1, head]  new cache entries

In WASM, a product of one row costs as much as one of five, an operator costs microseconds, and a copy of the cache
costs milliseconds. The design follows from that:
- One `Loop` generates the tokens and also reads the prompt, with the same nodes. The cache enters once per run and is
  never copied within it: a step attends to it and to the run's own tokens separately, and only the scores are joined.
- A text about a source often repeats it. Where the last two tokens occur in the source, the tokens after them are
  guessed (Saxena 2023, "Prompt lookup decoding") and read in the same step. Those that greedy decoding would choose are
  accepted (Leviathan et al. 2023).
- Every product with a weight is a `DynamicQuantizeMatMul` (u8 weights, zero point 128, a scale per column) with
  activations quantized at run time. Those of `down` differ a hundredfold between tokens, so each token's row is first
  divided by its largest value.
- Grouped queries (Ainslie et al. 2023) are rows of the same product as their key's head, so nothing is repeated.
- Only the allowed rows of the token table are gathered as the head, once per run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from models.graph import FLOAT, INT64, ZERO_POINT, Graph, quantize
from models.graph import Shape as Axes

BOOL = TensorProto.BOOL
NEVER = -1e9
LEVELS = {"tokens": 63, "gate_up": 79, "down": 79}
"""Quantization steps on either side of zero by kind of weight; 127 for the others. Fewer steps compress better and keep
the package within its size budget. README.md shows the cost."""
TINY = 1e-12

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
"""tokens [vocabulary, width]; norm [width]; per layer L.norm1, L.norm2 [width] and, with one row per output, L.q, L.k,
L.v, L.o, L.gate, L.up, L.down."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A decoder's dimensions. `theta` is the base of its rotary positions (Su et al. 2021)."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head: int
    inner: int
    vocabulary: int
    theta: float
    epsilon: float
    context: int

    def as_metadata(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def build(weights: Weights, shape: Shape, quantized: bool = True, instrumented: bool = False) -> onnx.ModelProto:
    """Returns the graph. Without `quantized`, every product is in fp32 (the reference for validation).

    `instrumented` adds outputs for a single step: `logits` [tokens, n] of every token it reads, and `seen_L.KIND`
    [channels], the largest input magnitudes of each product.
    """
    g = Graph("decoder")
    cache = ["past_k", "past_v"]
    kv: Axes = [1, shape.kv_heads, "past", shape.head]
    pasts: dict[str, tuple[int, Axes]] = {
        f"{name}.{layer}": (FLOAT, kv) for layer in range(shape.layers) for name in cache
    }
    inputs: dict[str, tuple[int, Axes]] = {
        "ids": (INT64, ["tokens"]),
        "guess": (INT64, ["guesses"]),
        "length": (INT64, []),
        "steps": (INT64, []),
        "head_ids": (INT64, ["allowed"]),
        "stop": (INT64, ["stops"]),
        "history": (INT64, ["spoken"]),
        "ngram": (INT64, []),
        "source": (INT64, ["words"]),
        "draft": (INT64, []),
    }
    table = _Table(g, weights["tokens"], quantized)
    head = table.head()
    # Mask the slots that are not filled.
    slots = g.node("Range", g.constant("zero", 0, np.int64), _length(g, "past_k.0", 2), g.constant("one", 1, np.int64))
    filled = g.node("Less", slots, "length")
    past_mask = g.node("Where", filled, g.number(0.0), g.number(NEVER), name="past_mask")
    empty = g.constant("empty", np.zeros((1, shape.kv_heads, 0, shape.head), np.float32))
    state = ["ids", "guess", "history", *(empty for _ in pasts)]

    body = _Step(weights, shape, quantized, instrumented, table, head, past_mask)
    go = g.constant("true", True, np.bool_)
    graph = body.graph()
    made = g.node("Loop", "steps", go, *state, outputs=len(state) + len(body.seen), name="loop", body=graph)
    outputs: dict[str, tuple[int, Axes]] = {
        "said": (INT64, ["said"]),
        "next": (INT64, ["going on"]),
        "guessed": (INT64, ["guessed on"]),
    }
    for name in reversed(body.seen):
        g.node("Squeeze", made.pop(), g.integers(0), name=name)
        outputs[name] = (FLOAT, body.seen[name])
    for name, value in zip((name.replace("past", "new") for name in pasts), made[3:], strict=True):
        g.node("Identity", value, name=name)
        outputs[name] = (FLOAT, [1, shape.kv_heads, "new", shape.head])
    end = g.constant("end", [2**31], np.int64)
    g.node("Slice", made[2], g.node("Shape", "history"), end, name="said")
    for name, value in zip(("next", "guessed"), made, strict=False):
        g.node("Identity", value, name=name)
    return g.model(inputs | pasts, outputs, metadata=shape.as_metadata())


def _length(g: Graph, tensor: str, axis: int) -> Any:
    """Returns the size of one axis as a scalar."""
    return g.node("Squeeze", g.node("Shape", tensor, start=axis, end=axis + 1))


class _Table:
    """The token table: the embeddings and, transposed, the head."""

    def __init__(self, g: Graph, tokens: Floats, quantized: bool) -> None:
        self.g, self.quantized = g, quantized
        if quantized:
            rows, scale = quantize(tokens, 1, LEVELS["tokens"])
            g.constant("tokens", rows)
            g.constant("tokens.scale", scale[:, None])
        else:
            g.constant("tokens", tokens)

    def read(self, g: Graph, ids: str) -> Any:
        rows = g.node("Gather", "tokens", ids)
        if self.quantized:
            rows = g.node("Sub", g.node("Cast", rows, to=FLOAT), g.number(float(ZERO_POINT)))
            rows = g.node("Mul", rows, g.node("Gather", "tokens.scale", ids))
        return g.node("Unsqueeze", rows, g.integers(0))

    def head(self) -> list[str]:
        """Returns the names of the head's weights [width, n] and, if quantized, of its scales and zero points [n]."""
        g = self.g
        weight = g.node("Transpose", g.node("Gather", "tokens", "head_ids"), perm=[1, 0], name="head")
        if not self.quantized:
            return [weight]
        scale = g.node("Squeeze", g.node("Gather", "tokens.scale", "head_ids"), g.integers(1), name="head_scale")
        zero = g.constant("zero_point", ZERO_POINT, np.uint8)
        return [weight, scale, g.node("Expand", zero, g.node("Shape", "head_ids"), name="head_zero")]


class _Step:
    """The loop's body: reads `step_ids` and generates tokens.

    The weights are constants of the surrounding graph, because onnxruntime-web maps a weight file only into that graph.
    """

    def __init__(
        self,
        weights: Weights,
        shape: Shape,
        quantized: bool,
        instrumented: bool,
        table: _Table,
        head: list[str],
        past_mask: str,
    ) -> None:
        self.g, self.outer = Graph("step", prefix="step_"), table.g
        self.weights, self.shape, self.quantized, self.instrumented = weights, shape, quantized, instrumented
        self.seen: dict[str, Axes] = {}
        self.table, self.head, self.past_mask = table, head, past_mask

    def graph(self) -> Any:
        g, shape = self.g, self.shape
        kv: Axes = [1, shape.kv_heads, "run", shape.head]
        names = [f"{kind}.{layer}" for layer in range(shape.layers) for kind in ("k", "v")]
        inputs: dict[str, tuple[int, Axes]] = {
            "step": (INT64, []),
            "step_go": (BOOL, []),
            "step_ids": (INT64, ["t"]),
            "step_guess": (INT64, ["d"]),
            "step_history": (INT64, ["h"]),
        }
        inputs |= {f"run_{name}": (FLOAT, kv) for name in names}

        tokens = _length(g, "step_ids", 0)
        earlier = _length(g, "run_k.0", 2)
        mask = self._mask(tokens, earlier)
        rotation = self._rotation(tokens, earlier)
        x = self.table.read(g, "step_ids")
        normed = g.node("SimplifiedLayerNormalization", x, self._constant("0.norm1"), axis=-1, epsilon=shape.epsilon)
        for layer in range(shape.layers):
            mixed = self._attend(layer, normed, mask, rotation)
            normed, x = self._add(x, self._product(mixed, layer, "o"), f"{layer}.norm2")
            after = f"{layer + 1}.norm1" if layer + 1 < shape.layers else "norm"
            normed, x = self._add(x, self._feed_forward(layer, normed), after)
        wrong = self._generate(normed)
        # Drop the cache entries of wrong guesses.
        kept = g.node("Slice", "step_sizes", g.integers(1), g.integers(2))
        kept = g.node("Sub", kept, g.node("Unsqueeze", wrong, g.integers(0)))
        for name in names:
            g.node("Slice", f"read_{name}", g.integers(0), kept, g.integers(2), name=f"ran_{name}")
        outputs: dict[str, tuple[int, Axes]] = {
            "step_on": (BOOL, []),
            "step_next": (INT64, ["t"]),
            "step_guessed": (INT64, ["d"]),
        }
        outputs |= {"step_spoken": (INT64, ["h"])} | {f"ran_{name}": (FLOAT, kv) for name in names}
        outputs |= {f"step_{name}": (FLOAT, seen) for name, seen in self.seen.items()}
        return g.subgraph(inputs, outputs)

    def _constant(self, name: str) -> str:
        return self.g.constant(f"step_{name}", self.weights[name])

    def _mask(self, tokens: str, earlier: str) -> Any:
        """Returns [group * t, past + run]: zero where a token may attend, for each row of the group."""
        g, one = self.g, self.g.constant("step_one", 1, np.int64)
        zero = g.constant("step_zero", 0, np.int64)
        whole = g.node("Add", earlier, tokens)
        query = g.node("Unsqueeze", g.node("Range", earlier, whole, one), g.integers(1))
        later = g.node("Greater", g.node("Range", zero, whole, one), query)
        own = g.node("Where", later, g.number(NEVER), g.number(0.0))
        rows = g.node("Unsqueeze", tokens, g.integers(0))
        past = g.node("Expand", self.past_mask, g.node("Concat", rows, g.integers(1), axis=0))
        mask = g.node("Concat", past, own, axis=1)
        group = self.shape.heads // self.shape.kv_heads
        return g.node("Tile", mask, g.integers(group, 1)) if group > 1 else mask

    def _rotation(self, tokens: str, earlier: str) -> list[str]:
        """Returns the cosine and sine [t, head / 2] of the rotary angles of queries and keys."""
        g, half = self.g, self.shape.head // 2
        speeds = (1 / self.shape.theta ** (np.arange(half) / half)).astype(np.float32)
        first = g.node("Add", "length", earlier)
        places = g.node("Range", first, g.node("Add", first, tokens), g.constant("step_one", 1, np.int64))
        angles = g.node(
            "Mul",
            g.node("Unsqueeze", g.node("Cast", places, to=FLOAT), g.integers(1)),
            g.constant("step_speeds", speeds),
        )
        return [g.node("Cos", angles), g.node("Sin", angles)]

    def _attend(self, layer: int, x: str, mask: str, rotation: list[str]) -> Any:
        g, shape = self.g, self.shape
        both = shape.heads + shape.kv_heads
        qkv = g.node("Reshape", self._product(x, layer, "qkv"), g.integers(1, -1, both + shape.kv_heads, shape.head))
        qkv = g.node("Transpose", qkv, perm=[0, 2, 1, 3])
        qk, v = g.node("Split", qkv, g.integers(both, shape.kv_heads), outputs=2, axis=1)
        start = g.constant("step_start", [0], np.int64)
        qk = g.fused("RotaryEmbedding", qk, start, *rotation, interleaved=0)
        q, k = g.node("Split", qk, g.integers(shape.heads, shape.kv_heads), outputs=2, axis=1)
        k = g.node("Concat", f"run_k.{layer}", k, axis=2, name=f"read_k.{layer}")
        v = g.node("Concat", f"run_v.{layer}", v, axis=2, name=f"read_v.{layer}")
        q = g.node("Reshape", q, g.integers(1, shape.kv_heads, -1, shape.head))
        past_k, past_v = f"past_k.{layer}", f"past_v.{layer}"
        scores = [g.fused("FusedMatMul", q, keys, transB=1) for keys in (past_k, k)]
        attention = g.node("Softmax", g.node("Add", g.node("Concat", *scores, axis=3), mask), axis=-1)
        before, now = g.node("Split", attention, self._sizes(layer, k), outputs=2, axis=3)
        mixed = g.node("Add", g.node("MatMul", before, past_v), g.node("MatMul", now, v))
        mixed = g.node("Reshape", mixed, g.integers(1, shape.heads, -1, shape.head))
        mixed = g.node("Transpose", mixed, perm=[0, 2, 1, 3])
        return g.node("Reshape", mixed, g.integers(1, -1, shape.heads * shape.head))

    def _sizes(self, layer: int, k: str) -> Any:
        """Returns [past, run], the split of the attention weights, the same for all layers."""
        if layer == 0:
            g = self.g
            g.node(
                "Concat",
                g.node("Shape", "past_k.0", start=2, end=3),
                g.node("Shape", k, start=2, end=3),
                axis=0,
                name="step_sizes",
            )
        return "step_sizes"

    def _feed_forward(self, layer: int, x: str) -> Any:
        """The feed-forward layer, gated by SiLU (Shazeer 2020)."""
        g = self.g
        gate, up = g.node("Split", self._product(x, layer, "gate_up"), outputs=2, axis=-1, num_outputs=2)
        inner = g.node("Mul", g.fused("QuickGelu", gate, alpha=1.0), up)
        if not self.quantized:
            return self._product(inner, layer, "down")
        largest = g.node("Max", g.node("ReduceMax", g.node("Abs", inner), g.integers(-1), keepdims=1), g.number(TINY))
        return g.node("Mul", self._product(g.node("Div", inner, largest), layer, "down"), largest)

    def _add(self, x: str, more: str, norm: str) -> tuple[Any, Any]:
        """Returns RMSNorm (Zhang & Sennrich 2019) of x + more, and the sum."""
        g, stem = self.g, f"step_sum_{norm}"
        made = g.node(
            "SkipSimplifiedLayerNormalization", x, more, self._constant(norm),
            names=[stem, "", "", f"{stem}_x"], domain="com.microsoft", epsilon=self.shape.epsilon,
        )  # fmt: skip
        return made[0], made[3]

    def _product(self, x: str, layer: int, kind: str) -> Any:
        g, name = self.g, f"{layer}.{kind}"
        parts = {"qkv": ("q", "k", "v"), "gate_up": ("gate", "up")}.get(kind, (kind,))
        rows = [self.weights[f"{layer}.{part}"] for part in parts]
        if kind == "qkv":  # the queries absorb attention's 1/sqrt(d)
            rows[0] = rows[0] * np.float32(self.shape.head**-0.5)
        matrix = np.concatenate(rows).T
        if self.instrumented:
            self.seen[f"seen_{name}"] = [len(matrix)]
            g.node("ReduceMax", g.node("Abs", x), g.integers(0, 1), keepdims=0, name=f"step_seen_{name}")
        if not self.quantized:
            return g.node("MatMul", x, self.outer.constant(name, matrix))
        q, scale = quantize(matrix, 0, LEVELS.get(kind, 127))
        zero = np.full(scale.shape, ZERO_POINT, np.uint8)
        made = (self.outer.constant(f"{name}.{n}", v) for n, v in (("weight", q), ("scale", scale), ("zero", zero)))
        return g.fused("DynamicQuantizeMatMul", x, *made)

    def _generate(self, x: str) -> Any:
        """Generates the most likely allowed tokens that repeat no n-gram, and guesses the next ones.

        Returns the number of wrong guesses among those that were read, as a scalar.
        """
        g = self.g
        zero, one = g.constant("step_zero", 0, np.int64), g.constant("step_one", 1, np.int64)
        guesses = g.node("Shape", "step_guess")
        if self.instrumented:
            self.seen["logits"] = ["t", "allowed"]
            g.node("Identity", self._logits(x), name="step_logits")
        rows = g.node("Slice", x, g.node("Sub", g.integers(-1), guesses), self._end(), g.integers(1))
        logits = self._logits(rows)
        likeliest = g.node("ArgMax", self._unrepeated(logits, zero, one), axis=1, keepdims=0)
        # Accept the guesses before the first wrong one.
        same = g.node("Equal", "step_guess", g.node("Slice", likeliest, g.integers(0), guesses))
        right = self._leading(same)
        said = g.node("Slice", likeliest, g.integers(0), g.node("Add", right, g.integers(1)))
        generated = g.node("Concat", "step_history", said, axis=0, name="step_spoken")
        ends = g.node("Equal", g.node("Unsqueeze", said, g.integers(1)), "stop")
        ends = g.node("ReduceSum", g.node("Cast", ends, to=FLOAT), keepdims=0)
        g.node("Equal", ends, g.number(0.0), name="step_on")
        guess = self._guess(generated)
        last = g.node("Slice", said, g.integers(-1), self._end())
        g.node("Gather", "head_ids", g.node("Concat", last, guess, axis=0), name="step_next")
        return g.node("Squeeze", g.node("Sub", guesses, right))

    def _logits(self, rows: str) -> Any:
        g = self.g
        make, kind = (g.fused, "DynamicQuantizeMatMul") if self.quantized else (g.node, "MatMul")
        return g.node("Squeeze", make(kind, rows, *self.head), g.integers(0))

    def _end(self) -> str:
        return self.g.constant("step_end", [2**31], np.int64)

    def _leading(self, flags: str) -> Any:
        """Returns [1]: the number of true flags before the first false one."""
        g = self.g
        off = g.node("Concat", g.node("Not", flags), g.constant("step_true", [True], np.bool_), axis=0)
        return g.node("ArgMax", g.node("Cast", off, to=TensorProto.INT32), axis=0, keepdims=1)

    def _unrepeated(self, logits: str, zero: str, one: str) -> Any:
        """Returns `logits` [d + 1, n] plus NEVER for tokens that would complete an n-gram that already exists.

        Row i follows the history and the first i guesses.
        """
        g = self.g
        generated = g.node("Concat", "step_history", "step_guess", axis=0)
        context = g.node("Sub", "ngram", one)
        offsets = g.node("Range", zero, context, one)
        count = g.node("Sub", _length(g, generated, 0), context)
        starts = g.node("Range", zero, count, one)
        ends = g.node("Range", _length(g, "step_history", 0), g.node("Add", _length(g, generated, 0), one), one)
        column = g.integers(1)
        runs = g.node("Gather", generated, g.node("Add", g.node("Unsqueeze", starts, column), offsets))
        first = g.node("Unsqueeze", g.node("Sub", ends, context), column)
        latest = g.node("Gather", generated, g.node("Add", first, offsets))
        differ = g.node("Not", g.node("Equal", g.node("Unsqueeze", latest, column), runs))
        differ = g.node("ReduceSum", g.node("Cast", differ, to=FLOAT), g.integers(2), keepdims=0)
        after = g.node("Add", starts, context)
        before = g.node("Less", after, g.node("Unsqueeze", ends, column))
        repeats = g.node("And", g.node("Equal", differ, g.number(0.0)), before)
        penalty = g.node("Where", repeats, g.number(NEVER), g.number(0.0))
        followed = g.node("Expand", g.node("Gather", generated, after), g.node("Shape", penalty))
        return g.node("ScatterElements", logits, followed, penalty, axis=1, reduction="add")

    def _guess(self, generated: str) -> Any:
        """Guesses what followed the last two tokens at their last occurrence, in the source or the generated text."""
        g = self.g
        text = g.node("Concat", "source", generated, axis=0)
        one, two = (g.node("Slice", text, g.integers(-n), g.integers(1 - n) if n > 1 else self._end()) for n in (1, 2))
        before = g.node("Equal", g.node("Slice", text, g.integers(0), g.integers(-2)), two)
        match = g.node("And", before, g.node("Equal", g.node("Slice", text, g.integers(1), g.integers(-1)), one))
        match = g.node("Cast", match, to=TensorProto.INT32)
        place = g.node("ArgMax", match, axis=0, keepdims=1, select_last_index=1)
        place = g.node("Add", place, g.integers(2))
        count = g.node("Mul", "draft", g.node("Cast", g.node("ReduceMax", match, keepdims=1), to=INT64))
        after = g.node("Slice", text, place, g.node("Add", place, count))
        known = self._leading(g.node("GreaterOrEqual", after, g.constant("step_zero", 0, np.int64)))
        return g.node("Slice", after, g.integers(0), known, name="step_guessed")
