"""The extension's manifest: one source, one manifest per browser."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from jinja2 import Environment, StrictUndefined

from build.layout import EXTENSION, ROOT

SOURCE = EXTENSION / "manifest.json.jinja"


def version() -> str:
    """The one in pyproject.toml."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def manifest(browser: str) -> dict[str, Any]:
    """Rendered and parsed, so that a broken source fails here and not in the browser."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # JSON, not HTML
    source = environment.from_string(SOURCE.read_text("utf-8"))
    rendered: dict[str, Any] = json.loads(source.render(browser=browser, version=version()))
    return rendered
