"""Cosine similarity of int8 vectors as an ONNX graph."""
