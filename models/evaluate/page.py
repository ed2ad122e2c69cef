"""What an evaluation leaves behind: results/NAME.json, and its tables between the marks of models/README.md."""

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
from models.shop import NAMES, ROOT, Model, RecipeError
from models.tables import Table

RESULTS = ROOT / "results"
PAGE = ROOT / "README.md"
FIGURES = ROOT.parent / "docs" / "figures"
COMMAND = "python -m models eval"


@dataclass(frozen=True, slots=True)
class Result:
    """`figures` holds the numbers behind the tables; `plots` names what plots.py draws of them, with a caption."""

    name: str
    tables: Sequence[Table]
    about: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    plots: Mapping[str, str] = field(default_factory=dict)


def keep(result: Result) -> Path:
    """Write results/NAME.json, with the command, the code and the models that it is of."""
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


def kept(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found


def pins() -> dict[str, str]:
    """The first characters of each shipped model's hash."""
    return {name: Model(name).card["outputs"][f"{name}.onnx"][:12] for name in NAMES}


def stale(name: str) -> list[str]:
    """The models that have changed since the result was kept."""
    found = kept(name)
    now = pins()
    return [model for model, pin in (found or {}).get("models", {}).items() if now.get(model) != pin]


def write(names: Sequence[str]) -> None:
    """Bring the results of `names` to models/README.md; raises RecipeError when a mark is missing there."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(rendered(text, names), encoding="utf-8")


def rendered(text: str, names: Sequence[str]) -> str:
    """The page with what lies between the marks of each of `names` made anew from its result."""
    for name in names:
        found = kept(name)
        if found is None:
            continue
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not mark.search(text):
            raise RecipeError(
                f"models/README.md has no place for {name}: put <!-- {name} --> and <!-- /{name} --> there"
            )
        body = markdown(found)
        text = mark.sub(lambda place, body=body: place[1] + body + "\n" + place[2], text)  # type: ignore[misc]
    return text


def markdown(result: Mapping[str, Any]) -> str:
    parts = [result["about"]] if result["about"] else []
    for name, caption in result["plots"].items():
        parts.append(f"![{caption}](../docs/figures/{name}.svg)")
    for table in result["tables"]:
        parts += tables.markdown(table)
    parts.append(f"`{result['command']}` at {result['commit']}, {result['date']}.")
    return "\n\n".join(parts)


def _commit() -> str:
    """The checked-out commit; "+" when code or models differ from it; "" outside a checkout."""
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
