"""The gunicorn worker. Loaded in the master too, so it imports little."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from gunicorn.workers.ggevent import GeventPyWSGIWorker, PyWSGIServer

from quiz.ops.imports import plugins_found_once
from quiz.transport.gate import Gate
from quiz.transport.handler import Handler

#: Connections accepted in a turn of the event loop, at first and at most.
ACCEPT, MOST = 4, 64
#: Places for requests that are kept free, at the expense of those that have been waited for the longest.
FREE = 200


class Server(PyWSGIServer):  # type: ignore[misc]
    """Knows which connections it waits for, so that it need not when it stops, and that they keep nobody out."""

    def __init__(self, *args: Any, patience: float, **options: Any) -> None:
        """`patience`: seconds that a client has for the head of a request, and for its body."""
        super().__init__(*args, **options)
        self.patience = patience
        self.gate = Gate()
        #: Those whose request is not all here, the oldest first.
        self.waiting: dict[Handler, None] = {}

    def set_max_accept(self) -> None:
        """So many are let in at first: as few as can be served before the turn gets long. gevent takes 1 or 100."""
        self.max_accept = ACCEPT
        self._let_in = 0

    def do_read(self) -> Any:
        """Lets in twice as many each turn while more wait: a school that comes at once costs the less the more come together."""
        if (accepted := super().do_read()) is None:
            self.set_max_accept()
            return None
        self._let_in += 1
        if self._let_in >= self.max_accept:
            self.max_accept, self._let_in = min(2 * self.max_accept, MOST), 0
        return accepted

    def handle(self, sock: Any, address: Any) -> None:
        """Serves a connection. Who comes while hardly any place is left takes that of the slowest."""
        if self.waiting and self.pool.free_count() < min(FREE, self.pool.size // 2):
            next(iter(self.waiting)).give_up()
        super().handle(sock, address)

    def close(self) -> None:
        """Stops to listen, and hangs up on those who are silent."""
        super().close()
        for handler in list(self.waiting):
            if handler.before:
                handler.give_up()


class Worker(GeventPyWSGIWorker):  # type: ignore[misc]
    """gunicorn's gevent worker with WebSockets that outlive their requests."""

    #: What the application does before the worker stops; it is served meanwhile.
    drain: Callable[[], None] = staticmethod(lambda: None)
    #: See `Server`.
    patience = 20.0
    _leaving: Any = None
    wsgi_handler = Handler

    def patch(self) -> None:
        """Makes the standard library gevent's."""
        with plugins_found_once():
            super().patch()

    def run(self) -> None:
        """Serves."""
        if self.cfg.is_ssl:
            sys.exit("quiz: certfile, keyfile: this server does not speak TLS; put nginx in front of it")
        self.server_class = partial(Server, patience=self.patience)
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
