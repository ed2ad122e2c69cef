"""The model shop: one recipe a model, from pinned source to validated ONNX. `python -m models` runs it."""
