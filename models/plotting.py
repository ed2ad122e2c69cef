"""SVG plots: the same bytes for the same numbers, in the colours of the viewer's theme."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

from models.artifacts import RecipeError

INK = "#010203"  # placeholder that `save` replaces with currentColor
_SETTINGS: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "nutshell",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_STYLE = "<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}</style>"


def setup() -> None:
    """Sets up matplotlib. Raises RecipeError when it is not installed."""
    try:
        import matplotlib  # noqa: PLC0415
    except ModuleNotFoundError:
        raise RecipeError(
            "matplotlib is not installed. Install it with: pip install --no-deps -r requirements/eval.txt"
        ) from None
    matplotlib.use("svg")
    matplotlib.rcParams.update(_SETTINGS)


def save(path: Path, figure: Any) -> None:
    """Writes a matplotlib figure. Lines and text take the colour of the viewer's theme."""
    buffer = StringIO()
    figure.savefig(
        buffer, format="svg", transparent=True, bbox_inches="tight", metadata={"Date": None, "Creator": None}
    )
    text = buffer.getvalue().replace(INK, "currentColor")
    text = re.sub(r"(<svg [^>]*>)", rf"\1{_STYLE}", text, count=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")
