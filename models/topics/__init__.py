"""Topics of the stored items as an ONNX graph."""
