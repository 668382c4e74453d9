"""Who wants a report stands in line; who has results already is told so."""

from __future__ import annotations

import gevent
import pytest
from flask import Flask
from gevent.event import Event

from quiz.domain.errors import ServerBusy
from quiz.web.results import AT_ONCE, WAITING, Line, tagged


def test_reports_are_made_one_after_the_other_and_few_may_wait_for_it():
    """Who comes then is told when to try again; as soon as there is room, others may."""
    line, done, inside, most = Line(), Event(), [0], [0]

    def report() -> None:
        with line.turn():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            done.wait(60)
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


def test_results_are_the_same_whenever_it_is_looked_how_long_they_stay():
    """That is reckoned from what is left each time, and is a millisecond more or less."""
    app = Flask("results")
    with app.test_request_context():
        looks = ({"players": 3, "kept_until": 1000}, {"players": 3, "kept_until": 1001}, {"players": 4, "kept_until": 1000})
        tags = [tagged(told).headers["ETag"] for told in looks]
    assert tags[0] == tags[1] != tags[2]
    with app.test_request_context(headers={"If-None-Match": tags[0]}):
        assert tagged({"players": 3, "kept_until": 999}).status_code == 304
