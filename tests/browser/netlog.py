"""Chromium's own network log, read back: the one recorder that sees every request.

Format: https://www.chromium.org/developers/design-documents/network-stack/netlog/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where a request's address and its asker stand, by the event that opens it.
_OPENING = {
    "URL_REQUEST_START_JOB": ("url", "initiator"),
    "URL_REQUEST_FAKE_RESPONSE_HEADERS_CREATED": ("url", "initiator"),
    "WEBSOCKET_STREAM_REQUEST": ("url", "initiator"),
    "HOST_RESOLVER_MANAGER_REQUEST": ("host", "network_anonymization_key"),
    "UDP_CONNECT": ("address", "initiator"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that would leave the browser. `initiator` is the origin that asked, "" if its own.

    `kind` is the log's event: a URL request, a look-up of a host's name, or a datagram socket.
    """

    kind: str
    url: str
    initiator: str


def read_netlog(path: Path) -> list[Request]:
    """Every entry of the log, in order, each once."""
    log = _load(path)
    names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    found: dict[Request, None] = {}
    for event in log["events"]:
        kind = names.get(event["type"], "")
        if kind in _OPENING:
            parameters = event.get("params") or {}
            url, initiator = (str(parameters.get(name, "")) for name in _OPENING[kind])
            if url:
                found[Request(kind, url, "" if initiator == "not an origin" else initiator)] = None
    return list(found)


def _load(path: Path) -> Any:
    text = path.read_text(errors="replace")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        # A browser that was killed leaves the list of events open, one event a line.
        return json.loads(text[: text.rindex("\n{")].rstrip().rstrip(",") + "]}")
