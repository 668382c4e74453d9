"""What gunicorn is told of connections, and what that takes of the machine."""

from __future__ import annotations

from config.settings import Settings

#: HTTP requests of a worker at once. WebSockets don't count: the application keeps their number, and health checks always get in.
HTTP_REQUESTS = 4000
#: Clients that may knock at once; the kernel cuts it short at net.core.somaxconn.
BACKLOG = 4096
#: Files of a worker that are no connections of clients, and clients above the limit who are told to come back.
_OTHER_FILES = 500


def files_needed(settings: Settings) -> int:
    """The open files that each worker needs."""
    return settings.websocket.max_connections + HTTP_REQUESTS + _OTHER_FILES
