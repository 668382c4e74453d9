"""The project's `flask`, in a process of its own for each command."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


class Outcome(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it printed, after checking that it succeeded without a word on stderr."""
        assert (self.status, self.err) == (0, ""), self
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        """What it printed as JSON."""
        return json.loads("\n".join(self.lines))

    @property
    def refusal(self) -> str:
        """The one line on stderr with which it failed."""
        assert self.status != 0, self
        assert self.err.startswith("Error: "), self
        assert self.err.count("\n") == 1, self
        return self.err.removeprefix("Error: ").rstrip("\n")


class _Stem:
    """The process that is forked for each command (flask_fork); it ends with this one."""

    def __init__(self) -> None:
        command = [sys.executable, "-X", "utf8", "-m", "tests.harness.flask_fork"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def run(self, args: tuple[str, ...], environ: Mapping[str, str]) -> Outcome:
        assert self._process.stdin
        assert self._process.stdout
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            asked = {"args": args, "environ": dict(environ), "out": out.name, "err": err.name}
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
            if not select.select([self._process.stdout], [], [], SECONDS)[0]:
                self._process.kill()
                raise TimeoutError(f"flask {' '.join(args)}: not within {SECONDS} s; {err.read().decode()}")
            status = int(self._process.stdout.readline())
            return Outcome(status, out.read().decode(), err.read().decode())


_stem: _Stem | None = None
_one_at_a_time = threading.Lock()


def flask(*args: str, environ: Mapping[str, str], root: Path = ROOT) -> Outcome:
    """Runs a command with exactly these variables; of the code in `root`."""
    global _stem
    if root != ROOT:
        command = [sys.executable, "-m", "flask", *args]
        done = subprocess.run(command, cwd=root, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
    with _one_at_a_time:
        _stem = _stem or _Stem()
        return _stem.run(args, environ)
