"""Parses untrusted JSON: rejects deep nesting before Python's parser sees it.

The parser recurses, and the stack of WebAssembly is small: a text of brackets would crash the engine instead of
raising.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

MAX_DEPTH = 200

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[{]|[\]}]")


def loads(text: str, parse_constant: Callable[[str], Any] | None = None) -> Any:
    """Like `json.loads`. Raises ValueError, also for JSON that is nested deeper than MAX_DEPTH."""
    check_depth(text)
    return json.loads(text, parse_constant=parse_constant)


def check_depth(text: str) -> None:
    """Raises ValueError for JSON that is nested deeper than MAX_DEPTH."""
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(text):
        raise ValueError(f"it is nested more than {MAX_DEPTH} deep")


def _is_too_deep(text: str) -> bool:
    depth = 0
    for found in _BRACKET.finditer(_STRING.sub("", text)):
        depth += 1 if found.group() in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False
