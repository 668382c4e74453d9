"""`process_*` of several processes."""

from __future__ import annotations

import os
from pathlib import Path

from quiz.ops.processes import Processes

_TICKS = os.sysconf("SC_CLK_TCK")


class Proc:
    """A folder such as /proc."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "stat").write_text("cpu 1 2 3\nbtime 1000\n")

    def process(
        self, pid: int, *, own: int = 0, of_the_dead: int = 0, pages: int = 0, files: int = 0, limit: str = "100"
    ) -> None:
        """A process that has used so many seconds of CPU, and its children that it has waited for."""
        home = self.folder / str(pid)
        (home / "fd").mkdir(parents=True, exist_ok=True)
        for number in range(files):
            (home / "fd" / str(number)).touch()
        fields = ["S", *["0"] * 49]
        fields[12], fields[13], fields[19], fields[20], fields[21] = (
            str(own * _TICKS), str(of_the_dead * _TICKS), str(5 * _TICKS), "4096", str(pages),
        )  # fmt: skip
        (home / "stat").write_text(f"{pid} (a (strange) name) {' '.join(fields)}\n")
        (home / "limits").write_text(f"Limit  Soft Limit  Hard Limit\nMax open files            {limit}    4096   files\n")

    def collect(self, master: int, *pids: int) -> dict[str, float]:
        """The sample of each metric."""
        found = Processes(master, lambda: pids, self.folder).collect()
        return {sample.name: sample.value for metric in found for sample in metric.samples}


def test_an_instance_is_its_master_and_its_workers(tmp_path: Path):
    """CPU and memory of all; descriptors of the one that has the fewest left."""
    proc = Proc(tmp_path)
    proc.process(1, own=2, pages=10, files=3, limit="unlimited")
    proc.process(7, own=30, pages=100, files=50, limit="60")
    proc.process(8, own=4, pages=100, files=60, limit="1000")
    found = proc.collect(1, 7, 8)
    assert found["process_cpu_seconds_total"] == 36
    assert found["process_resident_memory_bytes"] == 210 * os.sysconf("SC_PAGE_SIZE")
    assert found["process_virtual_memory_bytes"] == 3 * 4096
    assert found["process_start_time_seconds"] == 1005
    assert (found["process_open_fds"], found["process_max_fds"]) == (50, 60)


def test_the_cpu_time_of_a_worker_that_died_stays(tmp_path: Path):
    """A total that falls would be read as one that began anew, and show as work that nobody did."""
    proc = Proc(tmp_path)
    proc.process(1, own=2, of_the_dead=30)
    proc.process(8, own=4)
    assert proc.collect(1, 7, 8)["process_cpu_seconds_total"] == 36


def test_where_there_is_no_proc_there_is_nothing(tmp_path: Path):
    """As on macOS."""
    assert list(Processes(1, lambda: [2], tmp_path / "none").collect()) == []
