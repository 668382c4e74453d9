"""A crowd of players in one thread: raw sockets, one epoll, frames that are counted and hardly looked at."""

from __future__ import annotations

import errno
import json
import resource
import select
import socket
import time
from dataclasses import dataclass, field

_MASK = b"\x12\x9a\x3c\x77"
_BOARD, _ACK, _PING, _PONG = b'42["leaderboard"', b"43", b"2", b"3"
#: Clients from one source address; a machine has some 28,000 ports for each.
_PER_ADDRESS = 20_000
#: What else this process has open.
_SPARE_FILES = 64


class TooManyClients(Exception):
    """This machine does not allow as many open files."""


def masked(words: bytes) -> bytes:
    """A text frame as clients send it."""
    size = len(words)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    key = (_MASK * (size // 4 + 1))[:size]
    return head + _MASK + (int.from_bytes(words, "little") ^ int.from_bytes(key, "little")).to_bytes(size, "little")


@dataclass(slots=True, eq=False)
class Player:
    """One client. `asked` and `waits` are when it last answered, until the acknowledgement and the next board come."""

    number: int
    pin: str
    sock: socket.socket
    state: str = "connecting"
    rest: bytes = b""
    given: int = 0
    asked: float = 0.0
    waits: float = 0.0


@dataclass
class Seen:
    """What a crowd has seen. Times in seconds."""

    joined: int = 0
    join_s: float = 0.0
    dead: int = 0
    submitted: int = 0
    acks: int = 0
    ok: int = 0
    boards: int = 0
    ack_s: list[float] = field(default_factory=list)
    board_s: list[float] = field(default_factory=list)


def percentile(values: list[float], part: float) -> float:
    """The value below which this part (0 to 1) of all lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Crowd:
    """`count` players who connect `rate` a second and spread over the games of `pins`."""

    def __init__(self, host: str, port: int, pins: list[str], count: int, rate: float) -> None:
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if hard != resource.RLIM_INFINITY and hard < count + _SPARE_FILES:
            raise TooManyClients(f"{count} clients need as many open files, and the limit is {hard} (ulimit -n)")
        self._address, self._pins, self._count, self._rate = (host, port), pins, count, rate
        self._epoll = select.epoll()
        self._players: dict[int, Player] = {}
        self._ready: list[Player] = []
        self.seen = Seen()

    def join(self, patience_s: float = 60) -> None:
        """Connects and seats everybody."""
        began, started = time.perf_counter(), 0
        most = self._count / self._rate + patience_s
        while self.seen.joined + self.seen.dead < self._count and (now := time.perf_counter() - began) < most:
            while started < self._count and started <= now * self._rate:
                self._connect(started)
                started += 1
            self._look(0.002)
        self.seen.join_s = time.perf_counter() - began

    def idle(self, seconds: float) -> None:
        """Only listens, and answers heartbeats."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._look(0.05)

    def answer(self, seconds: float, per_second: float) -> None:
        """Gives answers evenly, player by player, each to its next question; then waits for what is missing."""
        seen, began, turn = self.seen, time.perf_counter(), 0
        while (now := time.perf_counter() - began) < seconds:
            while self._ready and seen.submitted < now * per_second:
                player = self._ready[turn % len(self._ready)]
                turn += 7919
                if player.state == "joined":
                    self._submit(player)
                else:
                    self._ready.remove(player)
            self._look(0.001)
        until = time.perf_counter() + 2
        while seen.acks < seen.submitted and time.perf_counter() < until:
            self._look(0.01)

    def leave(self) -> None:
        """Everybody goes."""
        for player in list(self._players.values()):
            player.sock.close()
        self._players.clear()
        self._epoll.close()

    def _connect(self, number: int) -> None:
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._address[0].startswith("127."):
            sock.bind((f"127.0.0.{2 + number // _PER_ADDRESS}", 0))
        if sock.connect_ex(self._address) not in (0, errno.EINPROGRESS):
            self.seen.dead += 1
            return
        self._players[sock.fileno()] = Player(number, self._pins[number % len(self._pins)], sock)
        self._epoll.register(sock.fileno(), select.EPOLLOUT)

    def _submit(self, player: Player) -> None:
        player.given += 1
        self.seen.submitted += 1
        player.asked = player.waits = time.perf_counter()
        self._send(player, b'422["submit_answer",{"question":"q%d","answer":0}]' % player.given)

    def _send(self, player: Player, words: bytes) -> None:
        try:
            player.sock.send(masked(words))
        except OSError:
            self._lost(player)

    def _lost(self, player: Player) -> None:
        if player.state != "lost":
            player.state = "lost"
            self.seen.dead += 1
            self._players.pop(player.sock.fileno(), None)
            player.sock.close()

    def _look(self, seconds: float) -> None:
        for fd, event in self._epoll.poll(seconds):
            player = self._players.get(fd)
            if player is None:
                continue
            if player.state == "connecting":
                self._shake_hands(player)
            elif event:
                self._read(player)

    def _shake_hands(self, player: Player) -> None:
        if player.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._lost(player)
            return
        host, port = self._address
        player.state = "upgrading"
        self._epoll.modify(player.sock.fileno(), select.EPOLLIN)
        player.sock.send(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def _read(self, player: Player) -> None:
        try:
            data = player.sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost(player)
            return
        if player.rest:
            data = player.rest + data
        at = 0
        if player.state == "upgrading":
            at = data.find(b"\r\n\r\n") + 4
            if at == 3 or not data.startswith(b"HTTP/1.1 101"):
                self._lost(player)
                return
            player.state = "open"
        size = len(data)
        while size - at >= 2:
            length, head = data[at + 1] & 0x7F, 2
            if length > 125:
                head = 4 if length == 126 else 10
                length = int.from_bytes(data[at + 2 : at + head], "big")
            if size - at < head + length:
                break
            if data[at] == 0x88:
                self._lost(player)
                return
            self._take(player, data[at + head : at + head + length])
            at += head + length
        player.rest = data[at:]

    def _take(self, player: Player, words: bytes) -> None:
        seen = self.seen
        if words.startswith(_BOARD):
            seen.boards += 1
            if player.waits:
                seen.board_s.append(time.perf_counter() - player.waits)
                player.waits = 0.0
        elif words.startswith(_ACK):
            if player.state == "joining":
                self._joined(player, words)
            else:
                seen.acks += 1
                seen.ok += b'"ok":true' in words
                seen.ack_s.append(time.perf_counter() - player.asked)
        elif words == _PING:
            self._send(player, _PONG)
        elif words.startswith(b"0"):
            self._send(player, b"40")
        elif words.startswith(b"40"):
            player.state = "joining"
            join = {"pin": player.pin, "nickname": f"u{player.number}"}
            self._send(player, b'421["join",' + json.dumps(join).encode() + b"]")
        elif words.startswith(b"44"):
            self._lost(player)

    def _joined(self, player: Player, words: bytes) -> None:
        if b'"ok":true' not in words:
            self._lost(player)
            return
        player.state = "joined"
        self._ready.append(player)
        self.seen.joined += 1
