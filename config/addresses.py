"""Web addresses: origins as browsers write them, and the address of this machine on the local network."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

#: Hosts that mean "every address of this machine".
WILDCARDS = ("0.0.0.0", "::")


def origin(scheme: str, host: str, port: int | None = None) -> str:
    """The origin as a browser sends it: lower case, IPv6 in brackets, no default port."""
    name = host.lower()
    name = f"[{name}]" if ":" in name else name
    return f"{scheme}://{name}" if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{scheme}://{name}:{port}"


def parse_origin(url: str) -> str:
    """`url` as an origin; raises ValueError unless it is http(s)://host[:port], a single closing slash being forgiven."""
    parts = urlsplit(url)
    port = parts.port
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or any(map(str.isspace, url)):
        raise ValueError(url)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(url)
    return origin(parts.scheme, parts.hostname, port)


def lan_address() -> str:
    """This machine's IPv4 address on the local network, or 127.0.0.1 without one. Nothing is sent: UDP only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
