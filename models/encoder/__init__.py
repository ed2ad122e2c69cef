"""all-MiniLM-L6-v2 with three layers and int8 products as an ONNX graph."""
