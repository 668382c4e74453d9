"""What happens at the edges of an outage, and at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import gevent
import msgspec
import pytest
import redis

from quiz.domain.errors import StoreAway, WrongState
from quiz.play.rounds import Rounds
from quiz.store import mirror
from quiz.store.results import RedisResults
from tests.play.fakes import Recorder
from tests.store.outages import Worker
from tests.store.worlds import redis_world

Make = Callable[..., Worker]


def test_an_answer_whose_reply_got_lost_counts_once(worker: Worker, client: redis.Redis):
    """Redis had it, the worker did not know and kept it too: one record, its points once."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    with worker.deaf():
        assert worker.accept(game, "ann", at=worker.games.now()).provisional
    assert client.hlen(f"quiz:{{{game.pin}}}:answers:0") == 1
    worker.look()
    assert worker.games.players.scores(game) == [("ann", 10)]
    assert worker.games.players.standing(game, "ann").answered == (0,)
    assert worker.games.players.streaks(game, ["ann"]) == {"ann": 1}
    assert not worker.games.mirror.unconfirmed


def test_a_hosts_move_whose_reply_got_lost_is_not_made_twice(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Redis made it, and the host is told to try again: by then it is made, or, where that would be another move, refused."""
    game = worker.make("single", "single", leaderboard_every=1, auto_close=False)
    worker.seat(game, "ann")
    rounds = Rounds(worker.games, Recorder(), RedisResults(worker.redis, worker.games.now))
    real = worker.games._scripts["move"]

    def lost(**given: Any) -> None:
        real(**given)
        raise redis.TimeoutError("Redis does not answer")

    moves: list[tuple[Callable[[], Any], str, bool]] = [
        (lambda: rounds.start(game), "question", False),
        (lambda: rounds.pause(game), "paused", False),
        (lambda: rounds.resume(game), "question", False),
        (lambda: rounds.close_question(game), "reveal", False),
        (lambda: rounds.next(game, "q1", "reveal"), "leaderboard", True),
        (lambda: rounds.next(game, "q1", "leaderboard"), "question", True),
        (lambda: rounds.end(game), "finished", False),
    ]
    for move, state, again in moves:
        before = worker.games.phase(game)[0].version
        with monkeypatch.context() as patched:
            patched.setitem(worker.games._scripts, "move", lost)
            with pytest.raises(StoreAway):
                move()
        with contextlib.nullcontext() if again else pytest.raises(WrongState):
            move()
        phase, _ = worker.games.phase(game)
        assert (phase.state, phase.version) == (state, before + 1)


def test_a_few_calls_that_fail_open_no_breaker_and_their_answers_are_brought(worker: Worker):
    """The next look brings what they left, and boards of Redis are newer than what was shown."""
    game = worker.make(*["single"] * 3, mode="self-paced")
    worker.seat(game, "ann")
    with worker.deaf(2):
        for index in range(2):
            worker.accept(game, "ann", index)
    shown, before = worker.games.mirror.show(game), worker.board.top(game, 5)
    assert worker.breaker.closed
    worker.look(after=1)
    board = worker.board.top(game, 5)
    assert not board.provisional
    assert board.edition > (shown.epoch, shown.board)
    assert board.epoch > before.epoch
    assert worker.listing(game) == [(1, "ann", 20)]


def test_answers_that_come_while_the_keeper_catches_up_are_brought_too(
    worker: Worker, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
):
    """Players go on answering during the trial, after all before had been brought: none of it waits for the next outage."""
    game = worker.make(*["single"] * 40, mode="self-paced")
    worker.seat(game, "ann", "bob")
    worker.cut()
    worker.accept(game, "ann", 0)
    restorer, began = worker.keeper.courier.restorer, []
    real_answers, real_epoch = restorer.answers, restorer.begin_epoch

    def answers(*args: Any) -> Any:
        index = len(began) + 1
        began.append(worker.accept(game, "ann", index))
        return real_answers(*args)

    def begin_epoch(*args: Any) -> int:
        epoch = real_epoch(*args)
        told = redis_world(client).board.top(game, 5).payload(game.pin)  # by another instance, whose outage is over
        worker.games.bridge.learn_board(game.id, msgspec.json.encode(("leaderboard", told)).decode())
        began.append(worker.accept(game, "bob", 0))
        monkeypatch.undo()
        return epoch

    monkeypatch.setattr(restorer, "answers", answers)
    monkeypatch.setattr(restorer, "begin_epoch", begin_epoch)
    worker.look()
    assert worker.breaker.closed
    assert began
    assert all(one.provisional for one in began)
    held = worker.games.mirror.held(game)
    shown = held.epoch, held.board
    worker.settle()
    assert dict(worker.games.players.scores(game)) == {"ann": 10 * len(began), "bob": 10}
    assert worker.board.top(game, 5).edition > shown


def test_a_hundred_copies_of_an_answer_are_one_record(workers: Make):
    """Sent at once to a worker that waits for its disk: one is new, the others are told its result."""
    worker = workers(always=True)
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    copies = [gevent.spawn(worker.accept, game, "ann", 0, number % 2 == 0) for number in range(100)]
    gevent.joinall(copies, timeout=20, raise_error=True)
    taken = [copy.value for copy in copies]
    assert [one.duplicate for one in taken].count(False) == 1
    assert len({str(one.receipt) for one in taken}) == 1
    worker.heal()
    assert worker.games.players.scores(game) == [("ann", taken[0].receipt.points)]
    assert worker.games.answers.receipts(game, 0)["ann"] == taken[0].receipt


def test_the_keeper_is_not_left_half_way_by_what_it_did_not_expect(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Players go on meanwhile, and any error ends the trial: the next one is made."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()

    def stumble(*_: Any) -> None:
        raise RuntimeError("dictionary changed size during iteration")

    with monkeypatch.context() as patch:
        patch.setattr(worker.keeper.courier.restorer, "epoch", stumble)
        worker.look()
        assert worker.breaker.state == "open"
    assert worker.accept(game, "ann").provisional
    worker.heal()
    assert worker.games.players.scores(game) == [("ann", 10)]


def test_questions_that_are_seen_while_they_are_brought_disturb_nobody(worker: Worker):
    """What is brought is what was there when it began."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.games.answers.open_for(game, "ann", 0)
    brought = worker.games.mirror.opened(game)
    worker.games.answers.open_for(game, "ann", 1)
    assert list(brought) == [("ann", 0)]


def test_an_answer_that_comes_while_a_seen_question_is_brought_is_brought_too(
    worker: Worker, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
):
    """Though its game had nothing else to bring when that began."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.games.answers.open_for(game, "ann", 0)
    restorer = worker.keeper.courier.restorer
    real = restorer.see

    def see(*args: Any) -> None:
        real(*args)
        if ("ann", 0) not in worker.answers():
            worker.accept(game, "ann", 0)

    monkeypatch.setattr(restorer, "see", see)
    worker.heal()
    assert worker.answers() == [("ann", 0)]
    worker.settle()
    assert client.zscore(f"quiz:{{{game.pin}}}:leaderboard", "ann") // 1 == 10


def test_when_questions_were_seen_before_a_reset_says_nothing_after_it(workers: Make, client: redis.Redis):
    """Else those who saw them on the side that was cut off would be out of time for good."""
    here, there = workers("here"), workers("there")
    game = here.make("single", "single", mode="self-paced", time_limits=True)
    here.seat(game, "ann")
    there.games.players.standing(game, "ann")
    there.cut()
    there.games.answers.open_for(game, "ann", 0)
    here.games.answers.reset(game)
    there.heal()
    assert client.hgetall(f"quiz:{{{game.pin}}}:opened") == {}


def test_a_game_that_was_reset_is_known_as_such_when_it_is_met_again(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Many others came in between, and it was forgotten: an answer of the generation before would be thrown away."""
    monkeypatch.setattr(mirror, "GAMES", 2)
    game = worker.make("single", mode="self-paced")
    worker.seat(game, "ann")
    worker.games.answers.reset(game)
    for number in range(3):
        worker.seat(worker.make("single", mode="self-paced", pin=f"{200_000 + number}", game_id=f"other{number}"), "bob")
    assert not worker.games.mirror.remembers(game)
    worker.cut()
    with contextlib.suppress(StoreAway):
        worker.accept(game, "ann", 0)
    assert worker.games.mirror.held(game).generation == 2
