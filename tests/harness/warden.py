"""Reads names of folders, one a line, until whoever tells them has gone; then ends all who work in them, and removes them.

A process works in a folder if it is its working directory, if it prints there, or if its command names it: that holds for a
server, its workers and the Valkey that it brings, in whichever session they are and whoever has adopted them. What was stopped in
order is gone by then. No module of the project's is imported: one of these runs beside each process of the tests.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

#: Seconds in which all end: a process that has just been begun shows where it works a little later.
SECONDS, PAUSE = 30.0, 0.05


def working_in(folders: list[str]) -> list[int]:
    """The processes that work in one of these folders."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid != os.getpid() and _works_in(pid, folders)]


def _works_in(pid: int, folders: list[str]) -> bool:
    places = []
    for link in ("cwd", "fd/1", "fd/2"):
        with contextlib.suppress(OSError):  # has ended, is another user's, or has closed it
            places.append(os.readlink(f"/proc/{pid}/{link}"))
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            named = os.fsdecode(file.read())
    except OSError:
        named = ""
    return any(folder in named or any(f"{place}/".startswith(f"{folder}/") for place in places) for folder in folders)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = [os.fsdecode(line.rstrip(b"\n")) for line in sys.stdin.buffer]
    folders = [folder for folder in told if os.path.isdir(folder)]
    deadline = time.monotonic() + SECONDS
    while folders and (left := working_in(folders)) and time.monotonic() < deadline:
        for pid in left:
            with contextlib.suppress(OSError):  # has ended
                os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE)  # they are not its children: nothing tells it that they have ended
    for folder in folders:
        for mounted in (folder, os.path.join(folder, "disk")):
            if os.path.ismount(mounted):
                subprocess.run(["umount", mounted])
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
