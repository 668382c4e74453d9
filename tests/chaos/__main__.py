"""`make chaos`: every fault with real processes, figures that must hold, and proof that they would show a protection missing."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos import trials
from tests.chaos.arena import Arena, NotBegun
from tests.chaos.failover import with_sentinels
from tests.chaos.mixture import mixture
from tests.chaos.trials import Outcome

REPORT = Path("test-results/chaos.md")
LONG_S = 180
#: Trials that take so long that they are done once.
ONCE = ("long", "mixture")


@dataclass(frozen=True)
class Trial:
    """One row of the report. `without`: what the negative control lacks; `control`: how it is run then, if otherwise."""

    fault: str
    run: Callable[..., Outcome]
    without: dict[str, str]
    how: dict[str, Any] = field(default_factory=dict)
    arena: dict[str, Any] = field(default_factory=dict)
    control: dict[str, Any] | None = None

    def once(self, *, sabotaged: bool) -> Outcome:
        """Runs it in an arena of its own."""
        arena = {**self.arena, **(self.without if sabotaged else {})}
        how = self.how if not sabotaged or self.control is None else self.control
        if self.run is with_sentinels:
            return self.run(**arena)
        with Arena(**arena) as made:
            return self.run(made, **how)


#: How the word of a control begins that did its work.
FAILED = "failed, as it must"


#: A Redis that is waited for as long as it takes, and never left alone.
PATIENT = {"QUIZ_REDIS__TIMEOUT_MS": "10000", "QUIZ_REDIS__BREAKER__FAILURE_THRESHOLD": "1000"}
TRIALS = {
    "killed": Trial("Redis killed and back with its data, 5 times", trials.killed, {"sabotage": "replay"}, control={"times": 1}),
    "stalled": Trial("Redis stalled for 12 s", trials.stalled, PATIENT, control={"seconds": 5}),
    "emptied": Trial("Redis back empty, 5 times", trials.emptied, {"sabotage": "restore"}, control={"times": 0}),
    "away": Trial("Redis away for 40 s", trials.away, {"sabotage": "listening"}, {"seconds": 40}, control={"seconds": 5}),
    "long": Trial(
        f"Redis away for {LONG_S} s", trials.away, {"sabotage": "listening"}, {"seconds": LONG_S}, control={"seconds": 5}
    ),
    "failover": Trial("failover by Sentinel, with a replica that lags", with_sentinels, {"sabotage": "restore"}),
    "full": Trial("the disk of Redis full", trials.full, {"sabotage": "refusals"}),
    "worker": Trial("worker killed, 5 times, twice while Redis is away", trials.worker_killed, {"sabotage": "takeover"}),
    "cut": Trial("one of two instances cut off", trials.cut_off, {"sabotage": "replay"}, arena={"cut_off": True}),
    "clock": Trial(
        "a worker's clock an hour off", trials.clock_off, {"sabotage": "clock"}, arena={"CLOCK_OFF": "3600", "players": 10}
    ),
    "copies": Trial("1,000 copies of one answer at once", trials.copies, {"sabotage": "first"}, arena={"players": 10}),
    "mixture": Trial(
        "all in a random order for 10 minutes",
        mixture,
        {"sabotage": "replay"},
        {"seconds": 600},
        {"cut_off": True, "pace_s": 0.4, "disk": "3g", "CLOCK_OFF": "3600"},
        {"seconds": 1, "longest": 2},
    ),
}


@dataclass
class Row:
    """What came out of all runs of a trial."""

    name: str
    outcomes: list[Outcome] = field(default_factory=list)
    broke: list[str] = field(default_factory=list)
    control: str = "not run"

    @property
    def wrong(self) -> list[str]:
        """What does not hold: anything lost or double in any run, any median beyond its limit, any run that broke."""
        found = [*self.broke, *(str(one.audit) for one in self.outcomes if not one.audit.clean)]
        found += [f"{name}: {value:.3g} > {most:g}" for name, (value, most) in self.medians().items() if value > most]
        return found + ([] if self.control == "not run" or self.control.startswith(FAILED) else [f"control: {self.control}"])

    def medians(self) -> dict[str, tuple[float, float]]:
        """Of each figure the median over the runs, and its limit."""
        names = {name: most for one in self.outcomes for name, (_, most) in one.figures.items()}
        return {name: (statistics.median(o.figures[name][0] for o in self.outcomes), most) for name, most in names.items()}

    def text(self) -> str:
        """The row of the report."""
        told = sum(one.audit.told for one in self.outcomes)
        lost = sum(one.audit.lost for one in self.outcomes)
        double = sum(one.audit.extra + one.audit.wrong + one.audit.points for one in self.outcomes)
        figures = "; ".join(f"{name} {value:.3g} (≤ {most:g})" for name, (value, most) in self.medians().items())
        verdict = "**holds**" if not self.wrong else "**FAILS**: " + "; ".join(self.wrong)
        return f"| {TRIALS[self.name].fault} | {told:,} | {lost} | {double} | {figures} | {self.control} | {verdict} |"


def main(arguments: Sequence[str]) -> int:
    """Runs trials and writes the report; the exit status says whether all holds."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help=f"of {', '.join(TRIALS)}; all of them unless named")
    parser.add_argument("--runs", type=int, default=1, help=f"of each but {' and '.join(ONCE)}; figures are medians")
    parser.add_argument("--no-control", action="store_true", help="without the runs that must fail")
    asked = parser.parse_args(arguments)
    unknown = set(asked.trials) - set(TRIALS)
    if unknown:
        parser.error(f"no such trial: {', '.join(sorted(unknown))}")
    rows, began = [], time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    for name in asked.trials or TRIALS:
        row = Row(name)
        rows.append(row)
        for _ in range(1 if name in ONCE else asked.runs):
            _run(row)
        if not asked.no_control:
            row.control = _controlled(name)
        print(row.text(), flush=True)
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(_report(rows, began, asked.runs))
    print(f"the report is in {REPORT}")
    return int(any(row.wrong for row in rows))


def _run(row: Row) -> None:
    print(f"{TRIALS[row.name].fault} …", file=sys.stderr, flush=True)
    try:
        row.outcomes.append(TRIALS[row.name].once(sabotaged=False))
    except Exception as error:
        traceback.print_exc()
        row.broke.append(f"{type(error).__name__}: {str(error)[:600]}")


def _controlled(name: str) -> str:
    """Runs the trial without the protection that it is there for."""
    without = ", ".join(f"{key}={value}" for key, value in TRIALS[name].without.items())
    print(f"… without its protection ({without}) …", file=sys.stderr, flush=True)
    try:
        outcome = TRIALS[name].once(sabotaged=True)
    except NotBegun as error:
        return f"could not be run: {error}"
    except Exception as error:
        return f"{FAILED}: {_told(error)}"
    return f"{FAILED}: {outcome.missed[0]}" if outcome.missed else f"passed without its protection ({without})"


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _report(rows: Sequence[Row], began: str, runs: int) -> str:
    lines = [
        "# Chaos",
        "",
        f"{began}; {os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}; "
        f"medians of {runs} {'run' if runs == 1 else 'runs'}; what was told and lost is the sum. The accounting knows only what",
        "clients were told and what Redis holds in the end. A control is the same run without the protection of the row.",
        "",
        "| fault | answers acknowledged | lost | double or wrong | figures | control | |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(row.text() for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
