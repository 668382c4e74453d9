"""`flask journal` and `flask leaderboard verify` for a server with two workers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from quiz.content import formats
from quiz.play.accounts import Accounts
from quiz.resilience.journal_files import journals
from quiz.store.keys import game_keys
from quiz.store.quizzes import RedisHosts, RedisQuizzes
from tests.cli.conftest import Flask
from tests.harness.clients import Client
from tests.harness.server import Server, serving
from tests.realtime.conftest import QUIZ, Table
from tests.store.worlds import redis_client, running_valkey

NOWHERE = "redis://127.0.0.1:1/0"


class Play:
    """A self-paced game on a running server, two players in it, and the commands of that server's operator."""

    def __init__(self, server: Server, store: redis.Redis) -> None:
        self.server, self.store, self.table = server, store, Table(server)
        self.pin = self.table.game("self-paced")
        self.keys = game_keys(self.pin)
        self.ann, self.bob = self.table.player("Ann"), self.table.player("Bob")
        self.id = str(store.hget(self.keys.game, "id"))
        self.flask = Flask(**server.environ)
        for client, answers in ((self.ann, (1, [1, 3])), (self.bob, (1,))):
            for number, answer in enumerate(answers, 1):
                client.ok("submit_answer", {"question": f"q{number}", "answer": answer})

    def player(self, client: Client) -> str:
        """The id of a player."""
        return str(client.ack["player"]["id"])

    def scores(self) -> dict[str, int]:
        """The board, by player."""
        return {player: int(score) for player, score in self.store.zrange(self.keys.leaderboard, 0, -1, withscores=True)}

    def rescued(self, folder: Path) -> Path:
        """A copy of the journals, as an operator takes it from a volume."""
        return Path(shutil.copytree(self.server.folder / "var" / "journal", folder))


def _furnish(store: redis.Redis) -> None:
    found = formats.read(json.dumps(QUIZ).encode(), "all-types.json", "json")
    RedisQuizzes(store).put(found.quiz)
    Accounts(RedisHosts(store)).add("teacher", "a good password", 0)


@pytest.fixture(scope="module")
def redis_of_server() -> Iterator[tuple[str, redis.Redis]]:
    with running_valkey() as url:
        client = redis_client(url)
        yield url, client
        client.close()


@pytest.fixture(scope="module")
def server(redis_of_server: tuple[str, redis.Redis]) -> Iterator[Server]:
    url, store = redis_of_server
    _furnish(store)
    with serving(2, REDIS_URL=url) as running:
        yield running


@pytest.fixture
def play(server: Server, redis_of_server: tuple[str, redis.Redis]) -> Iterator[Play]:
    made = Play(server, redis_of_server[1])
    yield made
    made.table.close()


def test_journals_are_shown_while_workers_hold_them(play: Play):
    """A line for each game and each journal, as table and as JSON, without Redis."""
    as_json, table, answers = play.flask.each(
        [["journal", "show", "--json"], ["journal", "show"], ["journal", "show", "--game", play.id, "--json"]], REDIS_URL=NOWHERE
    )
    shown = as_json.json
    (game,) = [one for one in shown["games"] if one["id"] == play.id]
    assert (game["pin"], game["title"], game["players"], game["answers"]) == (play.pin, "All types", 2, 3)
    assert game["newest"] == max(one["at"] for one in answers.json if one["record"] == "answer")
    files = {one["file"]: one for one in shown["files"]}
    sizes = {path.name: path.stat().st_size for path in journals(play.server.folder / "var" / "journal")}
    assert {name: one["bytes"] for name, one in files.items()} == sizes
    assert {(one["held"], one["damaged"], one["torn"]) for one in files.values()} == {(True, 0, False)}
    assert sum(one["bytes"] for one in shown["games"]) == sum(sizes.values())
    assert any(line.startswith(play.id) and line.endswith("All types") for line in table.lines)
    assert any(line.split()[0] in sizes and line.endswith("yes") for line in table.lines if line)


def test_the_records_of_a_game_are_shown_in_order(play: Play):
    """By PIN or id, those of both workers together, by time; no token is among them."""
    by_pin, by_id, table = play.flask.each(
        [
            ["journal", "show", "--game", play.pin, "--json"],
            ["journal", "show", "--game", play.id, "--json"],
            ["journal", "show", "--game", play.id],
        ]
    )
    assert by_pin.json == by_id.json
    assert by_pin.json[0]["record"] == "game"
    times = [one["at"] for one in by_pin.json]
    assert times == sorted(times)
    given = [(one["nickname"], one["question"], one["answer"], one["points"]) for one in by_pin.json if one["record"] == "answer"]
    assert given == [("Ann", "q1", 1, 10), ("Ann", "q2", [1, 3], 10), ("Bob", "q1", 1, 10)]
    assert len(table.lines) == 1 + len(by_pin.json)
    assert any(line.endswith("q2: [1,3], points: 10") for line in table.lines)
    assert play.ann.ack["token"] not in by_pin.out + table.out


def test_what_is_as_it_should_be_is_said_to_be(play: Play):
    """One line with the counts, status 0."""
    journals_, as_json, board = play.flask.each(
        [["journal", "verify"], ["journal", "verify", "--json"], ["leaderboard", "verify", play.pin]]
    )
    (line,) = journals_.lines
    assert line.startswith("sound, and Redis lacks nothing (journals: 2, records: ")
    assert as_json.json["missing"] == []
    assert board.lines == [f"the board of game {play.pin} agrees with the records (players: 2, answers: 3)"]


def test_a_damaged_line_fails_the_check_and_a_torn_tail_does_not(play: Play, tmp_path: Path):
    """What a crash cut off at the end is mentioned; a line that changed is named. No file is changed, no Redis needed."""
    torn, damaged = play.rescued(tmp_path / "torn"), play.rescued(tmp_path / "damaged")
    name = max(journals(torn), key=lambda path: path.stat().st_size).name
    whole = (torn / name).read_bytes()
    (torn / name).write_bytes(whole + b'12345678 ["answer","')
    (damaged / name).write_bytes(whole.replace(b'[1,3],"right"', b'[1,2],"right"', 1))
    mentioned, named, shown = play.flask.each(
        [
            ["journal", "verify", "--no-redis", "--folder", str(torn)],
            ["journal", "verify", "--no-redis", "--folder", str(damaged)],
            ["journal", "show", "--folder", str(torn), "--json"],
        ],
        REDIS_URL=NOWHERE,
    )
    assert mentioned.lines[0] == f"{name}: the last line has no end, which is no damage"
    assert mentioned.lines[1].startswith("sound (journals: 2, records: ")
    assert named.refusal == "damaged lines: 1"
    number = 1 + whole[: whole.index(b'[1,3],"right"')].count(b"\n")
    assert f"{name}: line {number} is damaged" in named.out.splitlines()
    assert [(one["torn"], one["held"]) for one in shown.json["files"] if one["file"] == name] == [(True, False)]
    assert (torn / name).read_bytes() == whole + b'12345678 ["answer","'


def test_an_answer_that_redis_lost_is_found_and_brought_back(play: Play):
    """The check lists it, a dry run only says what would be done, and clients see a board of a new epoch."""
    ann, before = play.player(play.ann), play.scores()
    epoch = int(str(play.store.hget(play.keys.game, "epoch")))
    play.store.hdel(play.keys.answers(1), ann)
    play.store.zadd(play.keys.leaderboard, {ann: 10.5})
    lacking, dry, still, done, again, sound = play.flask.each(
        [
            ["journal", "verify"],
            ["journal", "replay", "--game", play.pin, "--dry-run", "--json"],
            ["leaderboard", "top", play.pin, "--json"],
            ["journal", "replay", "--game", play.pin],
            ["journal", "replay", "--game", play.id, "--json"],
            ["journal", "verify"],
        ]
    )
    assert lacking.refusal == "missing from Redis: 1; to bring it: flask journal replay"
    assert lacking.out.splitlines()[1].split()[:5] == [play.pin, "answer", ann, "Ann", "q2"]
    counts = {"new": 1, "replaced": 0, "known": 2, "unseated": 0}
    assert dry.json == [{"id": play.id, "pin": play.pin, "title": "All types", "over": False, **counts, "problem": None}]
    assert [one["score"] for one in still.json] == [10, 10]
    assert done.lines == [f"{play.pin}  All types: new: 1, replaced: 0, known: 2, unseated: 0"]
    assert again.json[0]["known"] == 3
    assert sound.lines[-1].startswith("sound")
    assert play.scores() == before
    play.ann.wait("leaderboard", lambda board: board["epoch"] > epoch and board["top"][0]["score"] == 20)


def test_a_game_that_lost_what_it_is_about_is_found_and_brought_back(play: Play):
    """Its content is gone while all else is there: the check fails and names the game, and a replay mends it."""
    play.store.delete(play.keys.content)
    lacking, done, sound = play.flask.each(
        [["journal", "verify"], ["journal", "replay", "--game", play.id], ["journal", "verify"]]
    )
    assert lacking.refusal == "missing from Redis: 1; to bring it: flask journal replay"
    assert lacking.out.splitlines()[1].split()[:2] == [play.pin, "game"]
    assert done.lines == [f"{play.pin}  All types: new: 0, replaced: 0, known: 3, unseated: 0"]
    assert sound.lines[-1].startswith("sound")
    assert play.store.exists(play.keys.content)


def test_a_board_that_is_wrong_is_found_and_mended(play: Play):
    """A false score, a missing place and a place for nobody: all are listed, mended on demand, and clients are shown it."""
    ann, bob, right = play.player(play.ann), play.player(play.bob), play.scores()
    play.store.zadd(play.keys.leaderboard, {ann: 999.5, "ghost": 5.5})
    play.store.zrem(play.keys.leaderboard, bob)
    found, as_json, mended, clean = play.flask.each(
        [
            ["leaderboard", "verify", play.pin],
            ["leaderboard", "verify", play.pin, "--json"],
            ["leaderboard", "verify", play.pin, "--rebuild"],
            ["leaderboard", "verify", play.pin, "--rebuild", "--json"],
        ]
    )
    assert found.refusal.startswith(f"the board of game {play.pin} and the records differ, players: 3; to mend it: flask ")
    rows = {tuple(line.split()) for line in found.out.splitlines()[1:]}
    assert rows == {(ann, "Ann", "999", "20"), (bob, "Bob", "-", "10"), ("ghost", "5", "-")}
    assert as_json.status == 1
    assert len(json.loads(as_json.out)["differ"]) == 3
    assert mended.lines[-1] == f"mended the board of game {play.pin}, players: 3"
    assert (clean.json["differ"], clean.json["mended"]) == ([], False)
    assert play.scores() == right
    edition = tuple(int(str(play.store.hget(play.keys.game, name))) for name in ("epoch", "board"))
    shown = play.ann.wait("leaderboard", lambda board: (board["epoch"], board["version"]) >= edition)
    assert [one["score"] for one in shown["top"]] == [20, 10]


def test_a_rescued_folder_brings_back_what_an_empty_redis_lacks(play: Play, tmp_path: Path):
    """On another instance with another Redis players come back by their tokens, with their scores, and go on."""
    play.table.host.ok("kick", {"pin": play.pin, "player": play.player(play.bob)})
    folder = str(play.rescued(tmp_path / "rescued"))
    with running_valkey() as url, serving(1, REDIS_URL=url) as other:
        lacking, brought = Flask(**other.environ).each(
            [
                ["journal", "verify", "--folder", folder, "--json"],
                ["journal", "replay", "--folder", folder, "--game", play.pin],
            ]
        )
        assert lacking.refusal.startswith("missing from Redis: ")
        missing = [one["missing"] for one in json.loads(lacking.out)["missing"] if one["pin"] == play.pin]
        assert missing == ["game", "seat", "seat", "answer", "answer", "answer"]
        assert brought.lines == [f"{play.pin}  All types: new: 3, replaced: 0, known: 0, unseated: 0"]
        ann = play.table.keep(Client(other.url))
        back = ann.ok("join", {"pin": play.pin, "token": play.ann.ack["token"]})
        assert (back["you"]["score"], back["you"]["answered"], back["player"]["nickname"]) == (20, ["q1", "q2"], "Ann")
        assert ann.ok("submit_answer", {"question": "q3", "answer": True})["score"] == 30
        assert ann.error("join", {"pin": play.pin, "token": play.bob.ack["token"]}) == "kicked"
