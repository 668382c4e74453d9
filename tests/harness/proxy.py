"""A network that can be cut: a TCP proxy between browser and server. Browsers' own offline switch leaves WebSockets open."""

from __future__ import annotations

import contextlib
import socket
import threading


class Proxy:
    """Passes connections on to `port` until `cut`, which ends them and refuses new ones until `mend`."""

    def __init__(self, port: int) -> None:
        self._to, self._open, self._ends = port, True, set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                if not self._open:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._to))
                self._ends |= {client, server}
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            self._end(end)

    def _end(self, end: socket.socket) -> None:
        self._ends.discard(end)
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

    def cut(self) -> None:
        """The network is gone."""
        self._open = False
        for end in list(self._ends):
            self._end(end)

    def mend(self) -> None:
        """The network is back."""
        self._open = True

    def close(self) -> None:
        """Ends everything."""
        self.cut()
        self._door.close()
