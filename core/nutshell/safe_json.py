"""JSON that somebody else wrote: what is nested too deep is refused before Python's parser follows it.

The parser recurses, and WebAssembly's stack is small: text of brackets alone would end the engine, not raise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

DEEPEST = 200

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[{]|[\]}]")


def loads(text: str, parse_constant: Callable[[str], Any] | None = None) -> Any:
    """As `json.loads`. Raises ValueError, also for what is nested deeper than DEEPEST."""
    if text.count("[") + text.count("{") > DEEPEST and _deep(text):
        raise ValueError(f"it is nested more than {DEEPEST} deep")
    return json.loads(text, parse_constant=parse_constant)


def _deep(text: str) -> bool:
    depth = 0
    for found in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if found.group() in "[{" else -1
        if depth > DEEPEST:
            return True
    return False
