"""A small language model for the browser: from a GGUF file to one ONNX graph that generates several tokens per run."""
