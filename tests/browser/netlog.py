"""Reads Chromium's network log, the only recorder that sees every request.

Format: https://www.chromium.org/developers/design-documents/network-stack/netlog/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where to find a request's URL and initiator, by the type of its first event.
_OPENING = {
    "URL_REQUEST_START_JOB": ("url", "initiator"),
    "URL_REQUEST_FAKE_RESPONSE_HEADERS_CREATED": ("url", "initiator"),
    "WEBSOCKET_STREAM_REQUEST": ("url", "initiator"),
    "HOST_RESOLVER_MANAGER_REQUEST": ("host", "network_anonymization_key"),
    "UDP_CONNECT": ("address", "initiator"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One outgoing request. `initiator` is the requesting origin, "" for the browser itself.

    `kind` is the event type in the log: a URL request, a host name lookup, or a datagram socket.
    """

    kind: str
    url: str
    initiator: str


def read_netlog(path: Path) -> list[Request]:
    """Returns the requests of the log in order, without duplicates."""
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
        # A killed browser leaves the list of events unterminated, with one event per line.
        return json.loads(text[: text.rindex("\n{")].rstrip().rstrip(",") + "]}")
