"""A process of its own that attacks: `python -m tests.security.attack.assailants`, told by JSON on standard input.

Reads `{port, known, messages, seed, loiterers, kinds}`. Prints a JSON object in the end: messages by kind, how long
the slow were put up with, and what was seen that must not be.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.security.attack import hostile
from tests.security.attack.hostile import Known, text_frame
from tests.transport.client_frames import masked
from tests.transport.raw import HANDSHAKE, Raw

#: Attackers at work at once, and seconds after which a server that says nothing hangs.
AT_ONCE, PATIENCE = 4, 60
CLOSE = masked(8, b"\x03\xe8")


class Hanging(Exception):
    """The server neither answers nor ends the connection."""


class Assailant:
    """Attacks, one kind after the other."""

    def __init__(self, port: int, known: Known, chance: Random, chosen: Sequence[str] = ()) -> None:
        """`chosen`: the kinds of attack, all of them unless given."""
        self._port, self._known, self._chance = port, known, chance
        #: Each does one thing and returns how many messages that were; the numbers are how often it is chosen.
        self.kinds: dict[str, tuple[Callable[[], int], int]] = {
            "malformed frames": (self._frames, 30),
            "packets": (self._packets, 30),
            "events": (self._events, 20),
            "hosts' events": (self._hosts_events, 8),
            "nested and oversized JSON": (self._bodies, 2),
            "HTTP requests": (self._requests, 8),
            "long-polling": (self._polling, 3),
            "forged tokens": (self._tokens, 4),
            "floods of events": (self._flood, 3),
            "floods of connections": (self._connections, 4),
        }
        self._chosen = list(chosen or self.kinds)

    def attack(self) -> tuple[str, int]:
        """One attack: its kind, and how many messages it took."""
        kind = self._chance.choices(self._chosen, [self.kinds[kind][1] for kind in self._chosen])[0]
        try:
            return kind, self.kinds[kind][0]()
        except TimeoutError as error:
            raise Hanging(kind) from error

    @contextlib.contextmanager
    def _raw(self) -> Iterator[Raw]:
        with Raw(self._port, timeout=PATIENCE) as raw:
            try:
                yield raw
            except TimeoutError:
                raise
            except OSError:
                pass  # the server has ended it

    @staticmethod
    def _shake_hands(raw: Raw) -> None:
        """Becomes a WebSocket. Who came to it too late has been given up, as it should."""
        head = raw.request()
        if not head:
            raise ConnectionError
        assert head.startswith("HTTP/1.1 101"), head

    def _enter(self, raw: Raw, namespace: str = "") -> None:
        self._shake_hands(raw)
        raw.packet("0")
        raw.send(text_frame(f"40{namespace}"))
        raw.packet("40")

    def _stream(self, sent: list[bytes], namespace: str = "", *, enter: bool = True) -> None:
        """Over a WebSocket; then it is closed, and the server must agree."""
        with self._raw() as raw:
            if enter:
                self._enter(raw, namespace)
            else:
                self._shake_hands(raw)
            for one in sent:
                raw.send(one)
            raw.send(CLOSE)
            raw.sock.shutdown(socket.SHUT_WR)
            while raw.frame():
                pass

    def _frames(self) -> int:
        sent = [hostile.frames(self._chance) for _ in range(self._chance.randrange(1, 6))]
        self._stream(sent, enter=bool(self._chance.randrange(4)))
        return len(sent)

    def _packets(self) -> int:
        sent = [text_frame(hostile.packet(self._chance)) for _ in range(self._chance.randrange(1, 12))]
        self._stream(sent, enter=bool(self._chance.randrange(8)))
        return len(sent)

    def _events(self, namespace: str = "/", auth: str = "") -> int:
        """Every one of them must be acknowledged, or the connection ended with a reason."""
        count = self._chance.randrange(10, 60)
        where = "" if namespace == "/" else f"{namespace},"
        with self._raw() as raw:
            self._enter(raw, f"{where}{auth}")
            if namespace == "/" and self._chance.randrange(2):
                raw.call("join", {"pin": self._known.pin, "token": self._known.token}, 990_000)
            for number in range(count):
                raw.send(text_frame(hostile.event_text(self._chance, self._known, number, namespace)))
            waiting = {f"43{where}{number}" for number in range(count)}
            while waiting and (came := raw.frame()):
                words = came[1].decode("utf-8", "replace")
                waiting.discard(words.partition("[")[0])
                if came[0] == 8:
                    break
        return count

    def _hosts_events(self) -> int:
        return self._events("/host", json.dumps({"token": self._known.host_token}))

    def _requests(self) -> int:
        count = self._chance.randrange(1, 4)
        for _ in range(count):
            with self._raw() as raw:
                raw.send(hostile.request(self._chance))
                raw.sock.shutdown(socket.SHUT_WR)
                raw.body()
        return count

    def _post(self, path: str, body: bytes, **headers: str) -> bytes:
        asked = {"Host": "127.0.0.1", "Content-Length": str(len(body)), "Connection": "close", **headers}
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in asked.items()), "", ""]
        answer = b""
        with self._raw() as raw:
            raw.send("\r\n".join(lines).encode() + body)
            answer = raw.body()
        return answer

    def _bodies(self) -> int:
        path, host = self._chance.choice([("session", ""), ("session", ""), ("games", self._known.host_token), ("games", "x")])
        self._post(f"/api/v1/{path}", hostile.body(self._chance, self._known), Authorization=f"Bearer {host}")
        return 1

    def _polling(self) -> int:
        path = "/socket.io/?EIO=4&transport=polling"
        with self._raw() as raw:
            raw.send(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            _, _, greeting = raw.body().partition(b'"sid":"')
            sid = greeting.partition(b'"')[0].decode()
        count = self._chance.randrange(1, 5)
        for _ in range(count):
            self._post(f"{path}&sid={sid}", hostile.polled(self._chance))
        self._post(f"{path}&sid={sid}", b"1")
        return count + 1

    def _tokens(self) -> int:
        with self._raw() as raw:
            self._enter(raw)
            for number in range(8):
                token = hostile.forged(self._chance, self._chance.choice([self._known.token, self._known.host_token]))
                raw.send(text_frame(f"42{number}{json.dumps(['join', {'pin': self._known.pin, 'token': token}])}"))
                told = json.loads(raw.packet(f"43{number}[")[3:])[0]
                if told["ok"]:
                    raise AssertionError(f"a forged token is accepted: {token!r}")
        host = hostile.forged(self._chance, self._known.host_token)
        with self._raw() as raw:
            self._shake_hands(raw)
            raw.send(text_frame(f"40/host,{json.dumps({'token': host})}"))
            if raw.packet("40", "44").startswith("40"):
                raise AssertionError(f"a forged token makes a host: {host!r}")
        return 9

    def _flood(self) -> int:
        """More than is allowed, until the server has had enough."""
        one = self._chance.choice(
            ['["state",{}]', '["submit_answer",{"question":"q1","answer":1}]', '["nothing"]', '["leave",{}]']
        )
        count = self._chance.randrange(150, 400)
        burst = b"".join(text_frame(f"42{number}{one}") for number in range(count))
        with self._raw() as raw:
            self._enter(raw)
            raw.sock.sendall(burst)
            while raw.frame():
                pass
        return count

    def _connections(self) -> int:
        """Connections that come to nothing, however they end."""
        count = self._chance.randrange(5, 30)
        for _ in range(count):
            with self._raw() as raw:
                roll = self._chance.randrange(5)
                if roll == 0:
                    raw.send(b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost:")
                elif roll == 1:
                    raw.send(_handshake() + text_frame("40"))
                elif roll > 1:
                    raw.request()
                if roll == 3:
                    raw.send(text_frame("40"))
                if roll % 2:
                    raw.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return count


def _handshake() -> bytes:
    lines = ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", *(f"{name}: {value}" for name, value in HANDSHAKE.items())]
    return "\r\n".join([*lines, "", ""]).encode()


class Loiterers:
    """Connections that stay as long as they are let, and hardly do anything: a byte a second, or nothing at all."""

    #: What is sent at once, and what follows byte by byte; the last two are half-open: they never answer.
    KINDS = (
        ("the head of a request", b"GET /", b"x" * 600),
        ("fields of a request", b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n" * 100),
        ("a handshake", _handshake()[:-2], b"Y: z\r\n" * 100),
        ("the body of a request", b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", b"{" + b" " * 900),
        (
            "a body in chunks",
            b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\n{\r\n" * 200,
        ),
        ("a body that nobody reads", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", b"a" * 600),
        ("a WebSocket's message", _handshake() + text_frame("40") + masked(1, b"4" * 900)[:9], masked(1, b"4" * 900)[9:]),
        ("silence in no namespace", _handshake(), b""),
        ("silence in a namespace", _handshake() + text_frame("40"), b""),
    )

    def __init__(self, port: int, each: int) -> None:
        self._port, self._each = port, each
        self.count = 0
        #: Kinds of which one was given up.
        self.given_up: set[str] = set()
        #: Kind → the age at which one was still there.
        self.longest: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._loiter)

    def __enter__(self) -> Loiterers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _loiter(self) -> None:
        here: list[tuple[socket.socket, float, str, Iterator[bytes]]] = []
        while not self._over.wait(0.25):
            if len(here) < self._each * len(self.KINDS):
                for kind, begin, rest in self.KINDS:
                    with contextlib.suppress(OSError):
                        sock = socket.create_connection(("127.0.0.1", self._port), timeout=60)
                        sock.sendall(begin)
                        sock.setblocking(False)
                        here.append((sock, time.monotonic(), kind, map(bytes, zip(rest, strict=True))))
                        self.count += 1
            now = time.monotonic()
            for one in list(here):
                sock, began, kind, rest = one
                gone = self._gone(sock, next(rest, b""))
                # Looked at late, it may have been gone for long.
                self.longest[kind] = max(self.longest.get(kind, 0.0), 0.0 if gone else now - began)
                if gone:
                    self.given_up.add(kind)
                    sock.close()
                    here.remove(one)
        for sock, *_ in here:
            sock.close()

    @staticmethod
    def _gone(sock: socket.socket, byte: bytes) -> bool:
        try:
            sock.send(byte)
            while sock.recv(65_536):
                pass
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True


def main() -> None:
    """Attacks as told."""
    told = json.loads(sys.stdin.readline())
    os.nice(19)
    # Attackers are elsewhere: here they get what processors others leave. Linux weighs sessions before it weighs processes.
    os.setsid()
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text("19")
    known, total = Known(**told["known"]), told["messages"]
    done: Counter[str] = Counter()
    wrong: list[str] = []
    lock, began = threading.Lock(), time.monotonic()

    def work(number: int) -> None:
        assailant = Assailant(told["port"], known, Random(told["seed"] * 1000 + number), told["kinds"])
        while True:
            with lock:
                if done.total() >= total or len(wrong) > 20:
                    return
            try:
                kind, count = assailant.attack()
            except (Hanging, AssertionError) as error:
                with lock:
                    wrong.append(f"{type(error).__name__}: {error}")
            else:
                with lock:
                    done[kind] += count

    with Loiterers(told["port"], told["loiterers"]) as loiterers:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done["slow and half-open connections"] = loiterers.count
    result: dict[str, Any] = {"done": done, "wrong": wrong, "longest": loiterers.longest, "seconds": time.monotonic() - began}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
