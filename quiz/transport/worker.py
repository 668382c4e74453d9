"""The gunicorn worker. Loaded in the master too, so it imports little."""

from __future__ import annotations

import sys
from typing import Any

from gunicorn.workers.ggevent import GeventPyWSGIWorker, PyWSGIServer

from quiz.transport.handler import Handler


class Server(PyWSGIServer):  # type: ignore[misc]
    """Knows which connections wait for a request, so that it need not wait for them when it stops."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reading: set[Handler] = set()

    def close(self) -> None:
        """Stops to listen, and hangs up on those who are silent."""
        super().close()
        for handler in list(self.reading):
            handler.hang_up()


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """gunicorn's gevent worker with WebSockets that outlive their requests."""

    server_class = Server
    wsgi_handler = Handler

    def run(self) -> None:
        """Serves."""
        if self.cfg.is_ssl:
            sys.exit("quiz: certfile, keyfile: this server does not speak TLS; put nginx in front of it")
        super().run()
