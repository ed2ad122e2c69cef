"""Which addresses may become links: only http and https with a host."""

from __future__ import annotations

from urllib.parse import urlsplit

_UNSAFE = {ord(mark): f"%{ord(mark):02X}" for mark in ' "<>\\^`{|}()[]'}


def web_link(url: str) -> str:
    """The address, escaped for an attribute or a Markdown link. Empty when it is not a web address.

    A user name and password in it are removed, because copied links are shared.
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
    # Brackets would end a Markdown link. IPv6 hosts need theirs.
    rest = clean._replace(scheme="", netloc="").geturl().translate(_UNSAFE)
    return f"{parts.scheme}://{clean.netloc}{rest}"


def host_name(url: str) -> str:
    """The host of a web address without a leading `www.`. Empty when it is not a web address."""
    link = web_link(url)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""
