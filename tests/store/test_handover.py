"""Journals that outlive their workers, and games that journals outlive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis
from redis.exceptions import ResponseError

from quiz.domain import game as machine
from quiz.domain.errors import ServerBusy
from quiz.domain.game import Game
from quiz.play.archive import Archive, archive
from quiz.play.ports import Receipt, Submission
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.journal_files import journals
from quiz.resilience.records import Answered, answered, encoded
from quiz.store import keys
from quiz.store.answers_mirror import MirrorAnswers
from quiz.store.keys import game_keys
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
    assert successor.games.players.scores(game) == [("ann", 10), ("bob", 0)]
    assert journals(living.journal.path.parent) == [living.journal.path, successor.journal.path]
    assert living.answers() == [("bob", 0)]
    living.heal()
    assert dict(successor.games.players.scores(game)) == {"ann": 10, "bob": 10}


def _one_left(workers: Make) -> tuple[Worker, Game]:
    """A worker that lives on beside one that died with an answer of Ann's which Redis lacks; and that answer's game."""
    dead, living = workers("w1"), workers("w2")
    game = dead.make(mode="self-paced")
    dead.seat(game, "ann")
    dead.cut()
    dead.answer(game, "ann")
    dead.die()
    return living, game


def test_a_journal_that_was_left_later_is_taken_over_too(workers: Make):
    """A worker that dies while another lives on, without a successor, leaves nothing behind for long; the other goes on."""
    living, game = _one_left(workers)
    states: list[str] = []
    told: list[str] = []
    living.breaker.watch(states.append)
    living.keeper.courier.board_changed = lambda game: told.append(game.pin)
    living.look()
    assert living.journal.ahead
    living.make(pin="222222", game_id="g2")
    living.settle()
    assert (states, told, living.journal.ahead) == ([], [game.pin], False)
    assert living.games.players.scores(game) == [("ann", 10)]
    assert journals(living.journal.path.parent) == [living.journal.path]


def test_what_was_left_is_brought_in_the_end_if_redis_goes_meanwhile(workers: Make, client: redis.Redis):
    """It takes no writes when a journal has just been found, nor when the worker tries again: the outage's end brings it."""
    living, game = _one_left(workers)
    living.look()
    client.config_set("min-replicas-to-write", "1")
    try:
        with pytest.raises(ResponseError, match="NOREPLICAS"):
            living.look()
        assert living.journal.inherited
        living.cut()
        living.look()
        assert not living.breaker.closed
    finally:
        client.config_set("min-replicas-to-write", "0")
    living.heal()
    assert (living.games.players.scores(game), living.journal.inherited) == ([("ann", 10)], set())


def test_who_comes_from_a_worker_in_an_outage_to_one_that_is_not_is_known_as_they_were_told(workers: Make):
    """What the other worker has not brought to Redis yet, or has left when it died, is read where it stands; then no more."""
    one, other = workers("w1"), workers("w2")
    game = one.make(*["single"] * 4, mode="self-paced")
    one.seat(game, "ann", "bob")
    the_game(other)
    one.answer(game, "ann")
    one.cut()
    one.answer(game, "ann", 1)
    assert other.games.players.view(game, "bob").standing.answered == ()
    there = other.games.players.view(game, "ann").standing
    assert (there.answered, there.score, other.bridged) == ((0, 1), 20, 0)
    one.answer(game, "ann", 2)
    assert other.games.players.view(game, "ann").standing.answered == (0, 1, 2)
    one.die()
    assert other.games.players.view(game, "ann").standing.score == 30
    successor = workers("w3")
    successor.settle()
    assert not other.journal.others_ahead
    assert other.games.players.view(game, "ann").standing == successor.games.players.view(game, "ann").standing
    assert [path.name for path in sorted(other.journal.folder.iterdir())] == ["w2.journal", "w3.journal"]


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
    assert successor.games.players.scores(game) == [("ann", 10)]
    assert successor.games.players.standing(game, "ann").answered == (0,)


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
    assert worker.games.players.scores(running) == [("bob", 10)]


def test_a_player_whom_a_neighbour_seated_is_brought_with_the_answers(workers: Make, client: redis.Redis):
    """Who comes back in an outage by another worker of the instance loses nothing, even if Redis comes back empty."""
    first, second = workers("w1"), workers("w2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann")
    for worker in (first, second):
        worker.cut()
    assert second.games.game(game.pin) == game
    assert second.games.players.view(game, "ann").standing.nickname == "ann"
    second.answer(game, "ann")
    client.flushall()
    second.heal()
    assert second.games.players.scores(game) == [("ann", 10)]


def test_an_answer_is_never_without_its_seat(workers: Make, client: redis.Redis):
    """A player whom another instance seated: the one that took the answer can bring both alone."""
    first, second = workers("w1", "i1"), workers("w2", "i2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann")
    assert not second.accept(game, "ann").provisional
    client.flushall()
    second.suspect()
    assert second.games.players.scores(game) == [("ann", 10)]


def test_who_was_kicked_is_known_to_all_who_were_told(workers: Make, client: redis.Redis):
    """Redis lost its memory and the instance of the host is gone: the player is not back on the board."""
    first, second = workers("w1", "i1"), workers("w2", "i2")
    game = first.make(mode="self-paced")
    first.seat(game, "ann", "bob")
    for name in ("ann", "bob"):
        second.games.players.view(game, name)
    first.games.players.kick(game, "ann")
    second.games.players.view(game, "ann")
    client.flushall()
    second.suspect()
    assert second.games.players.scores(game) == [("bob", 0)]
    assert second.games.players.standing(game, "ann").kicked


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
        patch.setattr(Journal, "_append", full)
        worker = workers("w2")
        assert worker.breaker.closed
        assert dead.journal.path.exists()
        with pytest.raises(ServerBusy):
            worker.accept(game, "ann", 0)
    worker.settle()
    assert worker.games.players.scores(game) == [("ann", 10)]
    assert not dead.journal.path.exists()


def _finished(worker: Worker, game: Game) -> Archive:
    """Ends a game as its rounds do; the record."""
    worker.step(game, machine.end)
    return _recorded(worker, game)


def _recorded(worker: Worker, game: Game) -> Archive:
    record = archive(worker.games, game, worker.games.answers.generation(game))
    worker.games.archive(game, msgspec.json.encode(record))
    return record


def _record(worker: Worker, game: Game) -> list[tuple[str, int]]:
    record = msgspec.json.decode(worker.games.archived(game.id), type=Archive)
    return [(one.id, one.score) for one in record.players]


@pytest.mark.parametrize("forgotten", [False, True])
def test_an_answer_that_comes_when_its_game_is_over_is_in_the_record(workers: Make, client: redis.Redis, forgotten: bool):
    """An instance was cut off while another one ended the game, whose PIN may be free by then: the answer was acknowledged."""
    host, cut_off = workers("w1", "i1"), workers("w2", "i2")
    game = host.make("single", "single", mode="self-paced")
    host.seat(game, "ann", "bob")
    host.answer(game, "ann")
    cut_off.games.players.view(game, "bob")
    cut_off.cut()
    assert cut_off.accept(game, "bob", 1).provisional
    _finished(host, game)
    assert _record(host, game) == [("ann", 10), ("bob", 0)]
    if forgotten:
        client.delete(*game_keys(game.pin).all(2))
    cut_off.heal()
    assert dict(_record(host, game)) == {"ann": 10, "bob": 10}
    if not forgotten:
        assert dict(host.games.players.scores(game)) == {"ann": 10, "bob": 10}
        assert all(client.pttl(key) > 0 for key in client.keys(f"*{game.pin}*"))


def test_a_record_that_redis_lost_a_part_of_gets_it_back(workers: Make, client: redis.Redis):
    """The game is over, and Redis was put back to a moment at which its record had one answer less."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    _finished(worker, game)
    older = client.get(keys.archive(game.id))
    worker.journal.append(encoded(_receipt(worker, game, "ann")))
    worker.suspect()
    assert (_record(worker, game), client.get(keys.archive(game.id)) != older) == ([("ann", 10)], True)
    _recorded(worker, game)
    assert _record(worker, game) == [("ann", 10)], "made anew from what there is of the game, the record has it too"


def test_a_record_that_others_change_all_the_time_gets_it_later(workers: Make, client: redis.Redis, monkeypatch):
    """It is never given up: until then the answer stays in the journal, and the game among those that health names."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    _finished(worker, game)
    client.delete(*game_keys(game.pin).all(1))
    worker.journal.append(encoded(_receipt(worker, game, "ann")))
    swap = worker.keeper.courier.restorer._scripts["swap"]
    monkeypatch.setitem(worker.keeper.courier.restorer._scripts, "swap", lambda keys, args: 0)
    worker.suspect()
    assert list(worker.keeper.courier.refused) == [game.id]
    monkeypatch.setitem(worker.keeper.courier.restorer._scripts, "swap", swap)
    worker.look()
    assert (_record(worker, game), worker.keeper.courier.refused) == ([("ann", 10)], {})


def test_a_record_that_is_too_much_for_a_call_is_no_outage(workers: Make, client: redis.Redis, monkeypatch: pytest.MonkeyPatch):
    """Time-outs for one game alone: Redis is used again with the second trial, without what it could not take."""
    worker = workers()
    game, other = worker.make(mode="self-paced"), worker.make(mode="self-paced", pin="222222", game_id="g2")
    for one in (game, other):
        worker.seat(one, "ann")
    _finished(worker, game)
    client.delete(*game_keys(game.pin).all(1))
    worker.journal.append(encoded(_receipt(worker, game, "ann")))

    def swap(**_: Any) -> int:
        raise redis.TimeoutError("Redis does not answer")

    monkeypatch.setitem(worker.keeper.courier.restorer._scripts, "swap", swap)
    worker.cut()
    worker.accept(other, "ann")
    worker.keeper._fell_behind("for the test")
    worker.look()
    assert not worker.breaker.closed, "it may have been Redis"
    worker.look()
    assert worker.breaker.closed
    assert (list(worker.keeper.courier.refused), worker.games.players.scores(other)) == ([game.id], [("ann", 10)])
    monkeypatch.undo()
    worker.look()
    assert (_record(worker, game), worker.keeper.courier.refused) == ([("ann", 10)], {})


def test_a_game_whose_pin_is_anothers_by_now_is_called_so(workers: Make, client: redis.Redis, caplog: pytest.LogCaptureFixture):
    """Its answers stay in the journal, and nobody is told that it was over."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    worker.cut()
    worker.accept(game, "ann")
    client.hset(game_keys(game.pin).game, "id", "another")
    worker.keeper._fell_behind("for the test")
    worker.look()
    assert worker.breaker.closed
    assert "the PIN 123456 is another game's by now: 1 answers of game g1 stay in the journal" in caplog.messages
    assert not [line for line in caplog.messages if "is over" in line]
    assert worker.answers() == [("ann", 0)]


def test_games_whose_names_nobody_kept_are_found_beside_spoilt_ones(workers: Make, client: redis.Redis):
    """A journal holds seats and answers without the game itself, and somebody has spoilt another game in Redis."""
    worker = workers()
    game = worker.make(mode="self-paced", pin="111111", game_id="g1")
    worker.seat(game, "ann")
    for pin in ("222222", "333333"):
        worker.make(mode="self-paced", pin=pin, game_id=f"g{pin}")
    client.set("quiz:{222222}:content", "{")
    client.delete("quiz:{333333}:game")
    client.set("quiz:{333333}:game", "no hash")
    assert worker.keeper.courier.restorer.running(["g1", "g222222", "g333333"]) == {"g1": game}


def _receipt(worker: Worker, game: Game, player: str) -> Answered:
    at = worker.games.now() - 1000
    fields = {"answer": 1, "right": True, "points": 10, "elapsed_ms": 5, "streak": 1, "stamp": 5, "at": at}
    return answered(game.id, player, 0, 1, Receipt(**fields))


def test_a_record_takes_no_answer_from_before_a_reset(workers: Make):
    """What the host had everybody forget stays forgotten."""
    host, cut_off = workers("w1", "i1"), workers("w2", "i2")
    game = host.make(mode="self-paced")
    host.seat(game, "ann")
    cut_off.games.players.view(game, "ann")
    cut_off.cut()
    cut_off.accept(game, "ann")
    host.games.answers.reset(game)
    _finished(host, game)
    cut_off.heal()
    assert _record(host, game) == [("ann", 0)]


def test_what_redis_refuses_of_one_game_keeps_it_away_from_no_other(workers: Make, client: redis.Redis):
    """Somebody has put something else where one game's board was: the other game goes on, and the first one's records stay."""
    worker = workers()
    broken, sound = worker.make(mode="self-paced"), worker.make(mode="self-paced", pin="222222", game_id="g2")
    for game in (broken, sound):
        worker.seat(game, "ann")
    worker.cut()
    for game in (broken, sound):
        worker.answer(game, "ann")
    client.delete(game_keys(broken.pin).leaderboard)
    client.set(game_keys(broken.pin).leaderboard, "something else")
    worker.heal()
    assert worker.games.players.scores(sound) == [("ann", 10)]
    assert list(worker.keeper.courier.refused) == [broken.id]
    assert worker.answers() == [("ann", 0), ("ann", 0)]
    client.delete(game_keys(broken.pin).leaderboard)
    worker.suspect()
    assert worker.games.players.scores(broken) == [("ann", 10)]
    assert not worker.keeper.courier.refused


def test_a_game_that_redis_can_not_be_reached_for_holds_up_no_other(workers: Make, monkeypatch: pytest.MonkeyPatch):
    """Its node of a cluster is away: the others are brought with the next look, and whether Redis is itself is looked at too."""
    worker = workers()
    stuck, sound = worker.make(mode="self-paced"), worker.make(mode="self-paced", pin="222222", game_id="g2")
    for game in (stuck, sound):
        worker.seat(game, "ann")
    worker.heal()
    bring = worker.keeper.courier.restorer.answers

    def answers(game: Game, *args: Any) -> dict[str, int]:
        if game == stuck:
            raise redis.ConnectionError("its node is away")
        return bring(game, *args)

    monkeypatch.setattr(worker.keeper.courier.restorer, "answers", answers)
    for game in (stuck, sound):
        with worker.deaf():
            worker.accept(game, "ann")
    checked = worker.keeper._checked
    for _ in range(2):
        worker.look()
    assert list(worker.games.mirror.unconfirmed) == [stuck.id]
    assert worker.games.players.scores(sound) == [("ann", 10)]
    assert worker.keeper._checked > checked


def test_a_player_without_a_seat_gets_it_with_the_answers(workers: Make, client: redis.Redis):
    """Redis was put back to a moment before somebody joined, and nothing shows it but that their answers find no seat."""
    worker = workers()
    game = worker.make(mode="self-paced")
    worker.seat(game, "ann")
    client.hdel(game_keys(game.pin).names, "ann")
    client.zrem(game_keys(game.pin).leaderboard, "ann")
    worker.games.mirror.accept_unconfirmed(game, *_given(worker, game, "ann"))
    worker.settle()
    assert worker.games.players.scores(game) == [("ann", 10)]


def _given(worker: Worker, game: Game, player: str) -> tuple[Answered, Receipt]:
    held = worker.games.mirror.held(game)
    receipt = MirrorAnswers(worker.games.mirror).judge(held, Submission(player=player, index=0, answer=1, right=True))
    record = answered(game.id, player, 0, 1, receipt)
    worker.journal.append(encoded(record))
    return record, receipt


def test_where_a_game_stands_is_in_the_journals_of_all_who_were_told(workers: Make, client: redis.Redis):
    """Redis lost its memory and the instance of the host is gone: a game that was over does not begin again."""
    host, other = workers("w1", "i1"), workers("w2", "i2")
    game = host.make()
    host.seat(game, "ann")
    other.games.game(game.pin)
    host.step(game, machine.end)
    other.games.bridge.learn_phase(game, host.games.phase(game)[0])
    other.die()
    client.flushall()
    successor = workers("w3", "i2")
    assert successor.games.phase(game)[0].state == "finished"


def test_a_journal_is_not_copied_to_where_it_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each attempt would leave a part of it behind, and fill the disk."""
    left = Journal(tmp_path, "w1")
    left.append(b'["kick","g","p"]')
    left.close()
    heir = Journal(tmp_path, "w2")
    monkeypatch.setattr("quiz.resilience.journal.SPARE", 2**62)
    with pytest.raises(JournalError, match="No space left"):
        heir.take_over()
    assert (heir.empty, left.path.exists()) == (True, True)
    monkeypatch.undo()
    assert heir.take_over() == 1


def test_what_a_crash_left_of_a_smaller_journal_is_removed(tmp_path: Path):
    """It was never used; one that is being made stays."""
    crashed = tmp_path / "w1.new"
    crashed.write_bytes(b"something")
    assert Journal(tmp_path, "w2").take_over() == 0
    assert not crashed.exists()


def test_what_a_host_did_during_a_cut_is_in_the_journals_after_it(workers: Make, client: redis.Redis):
    """A reset and a kick that an instance missed: they hold when it alone is left, and Redis has lost its memory."""
    host, cut_off = workers("w1", "i1"), workers("w2", "i2")
    game = host.make(mode="self-paced")
    host.seat(game, "ann", "bob")
    for name in ("ann", "bob"):
        cut_off.games.players.view(game, name)
        cut_off.answer(game, name)
    cut_off.cut()
    host.games.players.kick(game, "bob")
    host.games.answers.reset(game)
    cut_off.heal()
    for worker in (host, cut_off):
        worker.die()
    client.flushall()
    successor = workers("w3", "i2")
    assert successor.games.players.scores(game) == [("ann", 0)]
    assert successor.games.players.standing(game, "bob").kicked
