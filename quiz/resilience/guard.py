"""The guard: what uses Redis goes through here, so that nobody waits for one that is away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from quiz.resilience.breaker import Breaker

log = logging.getLogger("quiz.resilience")

T = TypeVar("T")


class Away(ConnectionError):
    """Redis is left alone for now."""


class Guard:
    """Asks the breaker before each use of Redis, and tells it how that went. Nothing is tried twice."""

    def __init__(
        self,
        breaker: Breaker,
        is_outage: Callable[[Exception], bool],
        failed: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """`is_outage` tells what is Redis's failure from what is the caller's; `failed` is told of the former."""
        self.breaker, self._is_outage, self._failed = breaker, is_outage, failed

    def use(self, use: Callable[..., T], *args: object, writes: bool = True) -> T:
        """What `use(*args)` returns or raises, or Away. `writes`: whether its success shows that Redis takes writes."""
        if self.breaker.state != "closed":
            raise Away("Redis is away, and is not asked")
        try:
            result = use(*args)
        except Exception as error:
            if self._is_outage(error):
                self._failed(error)
                self._report(str(error) or type(error).__name__)
            raise
        if writes:
            self.breaker.succeeded()
        return result

    def _report(self, why: str) -> None:
        was_closed = self.breaker.closed
        self.breaker.failed(why)
        if was_closed and not self.breaker.closed:
            log.warning("Redis is away: %s; scores are kept here", why)
