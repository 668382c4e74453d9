"""A real server: gunicorn with its embedded Valkey, on a free port, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from bench.installation import free_port
from quiz.ops.valkey import Valkey
from tests.harness import nursery
from tests.harness.flask import flask
from tests.harness.folders import folder
from tests.harness.nursery import ROOT

START_SECONDS = 90
#: Lines of a server's log, and of its Valkey's, that a test which fails shows.
SHOWN = 30

#: Those that may run now.
serving_now: list[Server] = []


def eventually(condition, seconds: float = 60, step: float = 0.02):
    """The first true value of `condition()`; fails after `seconds`. For what happens in another process."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(step)


class Server:
    """One instance; `environ` adds to its environment. Rate limits are wide open unless a test asks for the real ones."""

    def __init__(
        self, workers: int = 1, app: str = "app:app", root: Path = ROOT, *, by_command: bool = False, **environ: str
    ) -> None:
        """`root` is where the code lies that is served; by its command line if that is another's, or if `by_command`."""
        self._app, self.root, self._by_command = app, root, by_command or root != ROOT
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder("quiz-test-")
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("QUIZ_", "REDIS_URL", "FLASK_", "GUNICORN_"))}
        self.environ = {
            **plain,
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "QUIZ_ENV": "staging",
            "SECRET_KEY": "a-key-for-tests-that-nobody-else-would-use",
            "WEB_CONCURRENCY": str(workers),
            "QUIZ_VAR_DIR": str(self.folder / "var"),
            "QUIZ_RATE_LIMIT__CAPACITY": "100000",
            "QUIZ_LIMITS__PER_ADDRESS": "false",
            "QUIZ_REDIS__TIMEOUT_MS": "10000",  # on a busy machine a store may stall, and would be given up as it should be
            "QUIZ_DRAIN__SECONDS": "3",
            "QUIZ_DRAIN__SPREAD_SECONDS": "3",
            **environ,
        }
        self.process: subprocess.Popen[bytes] | nursery.Grown | None = None

    @property
    def log(self) -> str:
        """All that the server has printed."""
        return (self.folder / "log").read_text(errors="replace")

    def last_words(self) -> str:
        """What it has said last, and its Valkey."""
        files = {"the server": self.folder / "log", "its Valkey": self.folder / "var" / "valkey" / "valkey.log"}
        said = [line for who, file in files.items() if file.exists() for line in (f"{who} at {self.url}:", *_end(file))]
        return "\n".join(said)

    def start(self) -> None:
        """Starts and waits until it serves."""
        log = self.folder / "log"
        if self._by_command:
            command = [sys.executable, "-m", "gunicorn", self._app]
            with log.open("ab") as out:
                self.process = subprocess.Popen(
                    command, cwd=self.root, env=self.environ, stdout=out, stderr=out, start_new_session=True
                )
        else:
            self.process = nursery.serve(self._app, self.environ, log)
        eventually(self._serves, START_SECONDS, 0.1)

    def _serves(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/actuator/health/readiness", timeout=60).status_code == 200
        return False

    def stop(self) -> None:
        """Ends it as an operator would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process = None

    def workers(self) -> list[int]:
        """The process ids of the gunicorn workers."""
        assert self.process is not None
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [int(pid) for pid in children if _command(pid) == _command(master)]

    def flask(self, *args: str) -> str:
        """Runs a flask command beside the server; its standard output."""
        done = flask(*args, environ=self.environ, root=self.root)
        assert done.status == 0, done.err
        return done.out

    def sign_in(self, name: str, password: str) -> str:
        """The token of a host."""
        reply = requests.post(f"{self.url}/api/v1/session", json={"name": name, "password": password}, timeout=60)
        assert reply.status_code == 200, reply.text
        return str(reply.json()["token"])


def _end(file: Path) -> list[str]:
    return file.read_text(errors="replace").splitlines()[-SHOWN:]


def _command(pid: int | str) -> str:
    """How a process was called; nothing if it has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@contextlib.contextmanager
def serving(
    workers: int = 1, app: str = "app:app", root: Path = ROOT, *, by_command: bool = False, **environ: str
) -> Iterator[Server]:
    """A server for the time of a `with` block."""
    server = Server(workers, app, root, by_command=by_command, **environ)
    serving_now.append(server)
    try:
        server.start()
        yield server
    except Exception as error:
        error.add_note(server.last_words())
        raise
    finally:
        serving_now.remove(server)
        server.stop()
        Valkey(server.folder / "var" / "valkey").stop()  # left over only if the server had to be killed
        shutil.rmtree(server.folder, ignore_errors=True)
