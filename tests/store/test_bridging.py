"""What goes on while Redis is away, as one warm instance knows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from quiz.domain import game as machine
from quiz.domain.errors import Kicked, QuestionNotOpen, ServerBusy, StoreAway, TooLate
from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.resilience.index import Index
from quiz.resilience.records import Removed, Renamed
from tests.store.outages import Worker

Make = Callable[..., Worker]


@pytest.fixture
def paced(worker: Worker) -> Game:
    """A self-paced game in which ann has 10 points, bob has none and cat was kicked; Redis is away since then."""
    game = worker.make(*["single"] * 3, mode="self-paced")
    worker.seat(game, "ann", "bob", "cat")
    worker.answer(game, "ann")
    worker.games.players.kick(game, "cat")
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
    worker.games.players.scores(game)
    worker.ask(game, 1)
    worker.cut()
    return game


def test_an_answer_is_taken_and_marked(worker: Worker, paced: Game):
    """It is in the journal when it is acknowledged; points, score, rank and streak go on from what was there."""
    taken = worker.accept(paced, "ann", 1)
    assert (taken.provisional, taken.duplicate) == (True, False)
    receipt = taken.receipt
    assert (receipt.points, receipt.score, receipt.rank, receipt.streak) == (10, 20, 1, 2)
    assert worker.answers() == [("ann", 0), ("ann", 1)]
    assert worker.bridged > 0


def test_a_repeat_gets_the_first_receipt_from_before_and_from_within(worker: Worker, paced: Game):
    """Neither the answer that Redis took nor one of the outage is taken again."""
    first = worker.accept(paced, "bob", right=False)
    for player, expected in (("bob", first.receipt), ("ann", None)):
        again = worker.accept(paced, player)
        assert (again.duplicate, again.provisional) == (True, True)
        assert expected is None or again.receipt == expected
    assert again.receipt.points == 10
    assert worker.answers() == [("ann", 0), ("bob", 0)]


def test_who_answers_on_and_on_is_not_read_anew_with_each_answer(worker: Worker, monkeypatch: pytest.MonkeyPatch):
    """Of what the journals tell of a player, an answer takes in only what is new: an outage may be long."""
    questions = 60
    game = worker.make(*["single"] * questions, mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    read, real = [], Index.of_player

    def of_player(*args: Any) -> list[bytes]:
        read.append(real(*args))
        return read[-1]

    monkeypatch.setattr(Index, "of_player", of_player)
    for number in range(questions):
        worker.accept(game, "ann", number)
    assert sum(map(len, read)) < 3 * questions
    assert worker.games.players.standing(game, "ann").score == 10 * questions


def test_a_kicked_player_stays_out(worker: Worker, paced: Game):
    """And off the board."""
    with pytest.raises(Kicked):
        worker.accept(paced, "cat")
    assert worker.games.players.standing(paced, "cat").kicked
    assert "cat" not in {player for _, player, _ in worker.listing(paced)}


def test_a_board_is_shown_and_marked(worker: Worker, paced: Game):
    """It moves with the answers, each newer than the one before, and is claimed once."""
    before = worker.board.top(paced, 5)
    worker.accept(paced, "bob")
    worker.accept(paced, "bob", 1)
    board = worker.board.claim(paced, 5, 0)
    assert not isinstance(board, int)
    assert (before.provisional, board.provisional) == (True, True)
    assert board.edition > before.edition
    assert [(place.player, place.score) for place in board.top] == [("bob", 20), ("ann", 10)]
    assert worker.board.claim(paced, 5, 0) == 0


def test_a_standing_and_a_view_are_known(worker: Worker, live: Game):
    """By token a player comes back with score, question and what was answered."""
    worker.accept(live, "ann", 1)
    view = worker.games.players.view(live, "ann")
    assert (view.standing.nickname, view.standing.score, view.standing.answered) == ("ann", 1000, (0, 1))
    assert (view.phase.state, view.phase.index) == ("question", 1)
    assert worker.games.game(live.pin) == live


def test_an_open_question_takes_answers_and_no_other_does(worker: Worker, live: Game):
    """The one before is too_late, the one after is question_not_open, and what was answered waits for the reveal."""
    taken = worker.accept(live, "bob", 1)
    assert (taken.provisional, taken.receipt.score, taken.receipt.rank) == (True, 0, 0)
    assert [score for _, _, score in worker.listing(live)] == [1000, 0]
    with pytest.raises(TooLate):
        worker.accept(live, "bob", 0)
    with pytest.raises(QuestionNotOpen):
        worker.accept(live, "bob", 2)


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
    assert worker.accept(game, "ann").provisional
    ahead = 60_300
    with pytest.raises(TooLate):
        worker.accept(game, "bob")
    assert worker.answers() == [("ann", 0)]


def test_a_game_that_is_paused_stays_so(worker: Worker):
    """An answer to it is question_not_open."""
    game = worker.make()
    worker.seat(game, "ann")
    worker.ask(game)
    worker.step(game, machine.pause)
    worker.cut()
    with pytest.raises(QuestionNotOpen):
        worker.accept(game, "ann")


def test_what_nobody_here_knows_is_busy_and_not_denied(worker: Worker, paced: Game):
    """A stranger may have a seat, and a PIN a game, that this instance has not heard of."""
    for call in (
        lambda: worker.accept(paced, "eve"),
        lambda: worker.games.players.view(paced, "eve"),
        lambda: worker.games.game("999999"),
    ):
        with pytest.raises(StoreAway) as caught:
            call()
        assert caught.value.retryable


def test_a_worker_that_was_started_in_the_outage_knows_what_its_instance_has_written(worker: Worker, live: Game, workers: Make):
    """Its clients resume by token: game, phase, seat and score come from the journals of its neighbours."""
    worker.accept(live, "ann", 1)
    new = workers("w2")
    new.cut()
    assert new.games.game(live.pin) == live
    view = new.games.players.view(live, "ann")
    assert (view.phase.state, view.phase.index) == ("question", 1)
    assert (view.standing.score, view.standing.answered) == (1000, (0, 1))
    assert new.accept(live, "ann", 1).duplicate
    assert new.accept(live, "bob", 1).provisional


def test_answers_after_a_reset_belong_to_what_came_after_it(worker: Worker, workers: Make):
    """Also on a worker that began since, and had nothing to do with the reset."""
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    worker.games.answers.reset(game)
    late = workers("w2", "i2")
    assert late.games.game(game.pin) == game
    late.games.players.view(game, "ann")
    late.cut()
    assert not late.accept(game, "ann").duplicate
    late.heal()
    assert worker.games.players.scores(game) == [("ann", 10)]


def test_a_repeat_gets_the_receipt_that_counts_since_the_last_reset(worker: Worker):
    """And not one from before it, which the journal still has."""
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann", right=True)
    worker.games.answers.reset(game)
    worker.answer(game, "ann", right=False)
    worker.cut()
    again = worker.accept(game, "ann")
    assert (again.duplicate, again.receipt.right) == (True, False)


def test_an_instance_that_missed_a_reset_learns_of_it_when_it_is_back(worker: Worker, workers: Make):
    """What it took meanwhile belonged to the time before; what it takes in the next outage counts."""
    other = workers("w2", "i2")
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    other.games.game(game.pin)
    other.games.players.view(game, "ann")
    other.cut()
    other.accept(game, "ann", 0)
    worker.games.answers.reset(game)
    other.heal()
    assert worker.games.players.scores(game) == [("ann", 0)]
    other.cut()
    assert not other.accept(game, "ann", 0).duplicate
    other.heal()
    assert worker.games.players.scores(game) == [("ann", 10)]


def test_a_streak_goes_on_through_an_outage(worker: Worker):
    """Live: right before, in and after it makes three, with the bonus for each."""
    game = worker.make("single", "single", "poll", "single", streak_bonus=True, scoring="flat")
    worker.seat(game, "ann")
    worker.ask(game, 0)
    worker.answer(game, "ann", 0)
    worker.close(game)
    worker.ask(game, 1)
    worker.cut()
    assert worker.accept(game, "ann", 1).receipt.streak == 2
    worker.heal()
    worker.close(game)
    worker.ask(game, 3)
    worker.cut()
    receipt = worker.accept(game, "ann", 3).receipt
    assert (receipt.streak, receipt.points) == (3, 1200)
    worker.heal()
    worker.close(game)
    assert worker.games.players.scores(game) == [("ann", 1000 + 1100 + 1200)]
    assert worker.games.players.streaks(game, ["ann"]) == {"ann": 3}


def test_a_streak_goes_on_where_its_beginning_is_not_known(worker: Worker, workers: Make):
    """Who has come to another instance keeps a streak that this one has never heard of."""
    game = worker.make("single", "single", "single", scoring="flat")
    worker.seat(game, "ann")
    for index in range(2):
        worker.ask(game, index)
        worker.answer(game, "ann", index)
        worker.close(game)
    worker.ask(game, 2)
    other = workers("w2", "i2")
    other.games.players.view(game, "ann")
    other.cut()
    other.accept(game, "ann", 2)
    other.heal()
    worker.close(game)
    assert worker.games.players.streaks(game, ["ann"]) == {"ann": 3}


def test_a_question_that_was_opened_in_an_outage_stays_open_after_it(worker: Worker):
    """With time limits: its clock goes on from when it was seen; one that was missed stays missed."""
    game = worker.make(*["single"] * 3, mode="self-paced", time_limits=True)
    worker.seat(game, "ann")
    worker.cut()
    at = worker.games.answers.open_for(game, "ann", 0)
    worker.games.answers.open_for(game, "ann", 1)
    worker.games.answers.miss(game, "ann", 1)
    worker.look()
    assert worker.breaker.closed
    opened = worker.games.answers.opened_for(game, "ann")
    assert opened[0] == at
    assert opened[1] < 0
    assert worker.answer(game, "ann", 0)[0].points == 10
    with pytest.raises(TooLate):
        worker.answer(game, "ann", 1)


def test_a_kick_by_another_worker_holds_in_an_outage(worker: Worker, paced: Game, workers: Make):
    """A worker that is told of it keeps the player out and off its board, and so does who takes its journal over."""
    worker.heal()
    other = workers("w2", "i2")
    game = other.games.game(paced.pin)
    for player in ("ann", "bob"):
        other.games.players.view(game, player)
    worker.games.players.kick(game, "ann")
    other.games.bridge.learn_kick(game, "ann")
    other.games.bridge.learn_kick(game, "ann")
    other.cut()
    with pytest.raises(Kicked):
        other.accept(game, "ann", 1)
    assert [player for _, player, _ in other.listing(game)] == ["bob"]
    assert [record.player for record in other.records() if isinstance(record, Removed)] == ["ann"]


def test_a_new_nickname_holds_in_an_outage(worker: Worker, paced: Game, workers: Make):
    """On a worker that is told of it, and in its journal; an older one that comes late changes nothing, nor does an outage's."""
    worker.heal()
    other = workers("w2", "i2")
    game = other.games.game(paced.pin)
    other.games.players.view(game, "ann")
    at = worker.games.players.rename(game, Player("ann", "Zoe"))
    for _ in range(2):
        other.games.bridge.learn_rename(game, Player("ann", "Zoe"), at)
    other.games.bridge.learn_rename(game, Player("ann", "Old"), at - 1)
    other.cut()
    assert other.games.players.standing(game, "ann").nickname == "Zoe"
    assert [(one.nickname, one.at) for one in other.records() if isinstance(one, Renamed)] == [("Zoe", at)]
    with pytest.raises(ServerBusy):
        other.games.players.rename(game, Player("ann", "Yes"))


def test_a_provisional_board_is_newer_than_those_of_before_and_older_than_those_of_after(
    worker: Worker, paced: Game, workers: Make
):
    """Also on a worker that has never heard a board: else clients would drop the one or the other."""
    other = workers("w2", "i2")
    worker.heal()
    game = other.games.game(paced.pin)
    other.games.players.view(game, "ann")
    before = worker.board.top(game, 5).edition
    other.cut()
    other.accept(game, "ann", 1)
    meanwhile = other.board.top(game, 5)
    assert meanwhile.provisional
    other.heal()
    assert before[0] <= meanwhile.epoch < other.board.top(game, 5).epoch


def test_records_of_a_release_that_knows_more_disturb_nobody(worker: Worker, paced: Game, workers: Make):
    """After a rollback a journal may hold kinds that this release does not know, and known ones with more in them."""
    worker.answer(paced, "ann")
    worker.journal.append(f'["later","{paced.id}","ann",1]'.encode())
    worker.journal.append(f'["reset","{paced.id}",1,"and more"]'.encode())
    second = workers("w2")
    second.cut()
    assert second.games.game(paced.pin) == paced
    assert second.games.players.standing(paced, "ann").score == 10
    second.heal()
    assert second.games.players.scores(paced)[0] == ("ann", 10)


def test_a_player_who_changes_workers_is_never_asked_twice(worker: Worker, workers: Make):
    """Whoever comes back, in an outage, to a worker that knew them has what another one of the instance took meanwhile."""
    game = worker.make(*["single"] * 4, mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    neighbour = workers("w2")
    neighbour.games.players.view(game, "ann")
    neighbour.answer(game, "ann", 1, right=False)
    for each in (worker, neighbour):
        each.cut()
    assert worker.games.players.standing(game, "ann").answered == (0, 1)
    assert worker.accept(game, "ann", 1).duplicate
    assert neighbour.accept(game, "ann", 2).receipt.score == 20
    again = worker.accept(game, "ann", 2, right=False)
    assert (again.duplicate, again.receipt.points) == (True, 10)
    standing = worker.games.players.standing(game, "ann")
    assert (standing.answered, standing.score) == ((0, 1, 2), 20)
    assert worker.accept(game, "ann", 3).receipt.score == 30
    assert neighbour.games.players.view(game, "ann").standing.score == 30
    for each in (worker, neighbour):
        each.heal()
    assert worker.games.players.scores(game) == [("ann", 30)]
