"""Room for the files in which the processes of an instance count (prometheus_client's, of which nothing is imported here: it
would choose at once where to count).

These files are mapped into memory, and prometheus_client makes them without their bytes. On a disk that is full by then the
kernel would end a process at the first number it counts there. So a process takes its room first, or counts for itself alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

#: Kind of metric, with a gauge's mode → bytes. More are taken when these are full, which they aren't by far.
FILES = {"counter": 1 << 16, "histogram": 1 << 18, "gauge_livemax": 1 << 16, "gauge_livemin": 1 << 16, "gauge_livesum": 1 << 16}
#: Of these, what `quiz.ops.metric_files` adds up of processes that have gone.
TOTALS = ("counter", "histogram")
#: The process id under which these are: nobody's.
GONE = 0
#: The variable by which prometheus_client knows the folder.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def share(folder: Path) -> None:
    """Says where all processes that this one starts are to count, with room for the totals of those that will have gone.

    Raises OSError if there is none; they count each for itself then.
    """
    _take(folder, GONE, TOTALS)
    os.environ[FOLDER] = str(folder)


def take(pid: int) -> None:
    """Call this in a process before it imports what it counts. Raises OSError if there is no room: it counts for itself then."""
    if FOLDER not in os.environ:
        return
    try:
        _take(Path(os.environ[FOLDER]), pid, FILES)
    except OSError:
        del os.environ[FOLDER]
        if values := sys.modules.get("prometheus_client.values"):  # the master had it, and has chosen
            values.ValueClass = values.MutexValue  # type: ignore[attr-defined]
        raise


def _take(folder: Path, pid: int, kinds: Iterable[str]) -> None:
    """Somebody may read all there are meanwhile, and a file that is not whole can't be read: so each comes whole."""
    made = {folder / f"{kind}_{pid}.part": FILES[kind] for kind in kinds}
    try:
        for file, size in made.items():
            file.write_bytes(bytes(size))
    except OSError:
        for file in made:
            file.unlink(missing_ok=True)
        raise
    for file in made:
        file.rename(file.with_suffix(".db"))
