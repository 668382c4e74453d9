"""What goes on while Redis is away, as one warm instance knows it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import pytest
import redis

from quiz.domain import game as machine
from quiz.domain.errors import Kicked, QuestionNotOpen, ServerBusy, StoreAway, TooLate
from quiz.domain.game import Game
from quiz.play.ports import Submission
from tests.store.outages import Worker

Make = Callable[..., Worker]
ROOT = Path(__file__).parents[2]


def accept(worker: Worker, game: Game, player: str, index: int = 0, right: bool = True, **more: Any):
    return worker.games.accept(game, Submission(player=player, index=index, answer=1, right=right, **more))


@pytest.fixture
def worker(workers: Make) -> Worker:
    return workers()


@pytest.fixture
def paced(worker: Worker) -> Game:
    """A self-paced game in which ann has 10 points, bob has none and cat was kicked; Redis is away since then."""
    game = worker.make(*["single"] * 3, mode="self-paced")
    worker.seat(game, "ann", "bob", "cat")
    worker.answer(game, "ann")
    worker.games.kick(game, "cat")
    worker.cut()
    return game


@pytest.fixture
def live(worker: Worker) -> Game:
    """A live game whose second question is open; Redis is away since then."""
    game = worker.make(*["single"] * 3)
    worker.seat(game, "ann", "bob")
    worker.ask(game)
    worker.answer(game, "ann")
    worker.close(game)
    worker.games.scores(game)
    worker.ask(game, 1)
    worker.cut()
    return game


def test_an_answer_is_taken_and_marked(worker: Worker, paced: Game):
    """It is in the journal when it is acknowledged; points, score, rank and streak go on from what was there."""
    taken = accept(worker, paced, "ann", 1)
    assert (taken.provisional, taken.duplicate) == (True, False)
    receipt = taken.receipt
    assert (receipt.points, receipt.score, receipt.rank, receipt.streak) == (10, 20, 1, 2)
    assert worker.answers() == [("ann", 0), ("ann", 1)]
    assert worker.bridged > 0


def test_a_repeat_gets_the_first_receipt_from_before_and_from_within(worker: Worker, paced: Game):
    """Neither the answer that Redis took nor one of the outage is taken again."""
    first = accept(worker, paced, "bob", right=False)
    for player, expected in (("bob", first.receipt), ("ann", None)):
        again = accept(worker, paced, player)
        assert (again.duplicate, again.provisional) == (True, True)
        assert expected is None or again.receipt == expected
    assert again.receipt.points == 10
    assert worker.answers() == [("ann", 0), ("bob", 0)]


def test_a_kicked_player_stays_out(worker: Worker, paced: Game):
    """And off the board."""
    with pytest.raises(Kicked):
        accept(worker, paced, "cat")
    assert worker.games.standing(paced, "cat").kicked
    assert "cat" not in {player for _, player, _ in worker.listing(paced)}


def test_a_board_is_shown_and_marked(worker: Worker, paced: Game):
    """It moves with the answers, each newer than the one before, and is claimed once."""
    before = worker.board.top(paced, 5)
    accept(worker, paced, "bob")
    accept(worker, paced, "bob", 1)
    board = worker.board.claim(paced, 5, 0)
    assert not isinstance(board, int)
    assert (before.provisional, board.provisional) == (True, True)
    assert board.edition > before.edition
    assert [(place.player, place.score) for place in board.top] == [("bob", 20), ("ann", 10)]
    assert worker.board.claim(paced, 5, 0) == 0


def test_a_standing_and_a_view_are_known(worker: Worker, live: Game):
    """By token a player comes back with score, question and what was answered."""
    accept(worker, live, "ann", 1)
    view = worker.games.view(live, "ann")
    assert (view.standing.nickname, view.standing.score, view.standing.answered) == ("ann", 1000, (0, 1))
    assert (view.phase.state, view.phase.index) == ("question", 1)
    assert worker.games.game(live.pin) == live


def test_an_open_question_takes_answers_and_no_other_does(worker: Worker, live: Game):
    """The one before is too_late, the one after is question_not_open, and what was answered waits for the reveal."""
    taken = accept(worker, live, "bob", 1)
    assert (taken.provisional, taken.receipt.score, taken.receipt.rank) == (True, 0, 0)
    assert [score for _, _, score in worker.listing(live)] == [1000, 0]
    with pytest.raises(TooLate):
        accept(worker, live, "bob", 0)
    with pytest.raises(QuestionNotOpen):
        accept(worker, live, "bob", 2)


def test_nothing_is_taken_after_the_deadline(workers: Make):
    """Without Redis too the deadline and its grace are hard: on its side of a cut an instance takes nothing later."""
    worker = workers()
    game = worker.make(grace_ms=250)
    worker.seat(game, "ann", "bob")
    worker.ask(game, left=60_000)
    worker.cut()
    ahead = 0
    worker.games.clock.now, real = lambda: real() + ahead, worker.games.clock.now  # type: ignore[method-assign]
    worker.games.mirror._clock = worker.games.clock.now
    ahead = 60_100
    assert accept(worker, game, "ann").provisional
    ahead = 60_300
    with pytest.raises(TooLate):
        accept(worker, game, "bob")
    assert worker.answers() == [("ann", 0)]


def test_a_game_that_is_paused_stays_so(worker: Worker):
    """An answer to it is question_not_open."""
    game = worker.make()
    worker.seat(game, "ann")
    worker.ask(game)
    worker.step(game, machine.pause)
    worker.cut()
    with pytest.raises(QuestionNotOpen):
        accept(worker, game, "ann")


def test_what_nobody_here_knows_is_busy_and_not_denied(worker: Worker, paced: Game):
    """A stranger may have a seat, and a PIN a game, that this instance has not heard of."""
    for call in (
        lambda: accept(worker, paced, "eve"),
        lambda: worker.games.view(paced, "eve"),
        lambda: worker.games.game("999999"),
    ):
        with pytest.raises(StoreAway) as caught:
            call()
        assert caught.value.retryable


def test_a_worker_that_was_started_in_the_outage_knows_what_its_instance_has_written(worker: Worker, live: Game, workers: Make):
    """Its clients resume by token: game, phase, seat and score come from the journals of its neighbours."""
    accept(worker, live, "ann", 1)
    new = workers("w2")
    new.cut()
    assert new.games.game(live.pin) == live
    view = new.games.view(live, "ann")
    assert (view.phase.state, view.phase.index) == ("question", 1)
    assert (view.standing.score, view.standing.answered) == (1000, (0, 1))
    assert accept(new, live, "ann", 1).duplicate
    assert accept(new, live, "bob", 1).provisional


def test_answers_after_a_reset_belong_to_what_came_after_it(worker: Worker, workers: Make):
    """Also on a worker that began since, and had nothing to do with the reset."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    worker.games.reset(game)
    late = workers("w2", "i2")
    assert late.games.game(game.pin) == game
    late.games.view(game, "ann")
    late.cut()
    assert not accept(late, game, "ann").duplicate
    late.heal()
    assert worker.games.scores(game) == [("ann", 10)]


def test_an_instance_that_missed_a_reset_learns_of_it_when_it_is_back(worker: Worker, workers: Make):
    """What it took meanwhile belonged to the time before; what it takes in the next outage counts."""
    other = workers("w2", "i2")
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    other.games.game(game.pin)
    other.games.view(game, "ann")
    other.cut()
    accept(other, game, "ann", 0)
    worker.games.reset(game)
    other.heal()
    assert worker.games.scores(game) == [("ann", 0)]
    other.cut()
    assert not accept(other, game, "ann", 0).duplicate
    other.heal()
    assert worker.games.scores(game) == [("ann", 10)]


def test_a_streak_goes_on_through_an_outage(worker: Worker):
    """Live: right before, in and after it makes three, with the bonus for each."""
    game = worker.make("single", "single", "poll", "single", streak_bonus=True, scoring="flat")
    worker.seat(game, "ann")
    worker.ask(game, 0)
    worker.answer(game, "ann", 0)
    worker.close(game)
    worker.ask(game, 1)
    worker.cut()
    assert accept(worker, game, "ann", 1).receipt.streak == 2
    worker.heal()
    worker.close(game)
    worker.ask(game, 3)
    worker.cut()
    receipt = accept(worker, game, "ann", 3).receipt
    assert (receipt.streak, receipt.points) == (3, 1200)
    worker.heal()
    worker.close(game)
    assert worker.games.scores(game) == [("ann", 1000 + 1100 + 1200)]
    assert worker.games.streaks(game, ["ann"]) == {"ann": 3}


def test_a_question_that_was_opened_in_an_outage_stays_open_after_it(worker: Worker):
    """With time limits: its clock goes on from when it was seen; one that was missed stays missed."""
    game = worker.make(*["single"] * 3, mode="self-paced", time_limits=True)
    worker.seat(game, "ann")
    worker.cut()
    at = worker.games.open_for(game, "ann", 0)
    worker.games.open_for(game, "ann", 1)
    worker.games.miss(game, "ann", 1)
    worker.look()
    assert worker.breaker.closed
    opened = worker.games.opened_for(game, "ann")
    assert opened[0] == at
    assert opened[1] < 0
    assert worker.answer(game, "ann", 0)[0].points == 10
    with pytest.raises(TooLate):
        worker.answer(game, "ann", 1)


# Races


def test_an_answer_whose_reply_got_lost_counts_once(worker: Worker, client: redis.Redis):
    """Redis had it, the worker did not know and kept it too: one record, its points once."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    with worker.deaf():
        assert accept(worker, game, "ann", at=worker.games.now()).provisional
    assert client.hlen(f"quiz:{{{game.pin}}}:answers:0") == 1
    worker.look()
    assert worker.games.scores(game) == [("ann", 10)]
    assert worker.games.standing(game, "ann").answered == (0,)
    assert worker.games.streaks(game, ["ann"]) == {"ann": 1}
    assert not worker.games.mirror.unconfirmed


def test_a_few_calls_that_fail_open_no_breaker_and_their_answers_are_brought(worker: Worker):
    """The next look brings what they left, and boards of Redis are newer than what was shown."""
    game = worker.make(*["single"] * 3, mode="self-paced")
    worker.seat(game, "ann")
    with worker.deaf(2):
        for index in range(2):
            accept(worker, game, "ann", index)
    shown = worker.games.mirror.show(game)
    assert worker.breaker.closed
    worker.look(after=1)
    board = worker.board.top(game, 5)
    assert not board.provisional
    assert board.edition > (shown.epoch, shown.board)
    assert worker.listing(game) == [(1, "ann", 20)]


def test_answers_that_come_while_the_keeper_catches_up_are_brought_too(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Players go on answering during the trial, after all before had been brought: none of it waits for the next outage."""
    game = worker.make(*["single"] * 40, mode="self-paced")
    worker.seat(game, "ann", "bob")
    worker.cut()
    accept(worker, game, "ann", 0)
    restorer, began = worker.keeper._restorer, []
    real_answers, real_epoch = restorer.answers, restorer.begin_epoch

    def answers(*args: Any) -> Any:
        index = len(began) + 1
        began.append(accept(worker, game, "ann", index))
        return real_answers(*args)

    def begin_epoch(*args: Any) -> int:
        epoch = real_epoch(*args)
        began.append(accept(worker, game, "bob", 0))
        monkeypatch.undo()
        return epoch

    monkeypatch.setattr(restorer, "answers", answers)
    monkeypatch.setattr(restorer, "begin_epoch", begin_epoch)
    worker.look()
    assert worker.breaker.closed
    assert began
    assert all(one.provisional for one in began)
    shown = worker.games.mirror.held(game)
    worker.settle()
    assert dict(worker.games.scores(game)) == {"ann": 10 * len(began), "bob": 10}
    assert worker.board.top(game, 5).edition > (shown.epoch, shown.board)


def test_a_hundred_copies_of_an_answer_are_one_record(workers: Make):
    """Sent at once to a worker that waits for its disk: one is new, the others are told its result."""
    worker = workers(always=True)
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    copies = [gevent.spawn(accept, worker, game, "ann", 0, number % 2 == 0) for number in range(100)]
    gevent.joinall(copies, timeout=20, raise_error=True)
    taken = [copy.value for copy in copies]
    assert [one.duplicate for one in taken].count(False) == 1
    assert len({str(one.receipt) for one in taken}) == 1
    worker.heal()
    assert worker.games.scores(game) == [("ann", taken[0].receipt.points)]
    assert worker.games.receipts(game, 0)["ann"] == taken[0].receipt


# A disk that is full


def test_a_full_disk_refuses_answers_and_keeps_nothing_of_them(valkey: str, client: redis.Redis, tmp_path: Path):
    """They are server_busy, with Redis and without it; `problem` says why; reading goes on; it heals when there is room."""
    command = f"""
import resource, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from quiz.domain.errors import ServerBusy, StoreAway
from tests.store.outages import Worker
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
worker = Worker({valkey!r}, Path({str(tmp_path)!r})).begin()
game = worker.make(*["single"] * 4, mode="self-paced")
worker.seat(game, "ann", "bob")
worker.answer(game, "ann", 0)
before = worker.records()

def room(spare):
    size = worker.journal.path.stat().st_size + spare if spare is not None else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def refused(player, index):
    try:
        worker.answer(game, player, index)
    except ServerBusy as error:
        return type(error) is ServerBusy and error.retryable
    return False

room(10)
assert refused("ann", 1), "with Redis"
worker.cut()
assert all(refused("ann", index) for index in (1, 2, 3)), "without Redis"
assert worker.journal.problem
assert worker.records() == before
assert worker.games.view(game, "ann").standing.nickname == "ann"
assert not worker.games.mirror.unconfirmed
room(None)
receipt, again = worker.answer(game, "ann", 2)
assert not again and worker.journal.problem is None
worker.heal()
assert not refused("bob", 0)
print(worker.answers(), worker.games.scores(game), flush=True)
worker.die()
"""
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, timeout=60, env={**os.environ})
    assert done.returncode == 0, done.stderr
    answers, scores = done.stdout.strip().split("] [")
    assert answers == "[('ann', 0), ('ann', 2), ('bob', 0)"
    assert "('bob', 10)" in scores


def test_with_a_full_disk_nothing_new_is_begun(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Creating, joining, moving, kicking and resetting are refused before Redis is told of them."""
    game = worker.make()
    worker.seat(game, "ann")
    old, now = worker.games.phase(game)
    worker.journal.problem = "no space left on device"
    monkeypatch.setattr(os, "write", refuse)
    for call in (
        lambda: worker.make(pin="222222", game_id="g2"),
        lambda: worker.seat(game, "bob"),
        lambda: worker.games.move(game, old, machine.start(game, old, now)),
        lambda: worker.games.kick(game, "ann"),
        lambda: worker.games.reset(game),
    ):
        with pytest.raises(ServerBusy):
            call()
    monkeypatch.undo()
    assert worker.games.phase(game)[0] == old
    assert worker.games.scores(game) == [("ann", 0)]
    assert worker.games.game("222222") is None


def refuse(*_: Any) -> int:
    raise OSError(28, "no space left on device")
