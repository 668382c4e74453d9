"""The client manager of the Socket.IO server: sends to this worker's clients, and over the wire to all others'."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import redis
from redis.exceptions import RedisError
from socketio.pubsub_manager import PubSubManager

from quiz.realtime.wire import CHANNEL, Wire, log

#: Seconds to wait before listening again after Redis was lost: at first, and at most.
BACK_OFF, BACK_OFF_MOST = 0.1, 2.0
#: Seconds for which the listener waits on its connection at a time.
LISTEN = 5.0


class RedisBus(PubSubManager):  # type: ignore[misc]
    """A python-socketio manager over our own bounded Redis client (see docs/decisions/0005)."""

    name = "quiz"

    def __init__(self, client: redis.Redis) -> None:
        super().__init__(channel=CHANNEL)
        self._redis: Any = client
        self._wire = Wire(client)
        self.host_id = self._wire.host_id
        self._errands: Callable[[dict[str, Any]], None]

    def initialize(self) -> None:
        """Called by the Socket.IO server at its first client; ours listens from the worker's start (`listen`)."""

    def listen(self, errands: Callable[[dict[str, Any]], None]) -> None:
        """Starts listening, in a greenlet; `errands` is called with each errand, own ones included."""
        self._errands = errands
        gevent.spawn(self._thread)

    def errand(self, errand: dict[str, Any]) -> None:
        """Has every worker do something for its own clients, this one at once."""
        self._errands(errand)
        self._wire.errand(errand)

    def _publish(self, data: dict[str, Any]) -> None:
        self._wire.publish(data)

    def _listen(self) -> Iterator[dict[str, Any]]:
        wait = BACK_OFF
        while True:
            pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
            try:
                pubsub.subscribe(CHANNEL)
                while True:
                    message = pubsub.get_message(timeout=LISTEN)
                    wait = BACK_OFF
                    if message and message["type"] == "message":
                        yield from self._delivered(message["data"])
            except RedisError as error:
                log.warning("not listening to the other workers, again in %.1f s: %s", wait, error)
                gevent.sleep(wait)
                wait = min(2 * wait, BACK_OFF_MOST)
            finally:
                pubsub.close()

    def _delivered(self, text: str) -> Iterator[dict[str, Any]]:
        try:
            message = json.loads(text)
        except ValueError:
            log.warning("a message that is no JSON came over the bus")
            return
        if "errand" not in message:
            yield message
        elif message["host_id"] != self.host_id:
            self._errands(message["errand"])
