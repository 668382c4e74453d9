"""The files in which the workers of an instance count (prometheus_client's), once a worker has gone."""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prometheus_client.mmap_dict import MmapedDict

from quiz.ops.metric_room import GONE, TOTALS

_File: Any = MmapedDict  # which has no types
#: Who came to a worker, who went, and who of these was torn off.
_CAME, _WENT, _TORN = (f"quiz_websocket_{what}_total" for what in ("connections", "disconnections", "disconnections_abnormal"))
#: Seconds that the master waits for somebody who reads.
_PATIENCE = 1.0


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Nothing is moved from file to file meanwhile, else it would be counted twice or not at all."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def forget(folder: Path, pid: int) -> None:
    """Adds what a worker has counted to what all before it have, and removes its files: else each that dies leaves some for good.

    Clients that it still had when it was killed are gone, without a word.
    Where somebody reads for longer than a second they are left as they are, which is as right.
    """
    for file in folder.glob(f"gauge_live*_{pid}.db"):
        file.unlink(missing_ok=True)
    with (folder / "lock").open("w") as lock:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for kind in TOTALS:  # gauges of the living go with them
                    _add(folder / f"{kind}_{pid}.db", folder / f"{kind}_{GONE}.db")
                return
            time.sleep(0.01)


def _add(of: Path, to: Path) -> None:
    if not of.exists():
        return
    with contextlib.suppress(OSError, RuntimeError, TypeError, ValueError):  # it may have died before its file was whole
        counted = _File(str(of), read_mode=True)
        with contextlib.closing(counted), contextlib.closing(_File(str(to))) as total:
            values = {key: value for key, value, _ in counted.read_all_values()}
            _tear(values)
            for key, value in values.items():
                total.write_value(key, total.read_value(key)[0] + value, 0.0)
    of.unlink()


def _tear(counts: dict[str, float]) -> None:
    keys = {json.loads(key)[1]: key for key in counts}
    if keys.keys() >= {_CAME, _WENT, _TORN}:
        left = counts[keys[_CAME]] - counts[keys[_WENT]]
        for name in (_WENT, _TORN):
            counts[keys[name]] += left
