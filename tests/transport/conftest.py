"""A small instance: few connections, and hearts that beat fast."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.server import Server, serving


@pytest.fixture(scope="session")
def small() -> Iterator[Server]:
    """One worker that takes six connections and listens to hearts every 0.25 s; a busy machine has 3 s to beat."""
    limits = {"QUIZ_WEBSOCKET__MAX_CONNECTIONS": "6", "QUIZ_WEBSOCKET__RETRY_AFTER_SECONDS": "7"}
    hearts = {"QUIZ_WEBSOCKET__HEARTBEAT__INTERVAL_SECONDS": "0.25", "QUIZ_WEBSOCKET__HEARTBEAT__TIMEOUT_MULTIPLIER": "13"}
    with serving(1, **hearts, **limits) as running:
        yield running
