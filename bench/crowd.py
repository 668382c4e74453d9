"""A crowd of players in one thread: raw sockets, one epoll, frames that are counted and hardly looked at."""

from __future__ import annotations

import errno
import json
import os
import resource
import secrets
import select
import socket
import time
from dataclasses import dataclass, field

from bench.boards import Boards, Waiting
from bench.seen import Seen, said

_MASK = b"\x12\x9a\x3c\x77"
_BOARD, _ACK, _PING, _PONG = b'42["leaderboard"', b"43", b"2", b"3"
#: Clients from one source address; a machine has some 28,000 ports for each.
_PER_ADDRESS = 20_000
#: What else this process has open.
_SPARE_FILES = 64
#: Bytes that the answer to a handshake may have.
_HEAD_MOST = 8192


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
    """One client."""

    number: int
    pin: str
    sock: socket.socket
    port: int
    state: str = "connecting"
    rest: bytes = b""
    given: int = 0
    waiting: Waiting = field(default_factory=Waiting)


class Crowd:
    """`count` players who connect `rate` a second and spread over the games of `pins`, and those of a game over `ports`."""

    def __init__(self, host: str, ports: list[int], pins: list[str], count: int, rate: float) -> None:
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if hard != resource.RLIM_INFINITY and hard < count + _SPARE_FILES:
            raise TooManyClients(f"{count} clients need as many open files, and the limit is {hard} (ulimit -n)")
        self._host, self._ports, self._pins, self._count, self._rate = host, ports, pins, count, rate
        self._epoll = select.epoll()
        self._players: dict[int, Player] = {}
        self._ready: list[Player] = []
        self._boards = Boards()
        #: Who measures the same game again is somebody else.
        self._nickname = f"{secrets.token_hex(3)}-%d"
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
        self._boards.begin()
        seen, began, turn = self.seen, time.perf_counter(), 0
        while (now := time.perf_counter() - began) < seconds:
            while self._ready and seen.submitted < now * per_second:
                player = self._ready[turn % len(self._ready)]
                turn += 1
                if player.state == "joined":
                    self._submit(player)
                else:
                    self._ready.remove(player)
            self._look(0.001)
        until = time.perf_counter() + 2
        while (seen.acks < seen.submitted or len(seen.board_s) < seen.scored) and time.perf_counter() < until:
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
        if self._host.startswith("127."):
            sock.bind((f"127.0.0.{2 + number // _PER_ADDRESS}", 0))
        port = self._ports[number // len(self._pins) % len(self._ports)]
        player = Player(number, self._pins[number % len(self._pins)], sock, port)
        error = sock.connect_ex((self._host, port))
        if error not in (0, errno.EINPROGRESS):
            self._lost(player, os.strerror(error))
            return
        self._players[sock.fileno()] = player
        self._epoll.register(sock.fileno(), select.EPOLLOUT)

    def _submit(self, player: Player) -> None:
        player.given += 1
        self.seen.submitted += 1
        player.waiting.asked.append(time.perf_counter())
        self._send(player, b'422["submit_answer",{"question":"q%d","answer":0}]' % player.given)

    def _send(self, player: Player, words: bytes) -> None:
        try:
            player.sock.send(masked(words))
        except OSError as error:
            self._lost(player, error.strerror or str(error))

    def _lost(self, player: Player, why: str) -> None:
        if player.state != "lost":
            player.state = "lost"
            self.seen.dead += 1
            self.seen.why[why] += 1
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
        if refused := player.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._lost(player, os.strerror(refused))
            return
        player.state = "upgrading"
        self._epoll.modify(player.sock.fileno(), select.EPOLLIN)
        upgrade = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}:{player.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        try:
            player.sock.send(upgrade)
        except OSError as error:
            self._lost(player, error.strerror or str(error))

    def _read(self, player: Player) -> None:
        try:
            data = player.sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(player, error.strerror or str(error))
            return
        if not data:
            self._lost(player, "the server closed the connection")
            return
        if player.rest:
            data = player.rest + data
        at = 0
        if player.state == "upgrading":
            at = data.find(b"\r\n\r\n") + 4
            if at == 3 and len(data) < _HEAD_MOST:
                player.rest = data
                return
            if at == 3 or not data.startswith(b"HTTP/1.1 101"):
                self._lost(player, data[:60].partition(b"\r\n")[0].decode(errors="replace"))
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
                self._lost(player, f"closed with {int.from_bytes(data[at + head : at + head + 2], 'big')}")
                return
            self._take(player, data[at + head : at + head + length])
            at += head + length
        player.rest = data[at:]

    def _take(self, player: Player, words: bytes) -> None:
        if words.startswith(_BOARD):
            self.seen.boards += 1
            self._boards.newest[player.pin] = words
            if player.waiting.asked or player.waiting.unseen:
                self.seen.board_s += self._boards.came(player.waiting, words, time.perf_counter())
        elif words.startswith(_ACK):
            (self._joined if player.state == "joining" else self._acknowledged)(player, words)
        elif words == _PING:
            self._send(player, _PONG)
        elif words.startswith(b"0"):
            self._send(player, b"40")
        elif words.startswith(b"40"):
            player.state = "joining"
            join = {"pin": player.pin, "nickname": self._nickname % player.number}
            self._send(player, b'421["join",' + json.dumps(join).encode() + b"]")
        elif words.startswith(b"44"):
            self._lost(player, said(words))

    def _joined(self, player: Player, words: bytes) -> None:
        if b'"ok":true' not in words:
            self._lost(player, said(words))
            return
        player.state = "joined"
        self._ready.append(player)
        self.seen.joined += 1

    def _acknowledged(self, player: Player, words: bytes) -> None:
        seen, waiting, now = self.seen, player.waiting, time.perf_counter()
        given = waiting.asked.pop(0)
        seen.acks += 1
        seen.ack_s.append(now - given)
        if b'"ok":true' not in words:
            seen.why[said(words)] += 1
            return
        seen.ok += 1
        if b'"points":' in words and b'"points":0,' not in words and b'"duplicate":true' not in words:
            seen.scored += 1
            if (shown := self._boards.scored(waiting, player.pin, given)) is not None:
                seen.board_s.append(shown)
        if not waiting.asked:
            waiting.came.clear()
