"""A backup: what it holds, and what comes back of it, with journals of before and after at hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from quiz.domain import game as machine
from quiz.domain.game import Game
from quiz.domain.quiz import Quiz
from quiz.play.archive import archive
from quiz.play.holdings import Host
from quiz.play.images import Images, Picture
from quiz.resilience.journal import Journal
from quiz.resilience.records import encoded
from quiz.store import keys
from quiz.store.backup import everything
from quiz.store.backup_file import BackupError, BackupWriter, Record, Run, entries
from quiz.store.backup_restore import HOLD_MS, Restore, alone, clear, holdings, living_workers
from quiz.store.images import RedisPictures, RedisRegister
from quiz.store.keys import game_keys
from quiz.store.quizzes import RedisHosts, RedisQuizzes
from quiz.store.sessions import RedisSessions
from tests.store.outages import Worker, age, the_game
from tests.store.worlds import World, game_of, redis_world


def save(client, file: Path) -> Path:
    with BackupWriter(file, 0) as writer:
        for entry in everything(client):
            writer.add(entry)
    return file


def bring(client, file: Path, journals: Path | None = None, *, with_journals: bool = False) -> None:
    """As the command does; `journals` is the folder of the instance that it runs on."""
    journal = Journal(journals or file.parent / "restored", "restored")
    Restore(client, lambda record: journal.append(encoded(record)), with_journals=with_journals).take(entries(file))
    journal.close()


def self_paced(world: World) -> Game:
    """ann has answered both questions, bob one of them, wrongly; eve was removed."""
    game = world.make("single", "text", mode="self-paced", pin="111111", game_id="g1")
    world.seat(game, "ann", "bob", "eve")
    world.games.players.kick(game, "eve")
    world.games.answers.open_for(game, "bob", 1)
    world.answer(game, "ann", 0)
    world.answer(game, "ann", 1)
    world.answer(game, "bob", 0, right=False)
    return game


def told(world: World, game: Game) -> dict[str, object]:
    """What people see of a game."""
    return {
        "board": world.listing(game),
        "players": {name: world.games.players.standing(game, name) for name in ("ann", "bob")},
        "answers": [world.games.answers.receipts(game, index) for index in range(len(game.questions))],
        "seats": sorted((seat.number, seat.nickname) for seat in world.games.players.roster(game)),
    }


def test_everything_comes_back_into_an_empty_redis(redis_store, client, tmp_path):
    """Quizzes, hosts, games with seats, scores and answers, records with the time that they have left."""
    quiz = Quiz(slug="words", title="Words", questions=game_of(("single",), "live", "1", "g", 0).questions)
    host = Host(name="ada", password_hash="scrypt", created_at=7)
    own = msgspec.structs.replace(quiz, title="Ann's words", owner="ann")
    quiz, own = (RedisQuizzes(client).put(one) for one in (quiz, own))
    RedisHosts(client).replace(None, host)
    images = Images(RedisPictures(client), RedisRegister(client), lambda: 5, 1000)
    picture = images.take(Picture(b"\0\xff", 1, 2), "ann")
    running = self_paced(redis_store)
    over = redis_store.make("single", pin="222222", game_id="g2")
    redis_store.seat(over, "ann", "bob")
    redis_store.step(over, machine.end)
    record = msgspec.json.encode(archive(redis_store.games, over, 1))
    redis_store.games.archive(over, record)
    before = {game.pin: told(redis_store, game) for game in (running, over)}

    file = save(client, tmp_path / "backup")
    client.flushall()
    bring(client, file)
    world = redis_world(client)
    assert {game.pin: told(world, game) for game in (running, over)} == before
    assert world.games.archived("g2") == record
    assert 0 < client.pttl(keys.archive("g2")) <= 6_000_000
    assert 0 < client.pttl(game_keys("222222").leaderboard) <= 600_000
    assert client.pttl(game_keys("111111").game) == -1
    assert RedisQuizzes(client).get("words") == quiz
    assert RedisQuizzes(client).get("words", "ann") == own
    assert [RedisQuizzes(client).all(owner)[0].title for owner in (None, "ann")] == ["Words", "Ann's words"]
    assert RedisHosts(client).all() == [host]
    assert images.pictures.get(picture[8:40]) == b"\0\xff"
    assert (images.register.all()[picture[8:40]].owner, images.register.bytes_of("ann")) == ("ann", 2)
    assert {game.pin for game in world.games.running()} == {"111111", "222222"}
    assert not world.answer(running, "bob", 1)[1]  # and play goes on
    assert world.answer(running, "ann", 1)[1]


def test_an_open_question_waits_for_its_host(redis_store, client, tmp_path):
    """It is paused with the time that was left at the moment of the backup, and the game is newer than clients know."""
    game = redis_store.make("single")
    redis_store.seat(game, "ann", "bob")
    redis_store.ask(game, ago=5000)
    redis_store.answer(game, "ann")
    before, _ = redis_store.games.phase(game)
    board = redis_store.board.top(game, 1)
    file = save(client, tmp_path / "backup")
    client.flushall()
    bring(client, file)

    world = redis_world(client)
    phase, _ = world.games.phase(game)
    assert (phase.state, phase.resume_to, phase.version > before.version) == ("paused", "question", True)
    assert 5000 <= phase.elapsed_ms < 15_000
    assert world.board.top(game, 1).edition > board.edition
    assert game.pin in world.games.alarms.overdue(), "nobody would tell the clients"
    world.step(game, machine.resume)
    assert world.answer(game, "ann")[1]
    world.answer(game, "bob")
    world.close(game)
    assert {(player, points > 0) for _, player, points in world.listing(game)} == {("ann", True), ("bob", True)}


def test_a_game_that_ends_while_the_backup_is_made_is_as_it_was(redis_store, client):
    """Its record, which says that it is over, is left out."""
    game, saved = self_paced(redis_store), []
    for entry in everything(client):
        saved.append(entry)
        if isinstance(entry, Run):
            redis_store.step(game, machine.end)
            redis_store.games.archive(game, b"{}")
    assert not [entry for entry in saved if isinstance(entry, Record)]
    assert [entry.game_id for entry in everything(client) if isinstance(entry, Record)] == ["g1"]


def _lose_content(client) -> None:
    client.delete(game_keys("111111").content)


def _spoil_content(client) -> None:
    client.set(game_keys("111111").content, "{")


def _spoil_a_part(client) -> None:
    client.delete(game_keys("111111").streaks)
    client.set(game_keys("111111").streaks, "no hash")


def _lose_state(client) -> None:
    client.hdel(game_keys("111111").game, "state")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_lose_content, "has lost what it is about"),
        (_spoil_content, "truncated"),
        (_spoil_a_part, "WRONGTYPE"),
        (_lose_state, "state"),
    ],
)
def test_a_game_that_is_not_whole_is_left_out_and_named(redis_store, client, caplog, spoil, words):
    """The others are saved."""
    self_paced(redis_store)
    redis_store.make("single", pin="222222", game_id="g2")
    spoil(client)
    assert [entry.pin for entry in everything(client) if isinstance(entry, Run)] == ["222222"]
    assert "PIN 111111 " in caplog.text
    assert words in caplog.text


def test_a_backup_of_a_release_that_knew_less_is_restored(redis_store, client):
    """What its games do not say is as it is at first; one that says too little is damaged, and no error of the program."""
    redis_store.make("single")
    (run,) = [entry for entry in everything(client) if isinstance(entry, Run)]
    for lacking, known in (("hold_ms", True), ("locked", True), ("state", False)):
        client.flushall()
        fields = {name: value for name, value in run.fields.items() if name != lacking}
        restore = Restore(client, lambda record: None, with_journals=False)
        if known:
            restore.take([msgspec.structs.replace(run, fields=fields)])
            assert redis_world(client).games.phase(the_game(redis_world(client)))[0].state == "lobby"
        else:
            with pytest.raises(BackupError, match="game with the PIN 123456 is damaged"):
                restore.take([msgspec.structs.replace(run, fields=fields)])


def test_players_lose_no_time_by_the_games_absence(redis_store, client):
    """When a question was first seen moves on by as long as that took; what was missed stays so."""
    game = self_paced(redis_store)
    redis_store.games.answers.miss(game, "ann", 0)
    before = {name: redis_store.games.answers.opened_for(game, name) for name in ("ann", "bob")}
    saved = [
        msgspec.structs.replace(entry, at=entry.at - 60_000) if isinstance(entry, Run) else entry for entry in everything(client)
    ]
    client.flushall()
    Restore(client, lambda record: None, with_journals=False).take(saved)
    assert 60_000 <= redis_world(client).games.answers.opened_for(game, "bob")[1] - before["bob"][1] < 90_000
    assert redis_world(client).games.answers.opened_for(game, "ann") == before["ann"]


@pytest.mark.parametrize("with_journals", [False, True])
def test_what_journals_hold_from_after_the_backup(client, workers, tmp_path, with_journals):
    """It does not enter the games of the backup, which has all its own answers; asked for, it does."""
    first = workers("w1", "i1")
    game = self_paced(first)
    file = save(client, tmp_path / "backup")
    first.answer(game, "bob", 1)
    first.seat(game, "late")
    first.step(game, lambda game, phase, now: machine.lock(phase, now, True))
    first.step(game, machine.end)
    first.die()
    client.flushall()
    age(client)
    bring(client, file, with_journals=with_journals)

    worker = workers("w2", "i1")
    phase, _ = worker.games.phase(game)
    scores = {player: points for _, player, points in worker.listing(game)}
    assert phase.state == ("finished" if with_journals else "open")
    assert scores["ann"] == 20
    assert scores["bob"] == (10 if with_journals else 0)
    if not with_journals:
        worker.answer(game, "bob", 1)
        assert {player: points for _, player, points in worker.listing(game)}["bob"] == 10


def test_what_was_restored_outlives_another_loss(client, workers, tmp_path):
    """The instance where it was restored has the backup's answers in a journal, beside those that were given since."""
    first = workers("w1", "i1")
    game = self_paced(first)
    file = save(client, tmp_path / "backup")
    first.die()
    client.flushall()
    age(client)
    bring(client, file, tmp_path / "i1")
    worker: Worker = workers("w2", "i1")
    worker.answer(game, "bob", 1)
    before = told(worker, game)
    client.flushall()
    worker.suspect()
    assert told(worker, the_game(worker, game.pin)) == before


def test_workers_notice_that_the_memory_is_another_one(client, workers, tmp_path):
    """One that is connected all the time, which the command refuses, would bring what it lacks and learn the new generation."""
    worker = workers()
    game = self_paced(worker)
    file = save(client, tmp_path / "backup")
    worker.answer(game, "bob", 1)
    clear(client)
    bring(client, file)
    assert worker.keeper.lost_memory()
    worker.look()
    assert {player: points for _, player, points in worker.listing(game)} == {"ann": 20, "bob": 0}


def test_a_worker_that_starts_while_a_backup_is_restored_does_without_redis_until_it_is_whole(client, workers, tmp_path):
    """What it found there would be half of everything; whoever restores may die, and is not waited for then."""
    game = self_paced(workers("w1", "i1"))
    file = save(client, tmp_path / "backup")
    with alone(client):
        clear(client)
        early = workers("w2", "i2")
        early.look()
        assert not early.breaker.closed
        bring(client, file)
        early.look()
        assert not early.breaker.closed
        assert 0 < client.pttl(keys.RESTORING) <= HOLD_MS
    early.heal()
    assert the_game(early, game.pin).id == game.id


def test_clearing_leaves_nothing_but_the_epoch_and_the_ends_of_sessions(redis_store, client):
    """What is not the platform's stays too."""
    self_paced(redis_store)
    RedisSessions(client).end_all({"ann": 10})
    RedisSessions(client).end({"s": 2_000_000_000}, 0)
    client.set("other", 1)
    age(client)
    assert holdings(client) == {"games": 1}
    clear(client)
    assert holdings(client) == {}
    assert sorted(client.keys("*")) == ["other", keys.EPOCH, keys.SESSIONS_OVER, keys.SIGNED_OUT]


def test_a_worker_that_lives_is_noticed(redis_store, client):
    """By a sign of life while it is looked; one of a moment ago alone may be of a worker that was stopped."""
    redis_store.games.presence.beat("w1")
    assert living_workers(client, lambda seconds: None) == []

    def beat(seconds: float) -> None:
        client.zincrby(keys.WORKERS, 2000, "w1")

    assert living_workers(client, beat) == ["w1"]


def lines(file: Path) -> list[bytes]:
    return gzip.decompress(file.read_bytes()).splitlines(keepends=True)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: file.write_bytes(b"nonsense"), "is no backup"),
        (lambda file: file.write_bytes(gzip.compress(b'["other"]\n')), "is no backup"),
        (lambda file: file.write_bytes(file.read_bytes()[:-20]), "damaged"),
        (lambda file: file.write_bytes(gzip.compress(b"".join(lines(file)[:-1]))), "its end is missing"),
        (lambda file: file.write_bytes(gzip.compress(b"".join(lines(file)).replace(b"ann", b"ANN"))), "checksum"),
        (lambda file: file.write_bytes(gzip.compress(b"".join(lines(file)[:1] + lines(file)[2:]))), "checksum"),
        (lambda file: file.write_bytes(gzip.compress(b"".join(lines(file)).replace(b'up",1,', b'up",2,', 1))), "format 2"),
    ],
)
def test_a_damaged_backup_is_known_as_such(redis_store, client, tmp_path, damage, words):
    """Whatever happened to it."""
    self_paced(redis_store)
    file = save(client, tmp_path / "backup")
    assert list(entries(file))
    damage(file)
    with pytest.raises(BackupError, match=words):
        list(entries(file))


def test_a_backup_that_fails_leaves_the_one_before(redis_store, client, tmp_path):
    """The file is replaced when the new one is whole; nobody else may read it; people can."""
    self_paced(redis_store)
    file = save(client, tmp_path / "backup")
    before = file.read_bytes()
    with pytest.raises(ZeroDivisionError), BackupWriter(file, 0):
        raise ZeroDivisionError
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]
    assert file.stat().st_mode & 0o77 == 0
    assert [json.loads(line)[0] for line in lines(file)][:2] == ["quiz-backup", "game"]
