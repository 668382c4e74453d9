"""A small instance: few connections, and hearts that beat fast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.server import Server, serving


@pytest.fixture(scope="session")
def small() -> Iterator[Server]:
    """One worker that takes six connections and listens to hearts every 0.5 s."""
    limits = {"QUIZ_WEBSOCKET__MAX_CONNECTIONS": "6", "QUIZ_WEBSOCKET__RETRY_AFTER_SECONDS": "7"}
    with serving(1, QUIZ_WEBSOCKET__HEARTBEAT__INTERVAL_SECONDS="0.5", **limits) as running:
        yield running
