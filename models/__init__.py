"""Model recipes and evaluations: from pinned sources to validated ONNX files. Run `python -m models`."""
