"""What workers have counted, when they have gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from quiz.ops import metric_files, metric_room
from tests.harness.server import ROOT, eventually, serving

KEY = json.dumps(["answers", "answers_total", {}, ""])


def _count(folder: Path, kind: str, pid: int, value: float) -> None:
    with closing(MmapedDict(str(folder / f"{kind}_{pid}.db"))) as file:
        file.write_value(KEY, value, 0)


def _counted(folder: Path) -> float:
    (metric,) = MultiProcessCollector(None, str(folder)).collect()
    return next(sample.value for sample in metric.samples)


def test_what_they_counted_stays_and_their_files_don_t(tmp_path: Path):
    """However many have come and gone; their gauges are the living's alone."""
    for pid in range(100, 120):
        _count(tmp_path, "counter", pid, 2)
        _count(tmp_path, "gauge_livesum", pid, 1)
        metric_files.forget(tmp_path, pid)
    _count(tmp_path, "counter", 500, 3)
    assert {file.name for file in tmp_path.glob("*.db")} == {"counter_0.db", "counter_500.db"}
    assert _counted(tmp_path) == 43


def test_clients_of_a_killed_worker_count_as_torn_off(tmp_path: Path):
    """Else those who came would outnumber those who went for good."""
    names = [f"quiz_websocket_{what}_total" for what in ("connections", "disconnections", "disconnections_abnormal")]
    with closing(MmapedDict(str(tmp_path / "counter_7.db"))) as file:
        for name, value in zip(names, (9, 5, 2), strict=True):
            file.write_value(json.dumps([name.removesuffix("_total"), name, {}, ""]), value, 0)
    metric_files.forget(tmp_path, 7)
    metrics = MultiProcessCollector(None, str(tmp_path)).collect()
    counted = {sample.name: sample.value for metric in metrics for sample in metric.samples}
    assert [counted[name] for name in names] == [9, 9, 6]


def test_nothing_is_moved_while_somebody_reads(tmp_path: Path, monkeypatch):
    """It would be counted twice. Who reads for too long is not waited for, and the file is as right as before."""
    monkeypatch.setattr(metric_files, "_PATIENCE", 0.05)
    _count(tmp_path, "counter", 7, 2)
    with metric_files.reading(tmp_path):
        metric_files.forget(tmp_path, 7)
        assert (tmp_path / "counter_7.db").exists()
    metric_files.forget(tmp_path, 7)
    assert [file.name for file in tmp_path.glob("*.db")] == ["counter_0.db"]
    assert _counted(tmp_path) == 2


def test_a_file_that_is_not_whole_is_dropped(tmp_path: Path):
    """Its worker died while it was made: else no scrape would work any more."""
    (tmp_path / "counter_7.db").write_bytes(b"")
    (tmp_path / "histogram_7.db").write_bytes(b"\xff" * 64)
    _count(tmp_path, "counter", 8, 2)
    for pid in (7, 8):
        metric_files.forget(tmp_path, pid)
    assert _counted(tmp_path) == 2


#: Where a process counts that has taken room, or found none; whether prometheus_client was there before decides nothing.
COUNTING = """
import os, resource, sys
from pathlib import Path
from quiz.ops import metric_room
metric_room.share(Path(sys.argv[1]))
if sys.argv[2] == "imported before":
    import prometheus_client
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    metric_room.take(os.getpid())
except OSError as error:
    print(error)
from prometheus_client import Counter, generate_latest
Counter("answers", "").inc(3)
print(generate_latest().decode())
"""


@pytest.mark.parametrize("when", ["imported before", "imported after"])
@pytest.mark.parametrize("room", [True, False])
def test_a_process_that_finds_no_room_counts_for_itself(tmp_path: Path, when: str, room: bool):
    """A file that is mapped without its bytes would end it, once the disk is full."""
    command = [sys.executable, "-c", COUNTING, str(tmp_path), when, str(1 << 20 if room else 100_000)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert ("File too large" in done.stdout) is not room
    assert "answers_total 3.0" in done.stdout
    assert len([file for file in tmp_path.glob("*.db") if "_0." not in file.name]) == (len(metric_room.FILES) if room else 0)
    assert room is False or _counted(tmp_path) == 3


def test_a_first_start_is_well_and_its_metrics_lie_on_the_disk_as_a_whole():
    """What sets the samples up is no worker; a file without its bytes ends who counts on a full disk."""
    with serving(2, QUIZ_ENV="development") as server:
        pid = min(server.workers())
        eventually(lambda: "Ctrl-C stops it" in server.log)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: pid not in server.workers() and len(server.workers()) == 2)
        eventually(lambda: list((server.folder / "var/metrics").glob("*_0.db")))
        requests.get(f"{server.url}/metrics", timeout=60).raise_for_status()
        files = list((server.folder / "var/metrics").glob("*.db"))
        assert {int(file.stem.rpartition("_")[2]) for file in files} == {metric_room.GONE, *server.workers()}
        for file in files:
            status = file.stat()
            assert status.st_blocks * 512 >= status.st_size, file.name
