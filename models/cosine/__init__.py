"""Cosine similarity of float vectors as an ONNX graph."""
