"""What goes over the bus between workers, and how it is put there: Socket.IO's own messages, and errands.

A process without clients of its own (the command line) needs no more than this.
"""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

import redis
from redis.exceptions import RedisError

CHANNEL = "quiz:bus"

log = logging.getLogger("quiz.bus")


class Wire:
    """Publishes as `host_id`, by which a worker knows its own messages when they come back."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis: Any = client
        self.host_id = uuid.uuid4().hex

    def publish(self, message: dict[str, Any]) -> None:
        """Sends a message to all workers; one that Redis does not take is lost, and the log says so."""
        try:
            self._redis.publish(CHANNEL, json.dumps(message, separators=(",", ":")))
        except RedisError as error:
            log.warning("a message to the other workers is lost: %s", error)

    def emit(self, event: str, data: dict[str, Any], *, namespace: str, room: str) -> None:
        """Has every worker send an event to its clients in a room, in the form of python-socketio's managers."""
        self.publish(
            {"method": "emit", "event": event, "data": [data], "namespace": namespace, "room": room, "host_id": self.host_id}
        )

    def errand(self, errand: dict[str, Any]) -> None:
        """Has every worker do something for its own clients."""
        self.publish({"errand": errand, "host_id": self.host_id})
