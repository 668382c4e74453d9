"""A piece of network between browser and server that can be cut. Going offline in the browser does not cut WebSockets."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Tunnel:
    """Forwards a port of its own to that of `server_url`.

    `cut` breaks all connections and refuses new ones, `stall` swallows all that is sent without a word, as a phone in a lift
    sees it; `mend` ends both, and what hung is reset. `forget` has what is open hang for good, while new connections come to be.
    """

    def __init__(self) -> None:
        self.server_url = ""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.attempts = 0  # connections wanted since it was cut or stalled
        self._refusing = False
        self._clear = threading.Event()
        self._clear.set()
        self._open: set[socket.socket] = set()
        self._forgotten: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and none comes to be."""
        self.attempts = 0
        self._refusing = True
        self._break_all()

    def stall(self) -> None:
        """Nothing gets through any more, and nobody is told."""
        self.attempts = 0
        self._clear.clear()

    def forget(self) -> None:
        """As networks do with the connections of a phone that sleeps."""
        with self._lock:
            self._forgotten |= self._open

    def mend(self) -> None:
        """The network is back."""
        if not self._clear.is_set():
            self._break_all()
        self._refusing = False
        self._clear.set()

    def close(self) -> None:
        """Ends it."""
        self._refusing = True
        self._listener.close()
        self._break_all()
        self._clear.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.attempts += 1
                with self._lock:
                    self._open.add(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._clear.wait()
        if self._refusing or client not in self._open:
            self._break(client)
            return
        try:
            server = socket.create_connection(("127.0.0.1", int(self.server_url.rpartition(":")[2])))
        except OSError:
            self._break(client)
            return
        with self._lock:
            self._open.add(server)
        back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
        back.start()
        self._pump(client, server)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._clear.wait()
                if source not in self._forgotten:
                    sink.sendall(data)
        self._break(source)
        self._break(sink)

    def _break_all(self) -> None:
        with self._lock:
            held = list(self._open)
        for one in held:
            self._break(one)

    def _break(self, one: socket.socket) -> None:
        with self._lock:
            self._open.discard(one)
        with contextlib.suppress(OSError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            one.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            one.close()
