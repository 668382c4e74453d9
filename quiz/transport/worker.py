"""The gunicorn worker. Loaded in the master too, so it imports little."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from gunicorn.workers.ggevent import GeventPyWSGIWorker, PyWSGIServer

from quiz.transport.handler import Handler

#: Connections accepted at a time.
ACCEPT = 32


class Server(PyWSGIServer):  # type: ignore[misc]
    """Knows which connections wait for a request, so that it need not wait for them when it stops."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reading: set[Handler] = set()

    def set_max_accept(self) -> None:
        """So many are let in each turn: as many as can be served before it gets long. gevent takes 1 or 100."""
        self.max_accept = ACCEPT

    def close(self) -> None:
        """Stops to listen, and hangs up on those who are silent."""
        super().close()
        for handler in list(self.reading):
            handler.hang_up()


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """gunicorn's gevent worker with WebSockets that outlive their requests."""

    #: What the application does before the worker stops; it is served meanwhile.
    drain: Callable[[], None] = staticmethod(lambda: None)
    _leaving: Any = None
    server_class = Server
    wsgi_handler = Handler

    def run(self) -> None:
        """Serves."""
        if self.cfg.is_ssl:
            sys.exit("quiz: certfile, keyfile: this server does not speak TLS; put nginx in front of it")
        super().run()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM. Requests are answered until the application is ready: probes must hear that this worker is not."""
        import gevent  # not in the master, which is not patched

        if self._leaving is None:
            self._leaving = gevent.spawn(self._leave)

    def _leave(self) -> None:
        try:
            self.drain()
        finally:
            self.alive = False
