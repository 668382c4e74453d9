"""How much of a flood reaches the log."""

from __future__ import annotations

import io
import logging

from hypothesis import given
from hypothesis import strategies as st

from quiz.ops.logging import Outlet
from quiz.ops.logging_flood import Flood


class Pipe:
    """An outlet with a clock of its own, and what was written each second."""

    def __init__(self, each: int = 3) -> None:
        self.now, self.stream, self.due = 0.0, io.StringIO(), []
        self.outlet = Outlet(self.stream, Flood(lambda: self.now, each), lambda s, call: self.due.append((s, call)))
        self.outlet.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def say(self, message: str, *args: object, name: str = "quiz") -> None:
        self.outlet.handle(logging.LogRecord(name, logging.INFO, "", 0, message, args, None))

    def written(self) -> list[str]:
        text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        return text.splitlines()


def test_a_message_is_written_so_often_a_second_and_then_counted():
    """Whatever is filled in; another message, or another logger's, is not held back by it."""
    pipe = Pipe()
    for number in range(20):
        pipe.say("lost %d", number)
    pipe.say("lost %d", 99, name="gunicorn")
    pipe.say("found")
    assert pipe.written() == ["quiz lost 0", "quiz lost 1", "quiz lost 2", "gunicorn lost 99", "quiz found"]
    pipe.now = 1.0
    pipe.say("lost %d", 20)
    assert pipe.written() == ["quiz 17 more left out: lost %d", "quiz lost 20"]


def test_all_messages_together_are_bounded_too():
    """Thirty different ones at once are not thirty lines; how many were left out is said of those together."""
    pipe = Pipe(each=1)
    for number in range(30):
        pipe.say(f"kind {number}")
    assert pipe.written() == [f"quiz kind {number}" for number in range(20)]
    pipe.now = 1.0
    pipe.say("later")
    assert pipe.written() == ["quiz.logging 10 other records left out", "quiz later"]


def test_what_was_left_out_is_said_when_nothing_follows():
    """A flood that ends does not leave its count untold: something is due when the second is over, once."""
    pipe = Pipe()
    for number in range(10):
        pipe.say("lost %d", number)
    [(seconds, call)] = pipe.due
    pipe.written()
    pipe.now = seconds
    call()
    assert pipe.written() == ["quiz 7 more left out: lost %d"]
    pipe.now += 5
    pipe.say("later")
    assert pipe.written() == ["quiz later"]


def test_a_process_that_ends_says_it_too():
    """The last second of a worker is often the one that counts."""
    pipe = Pipe()
    for number in range(5):
        pipe.say("lost %d", number)
    pipe.written()
    pipe.outlet.close()
    assert pipe.written() == ["quiz 2 more left out: lost %d"]


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.0, 0.0, 0.1, 1.0, 3.0]), st.integers(0, 30)), max_size=300))
def test_nothing_is_lost_without_being_counted_and_no_second_overflows(said):
    """What is written and what is said to be left out add up to all that was said."""
    pipe, written, left_out, since = Pipe(each=1), 0, 0, None
    in_this = 0
    for later, kind in [*said, (1.0, 31)]:
        pipe.now += later
        if since is None or pipe.now >= since + 1:
            since, in_this = pipe.now, 0
        pipe.say(f"kind {kind}")
        for line in pipe.written():
            count = line.split()[1]
            if "left out" in line:
                left_out += int(count)
            else:
                written += 1
                in_this += 1
        assert in_this <= 20
    assert written + left_out == len(said) + 1
