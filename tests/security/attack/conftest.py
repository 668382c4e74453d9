"""One server for all attacks of `make test`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness.server import serving
from tests.realtime.conftest import furnish
from tests.security.attack.siege import SETTINGS, Stage

#: A connection may go on as long as it waits for answers; who does not is cut off all the same. On a busy machine those who
#: behave well are slow too.
PATIENT = {
    "QUIZ_RATE_LIMIT__REFILL_TOKENS": "2000",
    "QUIZ_WEBSOCKET__HEARTBEAT__TIMEOUT_MULTIPLIER": "4",
    "QUIZ_HTTP__PATIENCE_SECONDS": "3",
}


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A server with a game in it, and an attacker who has joined."""
    with serving(1, **{**SETTINGS, **PATIENT}) as server:
        furnish(server)
        yield Stage.of(server)
