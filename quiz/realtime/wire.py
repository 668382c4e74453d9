"""What goes over the bus between workers, and how it is put there: events for rooms, and errands.

A process without clients of its own (the command line) needs no more than this.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from redis.exceptions import RedisError

from quiz.ops import tracing
from quiz.store.connection import SharedRedis

CHANNEL = "quiz:bus"

#: Where an event goes: namespace and room.
Room = tuple[str, str]

log = logging.getLogger("quiz.bus")


class Wire:
    """Publishes as `host_id`, by which a worker knows its own messages when they come back.

    A message is `host_id`, then a JSON object, and for an event, after a line feed, its JSON array: what Socket.IO's packets
    hold, so that a worker passes it on without looking into it. `trace` in the object is the trace that the message belongs to.
    """

    def __init__(self, client: SharedRedis, *, wait: bool = True) -> None:
        """`wait` until Redis has taken each message, as a process must that ends soon."""
        self._client = client
        self._send = client.execute_command if wait else client.post
        self.host_id = uuid.uuid4().hex

    def _publish(self, head: dict[str, Any], body: str = "") -> None:
        """Sends a message to all workers; one that Redis does not take is lost, and the log says so."""
        if tracing.spans is not None and (carried := tracing.spans.carried()):
            head = {**head, "trace": carried}
        try:
            self._send("PUBLISH", CHANNEL, f"{self.host_id}{orjson.dumps(head).decode()}\n{body}")
        except RedisError as error:
            log.warning("a message to the other workers is lost: %s", error)

    @property
    def speaks(self) -> bool:
        """Whether what is published now goes anywhere."""
        return self._client.used

    def beat(self) -> None:
        """Publishes nothing but that this worker lives."""
        self._publish({})

    def emit(self, event: str, data: dict[str, Any], rooms: Sequence[Room], **about: Any) -> None:
        """Has every worker send an event to its clients in some rooms; `about` is for the workers themselves."""
        self.pass_on(orjson.dumps([event, data]).decode(), rooms, **about)

    def pass_on(self, body: str, rooms: Sequence[Room], **about: Any) -> None:
        """As `emit`, of an event that is JSON already."""
        self._publish({"rooms": rooms, **about}, body)

    def errand(self, errand: dict[str, Any]) -> None:
        """Has every worker do something for its own clients."""
        self._publish({"errand": errand})
