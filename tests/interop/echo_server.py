"""Sends every message back, over the transport that the platform uses: `python -m tests.interop.echo_server PORT`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from gevent import monkey

monkey.patch_all()

from quiz.transport.connection import Connection, Plant  # noqa: E402 - see app.py
from quiz.transport.frames import frame  # noqa: E402
from quiz.transport.handler import TAKE_OVER, Handler  # noqa: E402
from quiz.transport.worker import Server  # noqa: E402

#: The suite sends messages of up to 16 MiB, and reads its own slowly.
LIMIT = 64 * 1024 * 1024
#: Seconds that the suite has for the head of a request.
PATIENCE_S = 20.0


class Echo(Connection):
    """Sends back what it is sent."""

    __slots__ = ()

    def received(self, opcode: int, message: Any) -> None:
        self.send(frame(opcode, message.encode() if isinstance(message, str) else message))

    def ended(self, code: int) -> None:
        pass


def serve(port: int) -> None:
    """Serves until it is ended."""
    plant = Plant(LIMIT, LIMIT)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        take_over = environ.get(TAKE_OVER)
        if take_over is None:
            start_response("426 Upgrade Required", [])
            return [b"WebSockets only"]
        made: list[Echo] = []

        def accept(fd: int) -> None:
            made.append(Echo(plant, fd))

        early = take_over(accept)
        made[0].start(early)
        return []

    Server(("127.0.0.1", port), application, handler_class=Handler, log=None, patience=PATIENCE_S).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
