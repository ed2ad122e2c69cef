"""Paths of the development data: texts that belong to their publishers and are never committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.artifacts import ROOT, RecipeError

FOLDER = ROOT.parent.parent / "shared" / "data"


def path_of(name: str) -> Path:
    """Returns the path of a file or folder of the data set. Raises RecipeError when it is missing."""
    path = FOLDER / name
    if not path.exists():
        raise RecipeError(
            f"The data file {path.name} is missing: put the data set at ../shared/data/{name.partition('/')[0]} beside "
            "the repository. You need it for training and evaluation only, not to build the models."
        )
    return path


def summaries(name: str) -> list[dict[str, Any]]:
    """Returns the rows of `summaries/NAME.jsonl`. Raises RecipeError when the file is missing."""
    with path_of(f"summaries/{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
