"""The embedded Valkey, for when REDIS_URL is unset: who owns it, and how servers and commands share it.

One process at a time owns it, by a flock on `valkey/lock` under the data directory; the file's text says whether that is a
`server` (the gunicorn master) or a `command` (one of flask's). The owner starts it and ends it. A server's Valkey is used by
everybody on the machine; a command's only by that command, the others wait.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from config.settings import Settings
from quiz.ops.valkey import EmbeddedError, Valkey, socket_path

__all__ = ["Embedded", "EmbeddedError", "connect_or_own", "url"]

Role = Literal["server", "command"]

#: Seconds that a server waits for a command to finish, a command for another one, and a server for one that is just leaving.
SERVER_PATIENCE, COMMAND_PATIENCE, LEAVING_PATIENCE = 10.0, 30.0, 1.0

#: Seconds between looks whether it lives, and at most between tries to start it again.
LOOK_SECONDS, LOOK_SECONDS_MOST = 0.5, 30.0

_POLL_SECONDS = 0.05


def url(settings: Settings) -> str:
    """Where Redis is found: REDIS_URL, or the embedded Valkey's socket. Known before anything runs."""
    return settings.redis_url or f"unix://{quote(str(socket_path(_folder(settings))))}"


@contextmanager
def connect_or_own(settings: Settings) -> Iterator[str]:
    """For commands: the URL of a Redis that runs as long as the context lasts. Raises EmbeddedError.

    REDIS_URL if set; else a running server's Valkey; else one that is started here, once no other command runs one.
    """
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    embedded = Embedded(settings)
    try:
        embedded.join()
        yield url(settings)
    finally:
        embedded.close()


class Embedded:
    """This process's hold on the embedded Valkey under `settings.var_dir`. In a forked child it does nothing."""

    def __init__(self, settings: Settings) -> None:
        self._folder = _folder(settings)
        self._valkey = Valkey(self._folder)
        self._lock: int | None = None
        self._pid = os.getpid()
        self._keeper: threading.Thread | None = None
        self._closing = threading.Event()

    def own(self, role: Role) -> None:
        """Become the owner and start Valkey, or adopt the one whose owner was killed; return when it answers.

        A server waits up to 10 s for a command to finish, a command up to 30 s. Raises EmbeddedError when that is not
        enough, another server owns it, the folder cannot be written, or Valkey does not start.
        """
        patience = SERVER_PATIENCE if role == "server" else COMMAND_PATIENCE
        begun = time.monotonic()
        while not self._try_own(role):
            waited = time.monotonic() - begun
            if self._owner() == "server" and waited > LEAVING_PATIENCE:
                raise EmbeddedError(f"another server uses {self._folder.parent}: stop it, or set QUIZ_VAR_DIR to another folder")
            if waited > patience:
                raise EmbeddedError(f"a flask command still uses {self._folder.parent}: wait for it to finish, then try again")
            time.sleep(_POLL_SECONDS)

    def join(self) -> None:
        """Make sure that Valkey runs: by owning it as a command, unless a server does. Waits up to 30 s; raises EmbeddedError."""
        deadline = time.monotonic() + COMMAND_PATIENCE
        while not self._try_own("command"):
            if self._owner() == "server" and self._valkey.ping():
                return
            if time.monotonic() > deadline:
                whose = self._owner() or "process"
                raise EmbeddedError(
                    f"another {whose} has been using {self._folder.parent} for {COMMAND_PATIENCE:.0f} s: try again later"
                )
            time.sleep(_POLL_SECONDS)

    def keep_running(self) -> None:
        """From now until `close`, in a thread: a Valkey that has died is started again, on its data."""
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        wait = LOOK_SECONDS
        while not self._closing.wait(wait):
            if self._valkey.ping() is not None:
                wait = LOOK_SECONDS
                continue
            try:
                self._valkey.start()
                print("quiz: the embedded Valkey had ended; it was started again", file=sys.stderr)
            except (OSError, EmbeddedError) as error:
                wait = min(2 * wait, LOOK_SECONDS_MOST)
                print(f"quiz: the embedded Valkey has ended and can't be started, again in {wait:g} s: {error}", file=sys.stderr)

    def close(self) -> None:
        """End Valkey, its data written, and give up ownership. Does nothing for who does not own it."""
        if self._lock is None or self._pid != os.getpid():
            return
        atexit.unregister(self.close)
        self._closing.set()
        if self._keeper is not None:
            self._keeper.join()
        try:
            self._valkey.stop()
        finally:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def after_fork(self) -> None:
        """Call this in a forked child: without it the child would keep the lock when the owner is killed."""
        self._valkey.after_fork()
        if self._lock is not None and self._pid != os.getpid():
            os.close(self._lock)
            self._lock = None

    def _try_own(self, role: Role) -> bool:
        """Whether this process now owns a Valkey that answers; False when another process is the owner."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(self._folder, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        # gunicorn calls no hook when its master ends with an exception.
        atexit.register(self.close)
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, role.encode(), 0)
            self._valkey.start()
        except OSError as error:
            self.close()
            raise _unwritable(self._folder, error) from None
        except BaseException:
            self.close()
            raise
        return True

    def _owner(self) -> str:
        """What the lock's text says: `server`, `command`, or nothing while it changes hands."""
        try:
            return (self._folder / "lock").read_text()
        except OSError:
            return ""


def _folder(settings: Settings) -> Path:
    return settings.var_dir / "valkey"


def _unwritable(folder: Path, error: OSError) -> EmbeddedError:
    return EmbeddedError(
        f"cannot use {error.filename or folder}: {error.strerror or error}; set QUIZ_VAR_DIR to a folder you can write to"
    )
