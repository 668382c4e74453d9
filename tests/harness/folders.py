"""Folders of what tests start. When this process has gone, however it died, so are they and whoever works in them (warden)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

#: A Unix socket in a folder has a short path, whatever TMPDIR says.
PLACE = "/tmp"

_warden: subprocess.Popen[bytes] | None = None
_owner = 0  # whose that is: this process, or who it was forked from
_one_at_a_time = threading.Lock()


def folder(prefix: str) -> Path:
    """A new one. Whoever removes it ends first those who work in it."""
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=PLACE))
    _tell(made)
    return made


@contextlib.contextmanager
def passing(prefix: str) -> Iterator[Path]:
    """A new one, removed at the end."""
    made = folder(prefix)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _tell(made: Path) -> None:
    global _warden, _owner
    with _one_at_a_time:
        if _warden is None or _owner != os.getpid():
            command = [sys.executable, "-I", "-S", str(Path(__file__).with_name("warden.py"))]
            _warden = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
            _owner = os.getpid()
        assert _warden.stdin
        _warden.stdin.write(os.fsencode(made) + b"\n")
        _warden.stdin.flush()
