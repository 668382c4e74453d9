"""`flask backup`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from quiz.store import keys
from quiz.store.backup import everything
from quiz.store.backup_file import BackupWriter
from tests.cli.conftest import Flask


def test_a_backup_is_made_checked_and_restored(
    flask: Flask, store: redis.Redis, words: str, seat: Callable[..., object], tmp_path: Path
) -> None:
    """Into an empty Redis without being asked; into another only by being told so, and then nothing of that is left."""
    file, counts = tmp_path / "backup.gz", "quizzes: 1, images: 0, hosts: 1, games: 1, players: 2, answers: 2, archives: 0"
    flask.each([["host", "add", "ada"], ["game", "create", words, "--pin", "222222", "--mode", "self-paced"]])
    seat("222222", ("p1", "Ann", 2), ("p2", "Bob", 0))
    made, checked, refused, shown = flask.each(
        [
            ["backup", "create", str(file)],
            ["backup", "verify", str(file)],
            ["backup", "restore", str(file)],
            ["game", "show", "222222", "--json"],
        ]
    )
    assert made.lines == [f"backed up {file} ({counts})"]
    assert checked.lines == [f"sound: {file} ({counts})"]
    assert refused.refusal == (
        "this Redis is not empty (quizzes: 1, hosts: 1, games: 1); to delete that first: flask backup restore --replace"
    )

    store.flushall()
    restored, again, created, replaced, listed, hosts = flask.each(
        [
            ["backup", "restore", str(file), "--json"],
            ["game", "show", "222222", "--json"],
            ["game", "create", words, "--pin", "333333"],
            ["backup", "restore", str(file), "--replace"],
            ["game", "list", "--json"],
            ["host", "list", "--json"],
        ]
    )
    assert restored.json["answers"] == 2
    assert again.json["players"] == shown.json["players"]
    assert created.lines == ["333333"]
    assert replaced.lines == [f"restored {file} ({counts})"]
    assert [game["pin"] for game in listed.json] == ["222222"]
    assert [host["name"] for host in hosts.json] == ["ada"]
    assert list((tmp_path / "var" / "journal").iterdir()), "another loss of Redis would be one of these answers"


@pytest.fixture
def living(store: redis.Redis, redis_url: str) -> Iterator[None]:
    """A worker that shows that it lives."""
    lives, ended = threading.Event(), threading.Event()

    def beat() -> None:
        with redis.Redis.from_url(redis_url) as client:
            while True:
                client.zadd(keys.WORKERS, {"quiz-0-17": client.time()[0] * 1000 + client.time()[1] // 1000})
                lives.set()
                if ended.wait(0.5):
                    return

    beating = threading.Thread(target=beat)
    beating.start()
    lives.wait(60)
    yield
    ended.set()
    beating.join()


def test_what_is_in_the_way_is_said_in_one_line(
    flask: Flask, store: redis.Redis, words: str, living: None, tmp_path: Path
) -> None:
    """No file, half of one, no folder, a server that runs, no Redis; nothing is touched by any of that."""
    file, half = tmp_path / "backup.gz", tmp_path / "half"
    with BackupWriter(file, 0) as writer:
        for entry in everything(store):
            writer.add(entry)
    half.write_bytes(file.read_bytes()[:-9])
    missing, damaged, nowhere, used, listed = flask.each(
        [
            ["backup", "restore", str(tmp_path / "none")],
            ["backup", "restore", str(half), "--replace"],
            ["backup", "create", str(tmp_path / "no" / "folder")],
            ["backup", "restore", str(file), "--replace"],
            ["quiz", "list", "--json"],
        ]
    )
    assert missing.refusal == f"{tmp_path / 'none'}: No such file or directory"
    assert damaged.refusal.startswith(f"{half}: is no backup, or damaged")
    assert nowhere.refusal.endswith("No such file or directory")
    assert used.refusal == "servers use this Redis (1 workers, such as quiz-0-17): stop them first"
    assert [one["slug"] for one in listed.json] == [words]
    assert flask("backup", "create", str(file), REDIS_URL="redis://127.0.0.1:1").refusal.startswith("Redis at REDIS_URL=")
    assert flask("backup", "verify", str(file), REDIS_URL="redis://127.0.0.1:1").lines
