"""The extension's manifest, rendered from one template for each browser."""

from __future__ import annotations

import json
import tomllib
from typing import Any

from jinja2 import Environment, StrictUndefined

from build.layout import EXTENSION, ROOT

SOURCE = EXTENSION / "manifest.json.jinja"


def version() -> str:
    """Returns the project's version from pyproject.toml."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def manifest(browser: str) -> dict[str, Any]:
    """Returns the parsed manifest. Raises ValueError if the template does not render to valid JSON."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # JSON, not HTML
    source = environment.from_string(SOURCE.read_text("utf-8"))
    rendered: dict[str, Any] = json.loads(source.render(browser=browser, version=version()))
    return rendered
