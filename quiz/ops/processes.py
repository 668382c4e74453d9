"""The usual `process_*` metrics of an instance whose workers are several processes; prometheus_client has them for one only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
#: How often the CPU times are read until no process ended meanwhile.
TRIES = 5


class Processes:
    """Collects them of the master and its workers, from `/proc`; nothing where there is none.

    `pids()` are the living workers, without the master. CPU time includes that of workers that have gone, which the master has
    inherited: so it only grows. Memory is the sum, what processes share counted for each. Of descriptors it is the process that
    is nearest its limit: the others' room does not help it.
    """

    def __init__(self, master: int, pids: Callable[[], Iterable[int]], proc: Path = Path("/proc")) -> None:
        self._master, self._pids, self._proc = master, pids, proc

    def collect(self) -> Iterator[Metric]:
        """The metrics, as Prometheus' registry wants them."""
        try:
            ticks, master = self._cpu_ticks()
            started = self._booted() + int(master[19]) / _TICKS
        except OSError:
            return
        yield CounterMetricFamily("process_cpu_seconds", "CPU time of the master and all its workers", ticks / _TICKS)
        yield GaugeMetricFamily("process_start_time_seconds", "When the instance started, Unix time", started)
        stats = [self._stat(pid) for pid in {self._master, *self._pids()}]
        for name, text, place, unit in (
            ("process_virtual_memory_bytes", "Virtual memory of the master and all its workers", 20, 1),
            ("process_resident_memory_bytes", "Resident memory of the master and all its workers", 21, _PAGE),
        ):
            yield GaugeMetricFamily(name, text, sum(int(stat[place]) * unit for stat in stats if stat))
        descriptors = [found for pid in {self._master, *self._pids()} if (found := self._descriptors(pid))]
        if descriptors:
            used, most = max(descriptors, key=lambda found: found[0] / found[1])
            yield GaugeMetricFamily("process_open_fds", "Open files of the process that is nearest its limit", used)
            yield GaugeMetricFamily("process_max_fds", "The limit of that process", most)

    def _cpu_ticks(self) -> tuple[int, list[str]]:
        """A worker that ends while we count would count twice or not at all: then it is done again."""
        master = self._stat_of_master()
        for _ in range(TRIES):
            before, stats = master, [self._stat(pid) for pid in self._pids()]
            master = self._stat_of_master()
            if before[13:15] == master[13:15]:
                break
        ticks = sum(int(stat[11]) + int(stat[12]) for stat in stats if stat)
        return ticks + sum(int(field) for field in master[11:15]), master

    def _stat_of_master(self) -> list[str]:
        stat = self._stat(self._master)
        if stat is None:
            raise ProcessLookupError(self._master)
        return stat

    def _stat(self, pid: int) -> list[str] | None:
        """The fields of a process's `stat`, from its state on; None if there is none."""
        try:
            return (self._proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None

    def _descriptors(self, pid: int) -> tuple[int, float] | None:
        try:
            used = len(os.listdir(self._proc / str(pid) / "fd"))
            limits = (self._proc / str(pid) / "limits").read_text()
        except OSError:
            return None
        soft = next(line for line in limits.splitlines() if line.startswith("Max open files")).split()[3]
        return used, float("inf") if soft == "unlimited" else float(soft)

    def _booted(self) -> int:
        stat = (self._proc / "stat").read_text()
        return int(next(line for line in stat.splitlines() if line.startswith("btime ")).split()[1])
