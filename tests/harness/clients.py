"""Real Socket.IO clients that remember everything they were sent."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import socketio


class Client:
    """One connection to a namespace."""

    def __init__(self, url: str, namespace: str = "/", auth: dict[str, Any] | None = None, lag_s: float = 0) -> None:
        self.lag_s = lag_s  # how long its acknowledgement of `sync` takes, as that of a distant client would
        self.url, self.namespace, self.auth = url, namespace, auth
        self.synced = threading.Event()
        self.events: list[tuple[str, Any]] = []
        self._came = threading.Condition()
        self._socket = socketio.Client(reconnection=False)
        self._socket.on("*", self._record, namespace=namespace)
        self._socket.on("sync", self._sync, namespace=namespace)
        self._socket.connect(url, namespaces=[namespace], auth=auth, transports=["websocket"], wait_timeout=60)

    def _sync(self, _: Any) -> None:
        time.sleep(self.lag_s)
        self.synced.set()

    def _record(self, event: str, *args: Any) -> None:
        with self._came:
            self.events.append((event, args[0] if args else None))
            self._came.notify_all()

    def call(self, event: str, payload: Any = None, timeout: float = 60) -> dict[str, Any]:
        """Sends an event; its acknowledgement."""
        return self._socket.call(event, {} if payload is None else payload, namespace=self.namespace, timeout=timeout)

    def ok(self, event: str, payload: Any = None) -> dict[str, Any]:
        """Sends an event that must succeed."""
        ack = self.call(event, payload)
        assert ack["ok"], ack
        return ack

    def error(self, event: str, payload: Any = None) -> str:
        """Sends an event that must fail; the error's code."""
        ack = self.call(event, payload)
        assert not ack["ok"], ack
        assert ack["error"]["message"]
        return ack["error"]["code"]

    def all(self, event: str) -> list[Any]:
        """The payloads of every such event so far."""
        with self._came:
            return [payload for name, payload in self.events if name == event]

    def wait(self, event: str, matching=lambda payload: True, seconds: float = 60) -> Any:
        """The newest such event that matches, waiting for one if there is none yet."""
        deadline = time.monotonic() + seconds
        with self._came:
            while True:
                found = [p for name, p in self.events if name == event and matching(p)]
                if found:
                    return found[-1]
                left = deadline - time.monotonic()
                assert left > 0, f"no such {event!r} within {seconds} s; there were {[n for n, _ in self.events]}"
                self._came.wait(left)

    @property
    def connected(self) -> bool:
        """Whether the connection lives."""
        return bool(self._socket.connected)

    def close(self) -> None:
        """Leaves as a closed tab does."""
        self._socket.disconnect()

    def tear(self) -> None:
        """Leaves as a phone in a tunnel does: the socket just ends."""
        self._socket.eio.ws.sock.shutdown(socket.SHUT_RDWR)


def host(server: Any, name: str = "teacher", password: str = "a good password") -> Client:
    """A signed-in host's connection."""
    return Client(server.url, "/host", {"token": server.sign_in(name, password)})


def walk(payload: Any):
    """Every (key, value) pair at any depth of a payload."""
    if isinstance(payload, dict):
        for key, value in payload.items():
            yield key, value
            yield from walk(value)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from walk(value)
