"""The project's `flask`, in a process of its own for each command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.harness import nursery
from tests.harness.nursery import ROOT


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


def flask(*args: str, environ: Mapping[str, str], root: Path = ROOT) -> Outcome:
    """Runs a command with exactly these variables; of the code in `root`."""
    if root == ROOT:
        return Outcome(*nursery.run(args, environ))
    command = [sys.executable, "-m", "flask", *args]
    done = subprocess.run(command, cwd=root, env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=nursery.SECONDS)
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())
