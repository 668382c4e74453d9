"""Socket.IO packets, with orjson, and without python-socketio's search for binary data in what we send: there is none."""

from __future__ import annotations

import json
from typing import Any

import orjson
from socketio.packet import ACK, BINARY_ACK, BINARY_EVENT, EVENT, Packet

#: Binary attachments that are waited for; no event has any use for one.
ATTACHMENTS_MOST = 8


class Json:
    """orjson with the interface of the standard library's `json` that python-socketio asks for.

    What orjson is too strict for (half a surrogate pair, NaN) goes the standard library's way, so that it gets a named error.
    """

    @staticmethod
    def encoded(data: Any) -> bytes:
        """JSON."""
        try:
            return orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)
        except TypeError:
            return json.dumps(data, separators=(",", ":")).encode()

    @staticmethod
    def dumps(data: Any, **_: Any) -> str:
        """JSON text."""
        return Json.encoded(data).decode()

    @staticmethod
    def loads(text: str | bytes) -> Any:
        """What JSON text means; raises ValueError."""
        try:
            return orjson.loads(text)
        except ValueError:
            try:
                return json.loads(text)
            except RecursionError:
                raise ValueError("JSON that is nested too deeply") from None


class JsonPacket(Packet):  # type: ignore[misc]
    """A packet without binary attachments going out; those coming in are understood."""

    uses_binary_events = False
    json = Json

    def __init__(
        self,
        packet_type: int = EVENT,
        data: Any = None,
        namespace: str | None = None,
        id: int | None = None,
        binary: bool | None = None,
        encoded_packet: Any = None,
    ) -> None:
        self.packet_type, self.data, self.namespace, self.id = packet_type, data, namespace, id
        self.attachment_count = 0
        self.attachments: list[Any] = []
        if encoded_packet is not None:
            if not isinstance(encoded_packet, str) or not encoded_packet:
                raise ValueError("no packet")
            self.attachment_count = self.decode(encoded_packet) or 0
            if self.attachment_count > ATTACHMENTS_MOST:
                raise ValueError("too many attachments")
            if self.packet_type in (EVENT, BINARY_EVENT) and not (isinstance(self.data, list) and self.data):
                raise ValueError("an event without a name")
            if self.packet_type in (ACK, BINARY_ACK) and not isinstance(self.data, list):
                raise ValueError("an acknowledgement that is no list")

    @classmethod
    def reconstruct_binary(cls, data: Any, attachments: list[bytes]) -> Any:
        """Puts attachments where their placeholders are; raises ValueError for a placeholder that has none."""
        try:
            return super().reconstruct_binary(data, attachments)
        except (TypeError, LookupError, RecursionError) as error:
            raise ValueError("a placeholder without an attachment") from error


def plain_event(text: str) -> tuple[int, list[Any]] | None:
    """Number and arguments of the usual packet, an event of the namespace "/" that wants an acknowledgement; None for another.

    It is `2`, digits, a list. Raises ValueError for what is no JSON.
    """
    start = text.find("[", 0, 12)
    if start < 2 or text[0] != "2" or not text[1:start].isdecimal():
        return None
    data = Json.loads(text[start:])
    return (int(text[1:start]), data) if data else None
