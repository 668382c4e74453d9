"""`flask journal` with folders that hold what no running server would leave behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import redis

from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.play.ports import Submission
from quiz.resilience import records
from quiz.resilience.journal import Journal
from quiz.resilience.records import Joined, Opened, encoded
from quiz.store.games_redis import RedisGames
from tests.cli.conftest import Flask
from tests.store.worlds import game_of

NOWHERE = "redis://127.0.0.1:1/0"


def _written(folder: Path, *written: records.Record) -> Path:
    """A journal of somebody who is gone."""
    journal = Journal(folder, "gone")
    for record in written:
        journal.append(encoded(record))
    journal.close()
    return folder


def _answer(game: Game, player: str, index: int = 0) -> records.Answered:
    receipt = {"answer": 1, "right": True, "points": 10, "elapsed_ms": 0, "streak": 1, "stamp": 5, "at": game.created_at + 5}
    return records.answered(game.id, player, index, 1, receipt)


def _game(game_id: str = "g1", pin: str = "123456", **changes: Any) -> Game:
    return game_of(("single", "single"), "self-paced", pin, game_id, 1_700_000_000_000, **changes)


def _put(store: redis.Redis, game: Game, *players: str) -> RedisGames:
    """Stores a game with players, whose ids are their nicknames."""
    games = RedisGames(store, 3600, 86400)
    assert games.create(game)
    for player in players:
        games.players.join(game, Player(player, player), player)
    return games


def test_what_strangers_wrote_is_harmless(flask: Flask, tmp_path: Path):
    """Titles, nicknames and answers move no cursor and turn no text about."""
    evil = "\x1b[2J\u202eevil"
    game = _game(title=evil)
    receipt = {"answer": evil, "right": True, "points": 1, "elapsed_ms": 0, "streak": 1, "stamp": 5, "at": 5}
    written = Opened("g1", "123456", game), Joined("g1", "p1", evil, evil, 1), records.answered("g1", "p1", 0, 1, receipt)
    folder = str(_written(tmp_path, *written))
    commands = [["journal", "show"], ["journal", "show", "--game", "g1"], ["journal", "verify"], ["journal", "replay"]]
    for outcome in flask.each([[*command, *more, "--folder", folder] for command in commands for more in ([], ["--json"])]):
        assert "evil" in outcome.out
        assert "\x1b" not in outcome.out + outcome.err
        assert "\u202e" not in outcome.out + outcome.err


def test_what_can_not_be_brought_is_said_in_one_line(flask: Flask, tmp_path: Path, store: redis.Redis):
    """A PIN that is another game's now, a player whose seat nobody knows, a game of which nobody knows what it is, no Redis."""
    _put(store, _game("another"))
    game, other = _game(), _game("g2", "654321")
    folder = str(
        _written(tmp_path / "taken", Opened("g1", "123456", game), Joined("g1", "p1", "Ann", "ann", 1), _answer(game, "p1"))
    )
    nobody = str(_written(tmp_path / "nobody", Opened("g2", "654321", other), _answer(other, "p9"), _answer(_game("g3"), "p1")))
    *taken, lacking, several = flask.each(
        [
            ["journal", "replay", "--folder", folder],
            ["journal", "replay", "--folder", folder, "--dry-run"],
            ["journal", "verify", "--folder", folder],
            ["journal", "replay", "--folder", nobody],
        ]
    )
    assert [one.refusal for one in taken] == ["game g1 (PIN 123456): its PIN is another game's now"] * 2
    assert "game, whose PIN is another's" in lacking.out
    assert lacking.refusal == f"missing from Redis: 1; to bring it: flask journal replay --folder {folder}"
    assert several.refusal == "2 games, named on standard output, are not brought"
    said = several.out.splitlines()
    assert said[0].endswith("nobody knows the seats of the players who gave 1 of the answers")
    assert said[1].endswith("game g3: neither a journal nor Redis says what it is")
    away = flask("journal", "replay", "--folder", folder, REDIS_URL=NOWHERE)
    assert "127.0.0.1:1/0 can't be used" in away.refusal


def test_a_game_whose_first_record_is_damaged_is_brought_if_redis_knows_it(flask: Flask, tmp_path: Path, store: redis.Redis):
    """Redis says what the journal no longer does."""
    games = _put(store, _game(), "ann")
    folder = str(_written(tmp_path, _answer(_game(), "ann", 1)))
    (line,) = flask("journal", "replay", "--folder", folder).lines
    assert line.endswith("new: 1, replaced: 0, known: 0, unseated: 0")
    assert games.players.scores(_game()) == [("ann", 10)]


def test_a_game_that_is_over_needs_nothing_of_its_journals(flask: Flask, tmp_path: Path, store: redis.Redis):
    """It is left as it is, also when its keys have gone; while they are there its board can be verified and mended."""
    game = _game()
    games = _put(store, game, "ann")
    games.answers.accept(game, Submission(player="ann", index=0, answer=1, right=True))
    flask("game", "end", "123456").lines  # noqa: B018 - asserts success
    store.zadd("quiz:{123456}:leaderboard", {"ann": 3.5})
    store.delete("quiz:{123456}:streaks")
    wrong, mended = flask.each([["leaderboard", "verify", "123456"], ["leaderboard", "verify", "123456", "--rebuild"]])
    assert "players: 1" in wrong.refusal
    assert mended.lines[-1] == "mended the board of game 123456, players: 1"
    assert games.players.scores(game) == [("ann", 10)]
    assert [key for key in store.keys("quiz:{123456}:*") if store.ttl(key) < 0] == []

    folder = str(_written(tmp_path, Opened(game.id, "123456", game), _answer(game, "p9")))
    store.delete(*store.keys("quiz:{123456}:*"))
    replayed, verified = flask.each([["journal", "replay", "--folder", folder], ["journal", "verify", "--folder", folder]])
    assert replayed.lines[0].endswith("is over")
    assert verified.lines[-1].startswith("sound")
    assert store.keys("quiz:{123456}:*") == []


def test_each_misuse_is_one_line(flask: Flask, tmp_path: Path):
    """Whatever is wrong with a call, stderr has one line that says it; an instance without journals has nothing to say."""
    missing, empty = str(tmp_path / "none"), str(tmp_path)
    said = {
        ("journal",): "Missing command",
        ("journal", "show", "--folder", missing): "does not exist",
        ("journal", "show", "--folder", empty): "there is no journal in this folder",
        ("journal", "replay", "--folder", empty): "there is no journal in this folder",
        ("journal", "verify", "--folder", empty): "there is no journal in this folder",
        ("journal", "show", "--game", "123456"): "no journal here knows the game 123456",
        ("journal", "replay", "--game", "123456"): "no journal here knows the game 123456",
        ("journal", "verify", "more"): "unexpected extra argument",
        ("leaderboard", "verify"): "Missing argument 'PIN'",
        ("leaderboard", "verify", "999999"): "there is no game with the PIN 999999",
    }
    outcomes = flask.each([*said, ("journal", "replay"), ("journal", "verify")])
    for (command, words_of_it), outcome in zip(said.items(), outcomes, strict=False):
        assert words_of_it in outcome.refusal, command
    replayed, verified = outcomes[len(said) :]
    assert replayed.lines == ["the journals hold no game"]
    assert verified.lines == ["sound, and Redis lacks nothing (journals: 0, records: 0, answers: 0)"]
