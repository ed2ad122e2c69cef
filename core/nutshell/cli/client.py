"""Sends requests of the command line to the core."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from nutshell.app import Application, RequestError
from nutshell.messages import error_text
from nutshell.ports import ModelError

from .batch import UsageError


def request(application: Application, name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the core's answer. Raises ModelError when a model fails, UsageError for any other error."""
    try:
        return asyncio.run(application.handle(name, payload, lambda *_: None))
    except RequestError as error:
        if error.code == "model":
            raise ModelError(error_text(error)) from error
        raise UsageError(error_text(error)) from error
