"""Batches: JSON lines in, one JSON line out for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TextIO

from nutshell.messages import error_text
from nutshell.ports import ModelError
from nutshell.safe_json import loads


class UsageError(Exception):
    """The command cannot be run as given. The message says what to do."""


def answer_lines(path: str, answer: Callable[[Mapping[str, Any]], Mapping[str, Any]], unit: str = "lines") -> int:
    """Prints `answer` of each line of a file, with the line's id. `path` "-" is standard input.

    A line that fails prints an `error` instead and does not stop the batch. Returns the exit status: 0, or 1 when some
    lines failed. Raises UsageError when the file cannot be read.
    """
    from tqdm import tqdm  # noqa: PLC0415

    failed = 0
    with open_lines(path) as lines:
        for number, line in enumerate(tqdm(lines, unit=f" {unit}", disable=None), start=1):
            if not line.strip():
                continue
            result: dict[str, Any] = {"id": None}
            try:
                row = loads(line)
                if not isinstance(row, dict):
                    raise UsageError("a line must be a JSON object")
                result["id"] = row.get("id")
                result |= answer(row)
            except (UsageError, ModelError, ValueError) as error:
                result["error"] = f"line {number}: {error_text(error)}"
                failed += 1
            except Exception as error:  # no single line may end a batch of thousands
                result["error"] = f"line {number}: {type(error).__name__}: {error_text(error)}"
                failed += 1
            print(as_line(result), flush=True)
    if failed:
        print(f"nutshell: {failed} of the lines failed; see their error", file=sys.stderr)
    return 1 if failed else 0


def as_line(data: Any) -> str:
    """Returns JSON in one line, without escapes unless it has lone surrogates, which cannot be printed."""
    line = json.dumps(data, ensure_ascii=False)
    return line if _is_encodable(line) else json.dumps(data)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def open_lines(path: str) -> AbstractContextManager[TextIO]:
    """Opens a text file; `path` "-" is standard input. Raises UsageError."""
    if path == "-":
        return nullcontext(sys.stdin)
    try:
        return open(path, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path} could not be read: {error.strerror or error}") from error
