"""Journals that outlive their workers, and games that journals outlive."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from quiz.domain.errors import ServerBusy
from quiz.resilience.journal import Journal, JournalError, journals
from tests.store.outages import Worker, the_game

Make = Callable[..., Worker]


def test_a_dead_workers_journal_is_taken_over_and_a_living_ones_is_not(workers: Make, client: redis.Redis):
    """What the dead one had acknowledged without Redis is brought by its successor; of the living one's nothing is touched."""
    dead, living = workers("w1"), workers("w2")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    the_game(living)
    living.seat(game, "bob")
    for worker, name in ((dead, "ann"), (living, "bob")):
        worker.cut()
        worker.answer(game, name)
    dead.die()
    successor = workers("w3")
    assert successor.games.scores(game) == [("ann", 10), ("bob", 0)]
    assert journals(living.journal.path.parent) == [living.journal.path, successor.journal.path]
    assert living.answers() == [("bob", 0)]
    living.heal()
    assert dict(successor.games.scores(game)) == {"ann": 10, "bob": 10}


def test_a_journal_that_was_left_later_is_taken_over_too(workers: Make):
    """A worker that dies while another lives on, without a successor, leaves nothing behind for long."""
    dead, living = workers("w1"), workers("w2")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    dead.cut()
    dead.answer(game, "ann")
    dead.die()
    living.settle()
    assert living.games.scores(game) == [("ann", 10)]
    assert journals(living.journal.path.parent) == [living.journal.path]


def test_a_torn_end_is_ignored_and_all_before_it_is_brought(workers: Make, client: redis.Redis):
    """The power failed in the middle of a line."""
    worker = workers("w1")
    game = worker.make("single", "single", mode="self-paced")
    worker.seat(game, "ann")
    worker.answer(game, "ann")
    worker.answer(game, "ann", 1)
    worker.die()
    path = worker.journal.path
    path.write_bytes(path.read_bytes()[:-20])
    client.flushall()
    successor = workers("w2")
    assert successor.games.scores(game) == [("ann", 10)]
    assert successor.games.standing(game, "ann").answered == (0,)


def test_the_journal_lets_go_of_games_that_are_archived(workers: Make, client: redis.Redis):
    """At the second look; a running game's records stay."""
    worker = workers()
    over = worker.make(*["single"] * 30, mode="self-paced")
    worker.seat(over, "ann")
    for index in range(30):
        worker.answer(over, "ann", index)
    worker.games.archive(over, b"{}")
    running = worker.make(mode="self-paced", pin="222222", game_id="g2")
    worker.seat(running, "bob")
    worker.answer(running, "bob")
    worker.look()
    assert ("ann", 29) in worker.answers()
    worker.look()
    assert worker.answers() == [("bob", 0)]
    client.flushall()
    worker.suspect()
    assert worker.games.scores(running) == [("bob", 10)]


def test_a_player_whom_a_neighbour_seated_is_brought_with_the_answers(workers: Make, client: redis.Redis):
    """Who comes back in an outage by another worker of the instance loses nothing, even if Redis comes back empty."""
    first, second = workers("w1"), workers("w2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann")
    for worker in (first, second):
        worker.cut()
    assert second.games.game(game.pin) == game
    assert second.games.view(game, "ann").standing.nickname == "ann"
    second.answer(game, "ann")
    client.flushall()
    second.heal()
    assert second.games.scores(game) == [("ann", 10)]


def test_an_answer_is_never_without_its_seat(workers: Make, client: redis.Redis):
    """A player whom another instance seated: the one that took the answer can bring both alone."""
    first, second = workers("w1", "i1"), workers("w2", "i2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann")
    assert not second.accept(game, "ann").provisional
    client.flushall()
    second.suspect()
    assert second.games.scores(game) == [("ann", 10)]


def test_who_was_kicked_is_known_to_all_who_were_told(workers: Make, client: redis.Redis):
    """Redis lost its memory and the instance of the host is gone: the player is not back on the board."""
    first, second = workers("w1", "i1"), workers("w2", "i2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann", "bob")
    for name in ("ann", "bob"):
        second.games.view(game, name)
    first.games.kick(game, "ann")
    second.games.view(game, "ann")
    client.flushall()
    second.suspect()
    assert second.games.scores(game) == [("bob", 0)]
    assert second.games.standing(game, "ann").kicked


def test_a_full_disk_at_the_start_is_no_end(workers: Make, monkeypatch: pytest.MonkeyPatch):
    """What a dead worker left is taken over when there is room again; until then it stays where it is."""
    dead = workers("w1")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    dead.cut()
    dead.answer(game, "ann")
    dead.die()

    def full(self: Journal, record: bytes) -> None:
        raise JournalError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append", full)
        worker = workers("w2")
        assert worker.breaker.closed
        assert dead.journal.path.exists()
        with pytest.raises(ServerBusy):
            worker.accept(game, "ann", 0)
    worker.settle()
    assert worker.games.scores(game) == [("ann", 10)]
    assert not dead.journal.path.exists()
