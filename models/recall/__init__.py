"""Nearest saved pages by vector as an ONNX graph."""
