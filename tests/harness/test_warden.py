"""What tests start ends with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.harness.nursery import ROOT
from tests.harness.server import eventually

#: A test that is busy with all sorts of servers until it is killed.
BUSY = """
import time
from pathlib import Path
from tests.chaos.store import Store
from tests.harness.server import serving

def test_forever():
    with serving(2) as server:
        store = Store()
        server.flask("quiz", "list")
        folders = [server.folder, store.folder.parent]
        Path({ready!r}).write_text(chr(10).join(map(str, folders)))
        time.sleep(600)  # until it is killed
"""


def started(pid: int) -> str | None:
    """When a process began, by which it is told from others that have its number later; None if it has ended."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else fields[18]


def family(pid: int) -> list[int]:
    """A process and all that it has brought into the world, as far as the way to them is alive."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def test_nothing_outlives_a_run_that_is_killed(tmp_path: Path):
    """Servers, their workers and Valkeys, and who began them; their folders go too."""
    file, ready = tmp_path / "test_busy.py", tmp_path / "ready"
    file.write_text(BUSY.format(ready=str(ready)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={ROOT}", str(file)]
    with (tmp_path / "printed").open("wb") as out:
        run = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)

    def begun() -> list[str]:
        assert run.poll() is None, (tmp_path / "printed").read_text()
        return ready.read_text().split() if ready.exists() else []

    try:
        folders = eventually(begun, 120)
        brought = {pid: start for pid in family(run.pid) if (start := started(pid))}
        # pytest, nursery, who commands are forked from; a watched master, two workers, its Valkey; another Valkey
        assert len(brought) >= 9, brought
    finally:
        run.kill()
        run.wait(60)
    eventually(lambda: not [pid for pid, start in brought.items() if started(pid) == start])
    eventually(lambda: not any(map(os.path.exists, folders)))
