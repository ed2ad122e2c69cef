"""A thin layer over onnx.helper, so that a recipe reads like the network it builds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
ZERO_POINT = 128
FLOAT, INT32, INT64 = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64

Shape = Sequence[int | str]
Values = Mapping[str, tuple[int, Shape]]
"""Name -> type and shape."""


def quantize(weight: Any, axis: int, levels: int = 127) -> tuple[Any, Any]:
    """Quantizes symmetrically to u8 around ZERO_POINT, with -levels to levels steps and a float32 scale along `axis`.

    Returns (steps, scale) with weight ~ (steps - ZERO_POINT) * scale.
    """
    scale = np.maximum(np.abs(weight).max(axis=axis) / levels, 1e-12).astype(np.float32)
    steps = np.rint(weight / np.expand_dims(scale, axis))
    return (np.clip(steps, -levels, levels) + ZERO_POINT).astype(np.uint8), scale


class Graph:
    """Collects nodes and constants. Names are numbered, so the same calls give the same bytes."""

    def __init__(self, name: str, prefix: str = "") -> None:
        """`prefix` makes the names of a subgraph differ from those of the surrounding graph."""
        self.name = name
        self.prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: Any, dtype: Any = None) -> str:
        if name not in self.constants:
            array = np.ascontiguousarray(value, dtype=dtype)
            self.constants[name] = numpy_helper.from_array(array.reshape(np.shape(value)), name)
        return name

    def stored(self, name: str, matrix: Any) -> str:
        """Stores a matrix [rows, columns] as u8 with one scale per column; the graph converts it to float32.

        This takes a quarter of the space and keeps the arithmetic in float32.
        """
        steps, scale = quantize(np.asarray(matrix, np.float32), axis=0)
        # Apply the scale separately: onnxruntime's optimizer turns a dequantized weight into an integer product.
        centred = self.floats(self.constant(f"{name}.u8", steps), zero=ZERO_POINT, dtype=np.uint8)
        return str(self.node("Mul", centred, self.constant(f"{name}.scale", scale)))

    def floats(self, whole: str, scale: float = 1.0, zero: int | None = None, dtype: Any = np.int8) -> str:
        """Converts an int8 or uint8 tensor (`dtype`) to float32: (whole - zero) * scale.

        Do not use Cast: its kernel in onnxruntime's WASM is one function of half a megabyte for all pairs of types.
        Compiling it takes a browser two seconds and a hundred megabytes.
        """
        points = () if zero is None else (self.constant(f"{self.prefix}zero_{zero}_{np.dtype(dtype)}", zero, dtype),)
        return str(self.node("DequantizeLinear", whole, self.number(scale), *points))

    def int8(self, whole: str, name: str) -> str:
        """Converts float32 to int8, rounded half to even and saturated. Avoids Cast, see `floats`."""
        return str(
            self.node("QuantizeLinear", whole, self.number(1.0), self.constant("int8_zero", 0, np.int8), name=name)
        )

    def indicator(self, condition: str) -> str:
        """Returns 1.0 where a boolean tensor is true, else 0.0. Avoids Cast, see `floats`."""
        return str(self.node("Where", condition, self.number(1.0), self.number(0.0)))

    def integers(self, *values: int) -> str:
        return self.constant(f"{self.prefix}integers" + "".join(f"_{v}" for v in values), values, np.int64)

    def number(self, value: float) -> str:
        return self.constant(f"{self.prefix}number_{value}", value, np.float32)

    def node(
        self, kind: str, *inputs: str, outputs: int = 1, name: str = "", names: Sequence[str] = (), **attributes: Any
    ) -> Any:
        """Adds a node and returns its output's name, or a list of names if it has several.

        `names` names several outputs, with "" for an unused one.
        """
        stem = name or f"{self.prefix}{kind}_{len(self.nodes)}"
        names = list(names) or ([stem] if outputs == 1 else [f"{stem}_{i}" for i in range(outputs)])
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"node_{stem}", **attributes))
        return names[0] if len(names) == 1 else names

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> Any:
        """Adds a node with one of onnxruntime's own operators."""
        return self.node(kind, *inputs, domain=MICROSOFT, **attributes)

    def subgraph(self, inputs: Values, outputs: Values) -> onnx.GraphProto:
        """Returns the graph as a node's attribute. It can use the names of the surrounding graph."""
        return helper.make_graph(self.nodes, self.name, _infos(inputs), _infos(outputs), list(self.constants.values()))

    def serialize(self, inputs: Values, outputs: Values, opset: int = 18) -> bytes:
        """Returns the model's bytes, the same for the same graph with every onnx release."""
        data: bytes = self.model(inputs, outputs, opset).SerializeToString(deterministic=True)
        return data

    def model(
        self, inputs: Values, outputs: Values, opset: int = 18, metadata: Mapping[str, str] | None = None
    ) -> onnx.ModelProto:
        """Returns the model with `metadata` stored in it."""
        opsets = [helper.make_opsetid("", opset), helper.make_opsetid(MICROSOFT, 1)]
        graph = self.subgraph(inputs, outputs)
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="nutshell")
        helper.set_model_props(model, dict(metadata or {}))
        return model


def externalize(model: onnx.ModelProto, file: str, min_size: int = 4096) -> tuple[bytes, bytes]:
    """Moves the larger constants to a separate file. Returns the model and that file's content.

    A program that opens the model then needs no second copy of the weights.
    """
    weights = bytearray()
    for tensor in model.graph.initializer:
        size = len(tensor.raw_data)
        if size < min_size:
            continue
        weights.extend(bytes(-len(weights) % 64))
        place = {"location": file, "offset": str(len(weights)), "length": str(size)}
        weights.extend(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in place.items():
            tensor.external_data.add(key=key, value=value)
    data: bytes = model.SerializeToString(deterministic=True)
    return data, bytes(weights)


def _infos(values: Values) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in values.items()]
