"""LexRank as an ONNX graph."""
