"""Where the development data lies: texts that belong to their publishers and are never committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.shop import ROOT, RecipeError

FOLDER = ROOT.parent.parent / "shared" / "data"


def summaries(name: str) -> list[dict[str, Any]]:
    """The rows of `summaries/NAME.jsonl`; raises RecipeError when the data is not there."""
    path: Path = FOLDER / "summaries" / f"{name}.jsonl"
    if not path.is_file():
        raise RecipeError(
            f"training data {path.name} is not there: put the data set at ../shared/data/summaries beside the "
            "repository (it is not needed to build: trained weights are committed)"
        )
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
