"""The core asked once, from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from nutshell.app import Application, RequestError
from nutshell.messages import error_text
from nutshell.ports import ModelError

from .batch import UsageError


def ask(application: Application, request: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The core's answer. Raises UsageError for what the core refuses, ModelError where a model fails."""
    try:
        return asyncio.run(application.handle(request, payload, lambda *_: None))
    except RequestError as error:
        if error.code == "model":
            raise ModelError(error_text(error)) from error
        raise UsageError(error_text(error)) from error
