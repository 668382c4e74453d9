"""Who may ask what an instance is like inside: everybody, those in some networks, or those who reach a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Request

from config.settings import Settings

Allowed = Callable[[Request], bool]


def of(settings: Settings) -> Allowed:
    """Says of a request whether it may, by `settings.actuator`."""
    actuator = settings.actuator
    if actuator.access == "open":
        return lambda request: True
    if actuator.access == "port":
        return lambda request: came_by(request.environ) == actuator.port
    networks = [ip_network(network) for network in actuator.networks]

    def inside(request: Request) -> bool:
        # Who comes by more proxies than are trusted has the address of a proxy here, which may well be inside.
        if len(request.headers.get("X-Forwarded-For", "").split(",")) > max(settings.trusted_proxies, 1):
            return False
        if not settings.trusted_proxies and ("X-Forwarded-For" in request.headers or "Forwarded" in request.headers):
            return False
        try:
            address = ip_address(request.remote_addr or "")
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in networks)

    return inside


def came_by(environ: Mapping[str, Any]) -> int | None:
    """The port that a request reached, whatever its headers say; None where it came otherwise."""
    before_proxies = environ.get("werkzeug.proxy_fix.orig", environ)
    port = str(before_proxies.get("SERVER_PORT", ""))
    return int(port) if port.isdecimal() else None
