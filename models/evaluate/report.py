"""Stores results in results/NAME.json and renders their tables between the markers of models/README.md."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models import tables
from models.artifacts import NAMES, ROOT, Model, RecipeError
from models.tables import Table, wrapped

RESULTS = ROOT / "results"
README = ROOT / "README.md"
FIGURES = ROOT.parent / "docs" / "figures"
COMMAND = "python -m models eval"


@dataclass(frozen=True, slots=True)
class Result:
    """`figures` holds the numbers behind the tables; `plots` maps the name of each plot of plots.py to its caption."""

    name: str
    tables: Sequence[Table]
    about: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    plots: Mapping[str, str] = field(default_factory=dict)


def save(result: Result) -> Path:
    """Writes results/NAME.json with the command, the date, the commit and the hashes of the models."""
    stamp = {
        "command": f"{COMMAND} {result.name}",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "models": pins(),
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{result.name}.json"
    path.write_text(json.dumps(stamp | asdict(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found


def pins() -> dict[str, str]:
    """Returns the first 12 characters of each shipped model's hash."""
    return {name: Model(name).card["outputs"][f"{name}.onnx"][:12] for name in NAMES}


def outdated_models(name: str) -> list[str]:
    """Returns the models that changed after the result was stored."""
    found = load(name)
    now = pins()
    return [model for model, pin in (found or {}).get("models", {}).items() if now.get(model) != pin]


def update_readme(names: Sequence[str]) -> None:
    """Renders the results of `names` into models/README.md. Raises RecipeError when a marker is missing."""
    text = README.read_text(encoding="utf-8")
    README.write_text(render(text, names), encoding="utf-8")


def render(text: str, names: Sequence[str]) -> str:
    """Returns `text` with the part between the markers of each of `names` rendered from its result."""
    for name in names:
        found = load(name)
        if found is None:
            continue
        marker = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not marker.search(text):
            raise RecipeError(f"models/README.md has no markers for {name}: add <!-- {name} --> and <!-- /{name} -->")
        body = markdown(found)
        text = marker.sub(lambda place, body=body: place[1] + body + "\n" + place[2], text)  # type: ignore[misc]
    return text


def markdown(result: Mapping[str, Any]) -> str:
    parts = [wrapped(result["about"])] if result["about"] else []
    for name, caption in result["plots"].items():
        parts.append(f"![{caption}](../docs/figures/{name}.svg)")
    for table in result["tables"]:
        parts += tables.markdown(table)
    parts.append(f"`{result['command']}` at {result['commit']}, {result['date']}.")
    return "\n\n".join(parts)


def _commit() -> str:
    """Returns the checked-out commit, with "+" when code or models differ from it, or "" outside a checkout."""
    try:
        short = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "core", "models", ":!models/results")
    except (OSError, subprocess.SubprocessError):
        return ""
    return short + ("+" if [line for line in changed.splitlines() if not line.endswith("README.md")] else "")


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT.parent, capture_output=True, text=True, check=True, timeout=30
    ).stdout.strip()
