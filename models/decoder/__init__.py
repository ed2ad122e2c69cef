"""A small language model for the browser: from a GGUF file to one ONNX graph that says several tokens a run."""
