"""The gunicorn worker. Loaded in the master too, so it imports little."""

from __future__ import annotations

import sys
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

    #: The greenlet that sends everybody elsewhere when the worker stops, if the application has one.
    farewell: Any = None
    server_class = Server
    wsgi_handler = Handler

    def run(self) -> None:
        """Serves."""
        if self.cfg.is_ssl:
            sys.exit("quiz: certfile, keyfile: this server does not speak TLS; put nginx in front of it")
        super().run()
        if self.farewell is not None:
            self.farewell.join()  # WebSockets don't count as requests: without this the process would end under them
