"""Redis with a user of least rights; and what scripts and code never do with it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from redis.exceptions import RedisError

from quiz.domain.quiz import Quiz
from quiz.play.sessions import Session
from quiz.store.attempts import RedisAttempts
from quiz.store.connection import connect
from quiz.store.guesses import Rate, RedisGuesses
from quiz.store.quizzes import RedisQuizzes
from quiz.store.sessions import RedisSessions
from tests.domain.builders import make_game
from tests.harness.clients import Client, host
from tests.harness.redis_fleet import Server as Redis
from tests.harness.server import ROOT, Server, eventually, serving
from tests.realtime.conftest import furnish
from tests.security import redis_user
from tests.store.stage import play, write
from tests.store.worlds import redis_world

SCRIPTS = sorted((ROOT / "quiz").rglob("*.lua"))
SOURCES = [path for top in ("quiz", "config") for path in sorted((ROOT / top).rglob("*.py"))]
CALLS = re.compile(r"redis\.p?call\(\s*(?:'(\w+)'|([^)]*))")


def guarded_redis(**how: Any) -> Redis:
    """A Valkey with an administrator, and the platform's user."""
    return Redis("--appendonly", "yes", config=redis_user.configuration(), **how)


@pytest.fixture
def guarded() -> Iterator[Redis]:
    """For one test."""
    with contextlib.closing(guarded_redis()) as made:
        eventually(lambda: made.ask("PING"))
        yield made


def url(redis: Redis) -> str:
    """As the platform's user."""
    return f"redis://{redis_user.NAME}:{redis_user.PASSWORD}@127.0.0.1:{redis.port}/0"


def refused(redis: Redis) -> set[str]:
    """What was asked for that the user may not: the ACL's log."""
    return {f"{entry['reason']} {entry['object']}" for entry in redis.ask("ACL LOG")}


def test_the_store_needs_no_right_that_the_documented_user_lacks(guarded: Redis):
    """A game, once through, guesses, hosts, their sessions and quizzes; Redis's own log of what was refused is empty."""
    client = connect(url(guarded), 5000)
    play(redis_world(client), "100001")
    guesses, attempts, sessions = RedisGuesses(client, Rate(60, 2000, 180)), RedisAttempts(client, 900), RedisSessions(client)
    guesses.right("192.0.2.1", "100001", guesses.take("192.0.2.1").cost)
    assert guesses.plays("192.0.2.1", "100001")
    assert attempts.take("ann", 1) == 0 < attempts.take("ann", 1)
    attempts.give_back("ann")
    attempts.remember("ann", "192.0.2.1")
    assert attempts.remembers("ann", "192.0.2.1")
    sessions.end({"s1": 2_000_000_000}, 1_000_000_000)
    sessions.end_all({"ann": 1_000_000_000})
    assert sessions.account(Session("ann", "s1", 0, 2_000_000_000)).over
    assert sessions.ended().hosts == {"ann": 1_000_000_000}
    quizzes = RedisQuizzes(client)
    quizzes.put(Quiz("own", "Own", make_game().questions, owner="ann"))
    assert [one.slug for one in quizzes.all("ann")] == ["own"]
    assert quizzes.delete("own", "ann")
    write(client, "a")
    client.line.close()
    assert refused(guarded) == set()


@pytest.mark.parametrize(
    "command",
    [
        *("FLUSHALL", "FLUSHDB", "SHUTDOWN", "DEBUG SLEEP 0", "CONFIG GET *", "CONFIG SET dir /", "KEYS *", "MODULE LIST"),
        *("MONITOR", "REPLICAOF NO ONE", "SAVE", "ACL LIST", "ACL SETUSER quiz +@all", "SCRIPT FLUSH", "FUNCTION LIST"),
        *("CLIENT LIST", "GET other", "SET other 1", "PUBLISH other x", "CLUSTER RESET", "DUMP quiz:epoch", "SORT quiz:games"),
        *("EVAL return(redis.call('FLUSHALL')) 0", "EVAL return(redis.call('GET','other')) 0", "COPY quiz:epoch other"),
    ],
)
def test_the_documented_user_may_nothing_else(guarded_for_all: Any, command: str):
    """Neither with Redis itself, nor with keys and channels of others, in scripts either."""
    with pytest.raises(Exception, match=r"(?i)permission|no access|not allowed"):
        guarded_for_all.execute_command(*command.split(" "))


@pytest.fixture(scope="module")
def guarded_for_all() -> Iterator[Any]:
    """A plain client of the platform's user."""
    with contextlib.closing(guarded_redis()) as made:
        eventually(lambda: made.ask("PING"))
        with made.client() as client:
            client.connection_pool.connection_kwargs |= {"username": redis_user.NAME, "password": redis_user.PASSWORD}
            yield client


def test_the_rights_are_those_of_the_sources():
    """Every command of a script is among them; a new one is to be added to deploy/redis and the documents."""
    called = {command for path in SCRIPTS for command, _ in CALLS.findall(path.read_text())}
    assert {command.lower() for command in called if command} <= redis_user.commands()


def test_the_documents_and_the_manifests_have_the_same_rights():
    """Word by word, wherever they are written down."""
    for path in ("docs/deployment.md", "deploy/kubernetes/redis.yaml"):
        assert redis_user.rules() in re.sub(r"\s*\\?\n\s*", " ", (ROOT / path).read_text()), path


def test_the_file_of_the_compose_stack_lets_the_platform_in_and_nobody_else():
    """As it is, with any password; the user that all are without a name is off."""
    with contextlib.closing(Redis("--aclfile", str(redis_user.RULES), password="")) as made:
        client = connect(f"redis://quiz:quiz@127.0.0.1:{made.port}/0", 5000)
        eventually(lambda: _answers(client))
        play(redis_world(client), "100004")
        client.line.close()
        with made.client() as nobody, pytest.raises(RedisError, match=r"(?i)auth"):
            nobody.get("quiz:epoch")


def _answers(client: Any) -> bool:
    with contextlib.suppress(RedisError):
        return bool(client.ping())
    return False


def test_scripts_take_no_code_from_data():
    """No compiler, no library that reaches out, no command whose name is computed."""
    for path in SCRIPTS:
        text = re.sub(r"--.*", "", path.read_text())
        assert not re.search(
            r"\b(loadstring|load|dofile|loadfile|require|setfenv|getfenv|debug|io|os|package|_G|rawset)\b", text
        ), path
        assert not [computed for command, computed in CALLS.findall(text) if not command], path


def test_nothing_is_pickled_or_evaluated_and_no_key_is_searched_by_keys():
    """What the platform stores, publishes or reads is JSON; Redis is never made to walk all keys at once."""
    for path in SOURCES:
        text = path.read_text()
        assert not re.search(r"\b(pickle|cPickle|marshal|shelve|dill|yaml\.load|jsonpickle)\b", text), path
        assert not re.search(r"""(?<![\w.])(eval|exec)\(|\.keys\(["'f]|["']KEYS["']""", text), path


def test_hostile_json_in_the_store_does_no_harm(guarded: Redis):
    """What scripts decode was nested a thousandfold by somebody with access: an error for this game, and Redis lives."""
    client = connect(url(guarded), 5000)
    world = redis_world(client)
    game = world.make("single", pin="100002", game_id="g2")
    world.seat(game, "a")
    world.ask(game)
    for evil in ("[" * 5000 + "]" * 5000, "{" * 100_000, '{"a":1e99999}', '"\\ud800"', ""):
        with guarded.client() as admin:
            admin.hset("quiz:{100002}:answers:0", "a", evil)
        with contextlib.suppress(Exception):
            world.answer(game, "a")
        assert guarded.ask("PING")
    play(world, "100003")
    client.line.close()


@pytest.mark.long
def test_games_an_outage_and_the_operators_commands_need_no_other_rights(guarded: Redis):
    """Games to their end, Redis killed and back without its memory, every command, a backup and a restore: nothing is refused."""
    limits = {"QUIZ_LIMITS__PER_ADDRESS": "true", "QUIZ_REDIS__BREAKER__OPEN_SECONDS": "1"}
    with serving(1, REDIS_URL=url(guarded), **limits) as server, contextlib.ExitStack() as stack:
        furnish(server)
        teacher = host(server)
        stack.callback(teacher.close)
        pins = [_live(server, teacher, stack), _self_paced(server, teacher, guarded, stack)]
        furnish(server)  # the quiz went with Redis's memory
        _operate(server, pins)
        assert refused(guarded) == set()
        assert "rights: the user may not do what the platform never does" in server.flask("doctor")
        assert refused(guarded) <= {"command config|get", "command acl|dryrun"}
        assert "Traceback" not in server.log
        assert "NOPERM" not in server.log


def _live(server: Server, teacher: Client, stack: contextlib.ExitStack) -> str:
    pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "live", "options": {"countdown_ms": 0}})["pin"]
    teacher.ok("watch", {"pin": pin})
    players = [Client(server.url) for _ in range(3)]
    for number, player in enumerate(players):
        stack.callback(player.close)
        player.ok("join", {"pin": pin, "nickname": f"P{number}"})
    teacher.ok("start")
    for number, player in enumerate(players[:2]):
        player.wait("question")
        player.ok("submit_answer", {"question": "q1", "answer": number})
    for event, payload in (("pause", {}), ("resume", {}), ("lock", {"locked": True}), ("close_question", {}), ("next", {})):
        teacher.ok(event, payload)
    seats = teacher.ok("watch", {"pin": pin})["players"]
    teacher.ok("rename", {"player": seats[1]["id"], "nickname": "Zoe"})
    teacher.ok("kick", {"player": seats[0]["id"]})
    players[1].ok("state")
    players[1].ok("leave")
    teacher.ok("end")
    return pin


def _self_paced(server: Server, teacher: Client, redis: Redis, stack: contextlib.ExitStack) -> str:
    pin = teacher.ok("create_game", {"quiz": "all-types", "mode": "self-paced"})["pin"]
    player = Client(server.url)
    stack.callback(player.close)
    assert player.error("join", {"pin": "000000", "nickname": "Ada"}) == "game_not_found"
    player.ok("join", {"pin": pin, "nickname": "Ada"})
    player.ok("next_question")
    player.ok("submit_answer", {"question": "q1", "answer": 1})
    redis.signal(signal.SIGKILL)
    eventually(lambda: player.ok("submit_answer", {"question": "q2", "answer": [1, 3]}).get("provisional"))
    (redis.folder / "appendonlydir").rename(redis.folder / "lost")  # it comes back without its memory
    redis.start()
    eventually(lambda: redis.ask("PING"))
    eventually(lambda: "provisional" not in player.ok("submit_answer", {"question": "q3", "answer": True}))
    assert player.ok("state")["you"]["answered"] == ["q1", "q2", "q3"]
    return pin


def _operate(server: Server, pins: list[str]) -> None:
    backup, own = str(server.folder / "backup"), server.folder / "own.json"
    own.write_text(json.dumps({"title": "Own", "questions": [{"text": "2 + 2?", "choices": ["3", "4"], "correct": 1}]}))
    for command in (
        *(
            "quiz list",
            "quiz show all-types",
            "quiz export all-types",
            "game list",
            f"game show {pins[1]}",
            f"game lock {pins[1]}",
        ),
        *(f"leaderboard top {pins[1]}", f"leaderboard verify {pins[1]} --rebuild", "journal show", "journal verify"),
        *("host add other --password another-password", "host passwd other --password yet-another-one", "host list"),
        *(f"quiz import {own} --owner other", "quiz list --owner other", "quiz show own --owner other"),
        *(f"backup create {backup}", f"backup verify {backup}", f"leaderboard reset {pins[1]}", f"game end {pins[1]}"),
        *("host remove other", "quiz delete all-types"),
    ):
        server.flask(*command.split())
        if command.startswith("host list"):
            session = {"Authorization": f"Bearer {server.sign_in('other', 'yet-another-one')}"}
            assert requests.delete(f"{server.url}/api/v1/hosts/other/sessions", headers=session, timeout=10).status_code == 204
    with contextlib.closing(guarded_redis()) as empty:
        eventually(lambda: empty.ask("PING"))
        environ = {**server.environ, "REDIS_URL": url(empty), "QUIZ_VAR_DIR": str(server.folder / "elsewhere")}
        other = Server(1, **environ)
        other.flask("backup", "restore", backup)
        assert "all-types" in json.dumps(json.loads(other.flask("quiz", "list", "--json")))
        assert refused(empty) == set()
