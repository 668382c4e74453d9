"""Guesses of PINs in Redis, in memory, and in whichever of both can be had."""

from __future__ import annotations

import time

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.play.ports import Guess
from quiz.store.connection import connect
from quiz.store.guesses import GuardedGuesses, MemoryGuesses, Rate, RedisGuesses

#: So slow that none comes back during a test.
RATE = Rate(per_address=5, in_all=12, seconds=80_000)
STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["wrong", "right", "unseen"])), max_size=25)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(STEPS)
def test_redis_and_memory_count_alike(client: redis.Redis, steps: list[tuple[str, str]]):
    """Whatever is asked: what a guess costs, when there is one again, and where a game is played."""
    client.flushall()
    both = RedisGuesses(client, RATE), MemoryGuesses(RATE, lambda: 0.0)
    for address, outcome in steps:
        told = [guesses.take(address) for guesses in both]
        assert told[0].wait_ms == pytest.approx(told[1].wait_ms, abs=8_000)
        assert (told[0].cost, bool(told[0].wait_ms)) == (pytest.approx(told[1].cost, abs=2), bool(told[1].wait_ms))
        assert told[0][2:] == pytest.approx(told[1][2:], abs=0.002)
        for guesses, guess in zip(both, told, strict=True):
            if not guess.wait_ms and outcome == "right":
                guesses.right(address, "123456", guess.cost)
            elif not guess.wait_ms and outcome == "unseen":
                guesses.give_back(address, guess.cost)
    assert [both[0].plays(one, "123456") for one in "abcd"] == [both[1].plays(one, "123456") for one in "abcd"]


def test_guesses_come_back_bit_by_bit_and_leave_nothing_behind(client: redis.Redis):
    """By the clock of Redis; what is counted goes away by itself."""
    guesses = RedisGuesses(client, Rate(per_address=3, in_all=10, seconds=3))
    taken, quick = [], False
    while not quick:
        client.flushall()
        began = time.monotonic()
        taken = [guesses.take("a") for _ in range(3)]
        quick = time.monotonic() - began < 0.3  # else the third has come back meanwhile
    assert [bool(one.wait_ms) for one in taken] == [False, False, True]
    assert 0 < taken[2].wait_ms <= 370
    time.sleep(taken[2].wait_ms / 1000)  # by Redis's own clock, which nobody can inject
    assert guesses.take("a").wait_ms == 0
    guesses.right("b", "123456", 0)
    assert guesses.plays("b", "123456")
    assert not guesses.plays("b", "123457")
    deadline = time.monotonic() + 60
    while len(client.keys("quiz:*guesses*")) > 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert client.keys("quiz:*guesses*") == ["quiz:{guesses}:plays:123456:b"]
    assert 0 < client.ttl("quiz:{guesses}:plays:123456:b") <= 3 * 3600


def test_without_redis_each_worker_counts_for_itself():
    """Nobody waits for it, and who guesses is refused as ever."""
    away = connect("redis://127.0.0.1:1/0", 50)
    guesses = GuardedGuesses(RedisGuesses(away, RATE), MemoryGuesses(RATE, lambda: 0.0))
    taken: list[Guess] = [guesses.take("a") for _ in range(6)]
    assert [bool(one.wait_ms) for one in taken][:3] == [False] * 3
    assert taken[-1].wait_ms > 0
    guesses.right("a", "123456", taken[0].cost)
    assert guesses.plays("a", "123456")
    guesses.give_back("a", taken[1].cost)
    assert not guesses.take("a").wait_ms
