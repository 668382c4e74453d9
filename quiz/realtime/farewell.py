"""How a worker that is told to stop sends everybody elsewhere: with a word, not all at once, by a code that means reconnect."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Sequence
from typing import Any

import gevent

from quiz.realtime.guard import LAST_WORD, GuardedNamespace

#: Seconds between two connections that are ended, at most, and how many are ended in a turn.
PAUSE, TURN = 0.002, 20
#: Seconds that clients have to agree to their end.
FAREWELL = 2.0
WORDS = {"code": "draining", "message": "this server is about to stop; reconnect now"}


class Farewell:
    """Ends the connections of a Socket.IO server within `spread_s` seconds, in no order, so that not all come back at once."""

    def __init__(self, server: Any, namespaces: Sequence[GuardedNamespace], spread_s: float) -> None:
        self._server, self._namespaces, self._spread_s = server, namespaces, spread_s

    def say(self) -> None:
        """Nobody is let in from now on. Returns when all have gone, or did not want to."""
        engine = self._server.eio
        engine.draining = True
        sessions = list(engine.sockets.values())
        random.shuffle(sessions)
        pause = min(PAUSE, self._spread_s / max(len(sessions), 1))
        for number, session in enumerate(sessions, 1):
            self._send_off(session)
            if number % TURN == 0:
                gevent.sleep(TURN * pause)
        deadline = time.monotonic() + FAREWELL
        while engine.sockets and time.monotonic() < deadline:
            gevent.sleep(0.02)

    def _send_off(self, session: Any) -> None:
        with contextlib.suppress(Exception):  # whoever can't be told any more is gone
            for namespace in self._namespaces:
                sid = self._server.manager.sid_from_eio_sid(session.sid, namespace.namespace)
                if sid is not None:
                    self._server.emit("notice", WORDS, namespace=namespace.namespace, to=sid, ignore_queue=True)
        gevent.spawn_later(LAST_WORD, session.leave)
