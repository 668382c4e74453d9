"""What every HTTP response forbids browsers: pages, files, the interface, errors and Socket.IO's polling alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

#: Scripts, styles and connections are this server's alone, and nothing that stands in a page runs.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
#: What devices can do and no page needs; the projector fills the screen.
UNUSED = (
    "accelerometer autoplay camera display-capture encrypted-media geolocation gyroscope hid magnetometer microphone midi "
    "payment publickey-credentials-get serial usb xr-spatial-tracking"
)
#: What is said unless the response says something of its own. Addresses hold PINs: no other site is told them.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(["fullscreen=(self)", *(f"{feature}=()" for feature in UNUSED.split())]),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class SecurityHeaders:
    """WSGI middleware. Strict-Transport-Security is the proxy's, who has the certificate (deploy/nginx/nginx-tls.conf)."""

    def __init__(self, app: WSGI) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Adds the headers to the answer's head."""

        def start(status: str, headers: list[tuple[str, str]], *args: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            more = [(name, value) for name, value in HEADERS.items() if name.lower() not in said]
            return start_response(status, [*headers, *more], *args)

        return self._app(environ, start)
