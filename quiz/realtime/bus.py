"""The client manager of the Socket.IO server: sends to this worker's clients, and over the wire to all others'."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import gevent
import orjson
from gevent.event import Event
from redis.exceptions import RedisError

from quiz.ops import tracing
from quiz.realtime.wire import CHANNEL, Room, Wire, log
from quiz.store.channel import Channel
from quiz.store.connection import SharedRedis
from quiz.transport.rooms import Rooms
from quiz.transport.session import Message
from quiz.transport.turns import Turns

#: Seconds to wait before listening again after Redis was lost: at first, and at most.
BACK_OFF, BACK_OFF_MOST = 0.1, 2.0
#: Seconds between two beats that each worker sends to itself over Redis, and after which one who hears none listens anew.
BEAT, DEAF = 2.0, 6.0


def broadcasting(name: str, carried: str | None = None) -> AbstractContextManager[None]:
    """A span around what is done for this worker's clients, if there are traces; `carried` are those of who had it done."""
    return nullcontext() if tracing.spans is None else tracing.spans.broadcast(name, carried)


class RedisBus(Rooms):
    """Rooms that reach over all workers, by our own bounded Redis client (see docs/decisions/0005)."""

    def __init__(self, client: SharedRedis, turns: Turns) -> None:
        super().__init__(turns)
        self._channel = Channel(client, CHANNEL)
        self._wire = Wire(client, wait=False)
        #: Whether this worker has stopped to hear the others.
        self.deaf = False
        self._beaten = 0.0  # when this worker last heard itself
        self._wake = Event()
        self._back: Callable[[], None]
        self._errands: Callable[[dict[str, Any]], None]
        self._heard: Callable[[dict[str, Any], str], None]

    def listen(
        self,
        errands: Callable[[dict[str, Any]], None],
        heard: Callable[[dict[str, Any], str], None],
        back: Callable[[], None],
    ) -> None:
        """Starts listening, in a greenlet.

        `errands` is called with each errand, own ones included; `heard` with what `tell` of other workers said about an
        event, and the event as JSON; `back` in a greenlet when it begins to hear: something may have been missed before.
        """
        self._errands, self._heard, self._back = errands, heard, back
        gevent.spawn(self._listen)
        gevent.spawn(self._beat)

    @property
    def listening(self) -> int:
        """Connections to Redis that bring what the others say: 1 or, for now, 0."""
        return self._channel.open

    def listen_anew(self) -> None:
        """Redis is back: a connection from before may bring nothing any more, and nobody need wait to make a new one."""
        self._wake.set()
        self._channel.hang_up()

    def errand(self, errand: dict[str, Any]) -> None:
        """Has every worker do something for its own clients, this one at once."""
        self._errands(errand)
        self._wire.errand(errand)

    def tell(
        self,
        event: str,
        data: dict[str, Any],
        rooms: Sequence[Room],
        topic: object = None,
        told: Callable[[], None] | None = None,
        *,
        here: bool = False,
        **about: Any,
    ) -> str:
        """Sends an event to all in some rooms, on every worker or on this one, `here`; the event as JSON.

        `topic`: only the newest event of it matters; `told` is called when this worker's clients have it.
        """
        body = orjson.dumps([event, data]).decode()
        with broadcasting(f"broadcast {event}"):
            self._spread(body, rooms, topic, told)
            if not here:
                self._wire.pass_on(body, rooms, topic=topic, **about)
        return body

    def emit(self, event: str, data: Any, *args: Any, **options: Any) -> None:
        """As Socket.IO's servers call it: to the clients of all workers; with `ignore_queue`, of this one."""
        room = options.get("to") or options.get("room")
        if not options.get("ignore_queue") and isinstance(room, str) and isinstance(data, dict):
            namespace = args[0] if args else options.get("namespace")
            self._wire.emit(event, data, [(namespace or "/", room)])
        super().emit(event, data, *args, **options)

    def _spread(self, body: str, rooms: Sequence[Room], topic: object = None, told: Callable[[], None] | None = None) -> None:
        for namespace, room in rooms:
            if told is None and not self.anybody(namespace, room):
                continue  # most boards of others, where many instances have many small games
            text = f"2{body}" if namespace == "/" else f"2{namespace},{body}"
            its = None if topic is None else (topic, namespace)
            self.spread(Message(text.encode(), its), namespace, room, told=told)
            told = None

    def _listen(self) -> None:
        wait = BACK_OFF
        while True:
            try:
                for message in self._channel.messages():
                    if message:
                        self._take(message)
                        continue
                    wait, self._beaten = BACK_OFF, time.monotonic()
                    self.deaf = False
                    gevent.spawn(self._back)
            except Exception as error:
                if not isinstance(error, RedisError):
                    log.exception("what the other workers say can't be read")
                self.deaf = True
                if not self._wake.is_set():
                    if wait == BACK_OFF:
                        log.warning("not listening to the other workers: %s", error)
                    self._wake.wait(wait)
                    wait = min(2 * wait, BACK_OFF_MOST)
                self._wake.clear()

    def _beat(self) -> None:
        """A connection may look alive and bring nothing: to a Redis that is the master no more, or cut off half way."""
        while True:
            gevent.sleep(BEAT)
            self._wire.beat()
            if self._wire.speaks and time.monotonic() - self._beaten > DEAF:
                self._beaten = time.monotonic()
                log.warning("this worker does not hear itself, and listens anew")
                self.deaf = True
                self._channel.hang_up()
            elif not self._wire.speaks:
                self._beaten = time.monotonic()

    def _take(self, text: str) -> None:
        if text.startswith(self._wire.host_id):
            self._beaten = time.monotonic()
            return
        try:
            head, _, body = text[len(self._wire.host_id) :].partition("\n")
            message = orjson.loads(head)
            if "errand" in message:
                with broadcasting(f"errand {message['errand']['do']}", message.get("trace")):
                    self._errands(message["errand"])
            elif "rooms" in message:
                with broadcasting("broadcast " + body[2 : body.index('"', 2)], message.get("trace")):
                    self._spread(body, message["rooms"], message.get("topic"))
                    self._heard(message, body)
        except Exception:
            log.exception("a message of another worker could not be handled")
