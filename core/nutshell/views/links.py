"""Which addresses may become links: http and https with a host, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

_UNSAFE = {ord(mark): f"%{ord(mark):02X}" for mark in ' "<>\\^`{|}()[]'}


def web_link(url: str) -> str:
    """The address, fit for an attribute or a Markdown link, or empty when it is not a web address.

    A user name and password inside it are left out: they are the reader's, and copies travel.
    """
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
        parts.port  # noqa: B018  a malformed port raises here
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or not url.isprintable():
        return ""
    clean = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    # IPv6 hosts keep their brackets; everywhere else brackets would end a Markdown link.
    rest = clean._replace(scheme="", netloc="").geturl().translate(_UNSAFE)
    return f"{parts.scheme}://{clean.netloc}{rest}"


def host_name(url: str) -> str:
    """The host of a web address without a leading `www.`, or empty."""
    link = web_link(url)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""
