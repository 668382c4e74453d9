"""A Valkey that faults are done to."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import time

import redis

from bench.installation import free_port
from quiz.ops.valkey import binary
from tests.harness.folders import folder
from tests.harness.server import eventually

START_SECONDS = 60


class Store:
    """One Valkey on a port of its own. Ended, with its folder, by `close`."""

    def __init__(self, *, keeps: bool = True, disk: str = "", **settings: str) -> None:
        """`keeps` its data on disk; `settings` are Valkey's, with underscores.

        `disk`: the size of one of its own ("8m"), where this process may mount one; else its files are kept from growing.
        """
        self.port, self._home = free_port(), folder("qs")
        self.folder = self._home / "disk"
        self.folder.mkdir()
        # Valkey 9.1 that has rewritten its append-only file since it started, and whose disk becomes full, cuts that file off in
        # a wrong place, and can't read it any more (valkey-io/valkey#2627, docs/failure-modes.md).
        rewrites = {"auto_aof_rewrite_percentage": "0"}
        at_once = {"repl_diskless_sync_delay": "0"}
        self._settings = {"appendonly": "yes" if keeps else "no", "save": "", **rewrites, **at_once, **settings}
        self._disk = disk
        self.process: subprocess.Popen[bytes] | None = None
        self._log = self._home / "log"  # not on its own disk, which may be full
        self._mounted = bool(disk) and self._mount(disk)
        self.start()

    def _mount(self, size: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.folder)]
        return os.geteuid() == 0 and subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0

    @property
    def url(self) -> str:
        """What REDIS_URL is to be."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        """A client to look inside."""
        return redis.Redis(port=self.port, decode_responses=True, socket_timeout=60)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = [part for name, value in self._settings.items() for part in (f"--{name.replace('_', '-')}", value)]
        command = [str(binary()), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), *options]
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, restore_signals=False)
        deadline, said = time.monotonic() + START_SECONDS, ""
        with self.client() as probe:
            while True:
                try:
                    probe.ping()
                    return
                except redis.RedisError as error:
                    said = str(error)
                assert self.process.poll() is None, f"Valkey has ended: {self._log.read_text()[-250:]}"
                assert time.monotonic() < deadline, f"Valkey says {said!r}: {self._log.read_text()[-200:]}"
                time.sleep(0.01)

    def kill(self) -> None:
        """Ends it at once."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def forget(self) -> None:
        """Removes what it has on disk."""
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def replica(self) -> Store:
        """Another one, on a disk as large, that has all of this one's data and hears nothing new from now on."""
        made = Store(disk=self._disk)
        with made.client() as client:
            client.replicaof("127.0.0.1", self.port)

            def has_all() -> bool:
                kept = client.info("persistence")
                rewrites = kept["aof_rewrite_in_progress"] or kept["aof_rewrite_scheduled"]
                return client.info("replication")["master_link_status"] == "up" and not rewrites

            eventually(has_all, step=0.05)
            client.replicaof("127.0.0.1", 1)  # where nobody is
        return made

    def promote(self) -> None:
        """This replica is a master now."""
        with self.client() as client:
            client.replicaof("NO", "ONE")

    def stall(self) -> None:
        """It takes connections and answers nothing."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """The end of a stall."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def fill(self) -> None:
        """Its disk is full."""
        assert self.process is not None
        if self._mounted:
            with (self.folder / "filler").open("wb", buffering=0) as filler:
                for size in (2**20, 2**12, 1):
                    with contextlib.suppress(OSError):
                        while filler.write(bytes(size)) == size:
                            pass
        else:
            size = max((file.stat().st_size for file in self.folder.rglob("*.aof")), default=0)
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def make_room(self) -> None:
        """There is room on the disk again."""
        assert self.process is not None
        (self.folder / "filler").unlink(missing_ok=True)
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        """Ends it for good."""
        self.kill()
        if self._mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
            self._mounted = False
        shutil.rmtree(self._home, ignore_errors=True)
