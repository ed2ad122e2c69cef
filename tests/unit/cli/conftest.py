from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def shop(monkeypatch):
    """The command line with the model shop's own files: what is built may be older."""
    from nutshell.hosts import desktop  # noqa: PLC0415 - Pyodide has no onnxruntime

    def file(self, model):
        path = ROOT / f"models/{model}/out/{model}.onnx"
        if not path.is_file():
            pytest.skip("the models are not made: run `make models`")
        return path

    monkeypatch.setattr(desktop, "models_folder", lambda: ROOT / "models/encoder/out")
    monkeypatch.setattr(desktop.NativeModels, "_file", file)
    if not (ROOT / "models/encoder/out/vocab.txt").is_file():
        pytest.skip("the models are not made: run `make models`")
