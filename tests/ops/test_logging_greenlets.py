"""What is bound where greenlets are used again."""

from __future__ import annotations

import gevent
from gevent.event import Event

from quiz.ops import logging_context
from quiz.transport.runners import Runners


def test_a_runner_that_is_used_again_remembers_nothing():
    """The next client's event must not be logged as the last one's; neither when it waits, nor when two overlap."""
    seen, done = [], Event()

    def handle(sid: str) -> None:
        before = logging_context.described()
        bound = logging_context.enter(dict, {"sid": sid})
        gevent.sleep(0)
        seen.append((before, logging_context.described()))
        logging_context.leave(bound)
        if len(seen) == 6:
            done.set()

    runners = Runners()
    for turn in range(2):
        for sid in "abc":
            runners.run(handle, f"{sid}{turn}")
        gevent.sleep(0.01)
    assert done.wait(60)
    assert [before for before, _ in seen] == [{}] * 6
    assert sorted(inside["sid"] for _, inside in seen) == ["a0", "a1", "b0", "b1", "c0", "c1"]
