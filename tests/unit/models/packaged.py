"""The folder of models as the package has it, for tests that run or harm it."""

import hashlib
import json

from models.shop import NAMES, Model


def package(folder):
    """Fill `folder` with copies of what the shop has made, and the list by which a host checks them."""
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
