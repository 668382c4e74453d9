"""A session of long-polling that nobody polls."""

from __future__ import annotations

from types import SimpleNamespace

import engineio
import gevent

from quiz.transport.session import POLLED_MOST, Message, PollingSession


def test_a_client_that_does_not_poll_is_given_up():
    """What waits for it is bounded, and its end is told once."""
    stock = engineio.Server(async_mode="gevent")
    ends: list[str] = []
    server = SimpleNamespace(
        sockets={},
        reason=stock.reason,
        create_queue=stock.create_queue,
        ping_timeout=1,
        logger=stock.logger,
        heartbeats=SimpleNamespace(expired=0),
        _trigger_event=lambda event, sid, reason, run_async: ends.append(reason),
    )
    session = server.sockets["s"] = PollingSession(server, "s")
    for _ in range(POLLED_MOST + 100):
        session.deliver(Message(b"board"))
    assert session.queue.qsize() == POLLED_MOST
    gevent.sleep(0)
    assert ends == [stock.reason.PING_TIMEOUT]
    assert server.heartbeats.expired == 1
    assert session.closed
    assert server.sockets == {}
