"""Connections to Redis beside the line."""

from __future__ import annotations

from quiz.store.connection import connect


def test_connections_that_nobody_uses_are_closed(valkey: str) -> None:
    """All but as many as may stay, those that were used last; one that is closed is opened again when it is needed."""
    client = connect(valkey, 2000, 8, max_idle=2)
    pool = client.connection_pool
    taken = [pool.get_connection() for _ in range(5)]
    for connection in taken:
        pool.release(connection)
    assert [connection for connection in taken if connection._sock is not None] == taken[-2:]
    again = [pool.get_connection() for _ in range(5)]
    assert again[:2] == [taken[-1], taken[-2]]
    for connection in again:
        connection.send_command("PING")
        assert connection.read_response() == "PONG"
        connection.disconnect()
