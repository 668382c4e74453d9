"""Which pages may connect. What a request says of itself (Host, X-Forwarded-Host) makes none of them ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


class Origins:
    """Allows those in a list. With `own_port` also pages that were loaded from the address, with this port, to which they now
    connect.

    Only an address will do, such as http://192.168.1.7:8080 where a phone opens a development server: a name that is also the
    request's Host proves nothing, since its owner can have it lead here (DNS rebinding).
    """

    def __init__(self, listed: Iterable[str], *, own_port: int | None = None) -> None:
        self._listed, self._own_port = frozenset(listed), own_port

    def __call__(self, origin: str, environ: Mapping[str, Any]) -> bool:
        """Whether a page of this origin may; `environ` is the request's."""
        if origin in self._listed:
            return True
        if self._own_port is None or origin != f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST')}":
            return False
        try:
            parts = urlsplit(origin)
            return bool(ip_address(parts.hostname or "")) and parts.port == self._own_port
        except ValueError:
            return False
