"""Who wants a report stands in line."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from quiz.domain.errors import ServerBusy
from quiz.web.results import AT_ONCE, WAITING, Line


def test_reports_are_made_one_after_the_other_and_few_may_wait_for_it():
    """Who comes then is told when to try again; as soon as there is room, others may."""
    line, done, inside, most = Line(), Event(), [0], [0]

    def report() -> None:
        with line.turn():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            done.wait(10)
            inside[0] -= 1

    waiting = [gevent.spawn(report) for _ in range(AT_ONCE + WAITING)]
    gevent.idle()
    with pytest.raises(ServerBusy) as refused, line.turn():
        pass
    assert refused.value.retry_after_ms
    done.set()
    gevent.joinall(waiting, timeout=10, raise_error=True)
    assert most == [AT_ONCE]
    with line.turn():
        pass
