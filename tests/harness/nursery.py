"""Where `flask` and servers begin (nursery_process): a process for all of them, which ends with this one."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


class Grown:
    """A server's process, as `subprocess.Popen` would show it."""

    def __init__(self, pid: int, ended: int) -> None:
        """`ended` is where its exit status is to be read."""
        self.pid, self._ended = pid, ended
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        return self._status(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, after so many seconds at most."""
        status = self._status(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("gunicorn", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        """If it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _status(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], seconds)[0]:
            self.returncode = int(os.read(self._ended, 16))
            os.close(self._ended)
        return self.returncode


class _Nursery:
    def __init__(self) -> None:
        command = [sys.executable, "-X", "utf8", "-m", "tests.harness.nursery_process"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def ask(self, asked: dict[str, Any]) -> int:
        """Its answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], SECONDS)[0]:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise TimeoutError(f"not within {SECONDS} s: {asked}")
        return int(self._process.stdout.readline())


_nursery: _Nursery | None = None
_one_at_a_time = threading.Lock()


def _ask(asked: dict[str, Any]) -> int:
    global _nursery
    with _one_at_a_time:
        _nursery = _nursery or _Nursery()
        return _nursery.ask(asked)


def run(args: tuple[str, ...], environ: Mapping[str, str]) -> tuple[int, str, str]:
    """Runs a `flask` command: its exit status, what it said and complained of."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        status = _ask({"args": args, "environ": dict(environ), "out": out.name, "err": err.name})
        return status, out.read().decode(), err.read().decode()


def serve(app: str, environ: Mapping[str, str], log: Path) -> Grown:
    """Starts gunicorn, which adds to the file `log`."""
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder, "ended")
        os.mkfifo(pipe)
        ended = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        return Grown(_ask({"app": app, "environ": dict(environ), "log": str(log), "ended": str(pipe)}), ended)
