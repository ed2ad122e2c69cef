"""Creates a models folder like the package's, for tests that run or damage it."""

import hashlib
import json

from models.artifacts import NAMES, Model


def package(folder):
    """Fills `folder` with copies of the built models and the manifest that hosts check them against."""
    manifest = {}
    for name in NAMES:
        model = Model(name)
        model.verify()
        content = model.onnx.read_bytes()
        (folder / f"{name}.onnx").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        manifest[name] = {"file": f"{name}.onnx", "bytes": len(content), "sha256": sha256}
    (folder / "vocab.txt").write_bytes((Model("encoder").out / "vocab.txt").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
