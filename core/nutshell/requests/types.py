"""The types of a request handler and its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nutshell.ports import Progress

Answer = dict[str, Any]
"""JSON-like data."""

Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]
"""Takes the payload and the progress callback. Raises ValueError for a payload that is not valid."""
