"""A few lines over onnx.helper, so that a recipe reads like the network it builds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
FLOAT, INT32, INT64 = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64

Shape = Sequence[int | str]


class Graph:
    """Collects nodes and constants; names are counted, so the same calls make the same bytes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: Any, dtype: Any = None) -> str:
        if name not in self.constants:
            array = np.ascontiguousarray(value, dtype=dtype)
            self.constants[name] = numpy_helper.from_array(array.reshape(np.shape(value)), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("integers" + "".join(f"_{v}" for v in values), values, np.int64)

    def number(self, value: float) -> str:
        return self.constant(f"number_{value}", value, np.float32)

    def node(self, kind: str, *inputs: str, outputs: int = 1, name: str = "", **attributes: Any) -> Any:
        """Add a node; returns its output's name, or a list of them when it has several."""
        stem = name or f"{kind}_{len(self.nodes)}"
        names = [stem] if outputs == 1 else [f"{stem}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"node_{stem}", **attributes))
        return names[0] if outputs == 1 else names

    def fused(self, kind: str, *inputs: str, **attributes: Any) -> Any:
        """A node of onnxruntime's own operators."""
        return self.node(kind, *inputs, domain=MICROSOFT, **attributes)

    def serialize(
        self, inputs: dict[str, tuple[int, Shape]], outputs: dict[str, tuple[int, Shape]], opset: int = 18
    ) -> bytes:
        """The model's bytes, the same for the same graph whichever onnx release writes them."""
        graph = helper.make_graph(
            self.nodes,
            self.name,
            [helper.make_tensor_value_info(n, t, s) for n, (t, s) in inputs.items()],
            [helper.make_tensor_value_info(n, t, s) for n, (t, s) in outputs.items()],
            list(self.constants.values()),
        )
        opsets = [helper.make_opsetid("", opset), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="nutshell")
        data: bytes = model.SerializeToString(deterministic=True)
        return data
