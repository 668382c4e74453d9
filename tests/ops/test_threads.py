"""Work in threads beside the event loop."""

from __future__ import annotations

import os
import sys
import threading

import gevent
import pytest

from quiz.domain.errors import ServerBusy
from quiz.ops.threads import BEHIND, Threads


def niceness() -> int:
    """Of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only whole processes are nice")
@pytest.mark.parametrize(("behind", "more"), [(False, 0), (True, BEHIND)])
def test_only_who_may_wait_for_the_processor_does(behind: bool, more: int):
    """Hashing steps back behind the worker's own thread, however often; other work doesn't, nor does the worker."""
    threads, ours = Threads(1, 1, "busy", behind=behind), niceness()
    assert [threads.run(niceness) for _ in range(2)] == [min(ours + more, 19)] * 2
    assert niceness() == ours


def test_only_so_much_is_done_at_once():
    """The event loop goes on meanwhile; who finds a queue is told to come back; a failure is what it was."""
    threads, go_on = Threads(1, 1, "busy"), threading.Event()
    assert threads.run(threading.get_ident) != threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        threads.run(lambda: 1 / 0)
    waiting = [gevent.spawn(threads.run, go_on.wait, 10) for _ in range(2)]
    gevent.sleep(0)
    with pytest.raises(ServerBusy) as caught:
        threads.run(int)
    assert caught.value.retry_after_ms
    go_on.set()
    gevent.joinall(waiting, timeout=60)
    assert threads.run(int) == 0
