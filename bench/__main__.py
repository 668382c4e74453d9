"""Runs scenarios and prints what they cost.

python -m bench                          everything, once
python -m bench fanout answers --runs 5  some, with medians and spread
python -m bench --scale 0.1              a tenth of everybody, to see that it works
python -m bench --url http://10.0.0.5:8080 --pin 123456 --clients 500 --answers 100    somebody's installation
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit

from bench.crowd import Crowd, TooManyClients
from bench.figures import NOTHING, Figures, figures, head, line, machine, remarks
from bench.installation import CannotStart, Installation, installed
from bench.plot import plot
from bench.scenarios import GROWTH, GROWTH_ANSWERS, SCENARIOS, Scenario
from quiz.ops.valkey import EmbeddedError


class NobodyJoined(Exception):
    """There is nothing to measure."""


def run(scenario: Scenario, host: str, ports: list[int], pins: list[str], server: Installation | None = None) -> Figures:
    """One run. `server` is measured too, where it is ours."""
    before = server.memory_kb() if server else 0
    crowd = Crowd(host, ports, pins, scenario.clients, scenario.rate)
    try:
        crowd.join()
        if not crowd.seen.joined:
            reason = ", ".join(crowd.seen.why) or "no answer within a minute"
            raise NobodyJoined(f"nobody could join at http://{host}:{ports[0]}: {reason}")
        crowd.idle(scenario.idle_s)
        memory = server.memory_kb() - before if server else 0
        boards, before_it = crowd.seen.boards, server.spent() if server else NOTHING
        began, own = time.perf_counter(), time.process_time()
        crowd.answer(scenario.load_s, scenario.answers)
        busy = (time.process_time() - own) / (time.perf_counter() - began) if scenario.load_s else 0.0
        spent = server.spent() - before_it if server else NOTHING
    finally:
        crowd.leave()
    return figures(scenario.name, scenario.clients, crowd.seen, memory, spent, crowd.seen.boards - boards, busy)


def _measure(scenario: Scenario) -> Figures:
    with installed(scenario) as server:
        return run(scenario, "127.0.0.1", server.ports, server.pins, server)


def _ours(options: argparse.Namespace) -> list[list[Figures]]:
    chosen = [SCENARIOS[name] for name in options.scenarios] or [*SCENARIOS.values()]
    chosen += [*GROWTH, *GROWTH_ANSWERS] if options.plot else []
    found = []
    for scenario in chosen:
        scaled = scenario if options.scale == 1 else scenario.scaled(options.scale)
        found.append([_measure(scaled) for _ in range(options.runs)])
        _show(found[-1])
    if options.plot:
        grown = [runs[0] for runs in found[-2 * len(GROWTH) :]]
        Path(options.plot).write_text(plot(grown[: len(GROWTH)], grown[len(GROWTH) :]))
    return found


def _theirs(options: argparse.Namespace) -> list[list[Figures]]:
    url = urlsplit(options.url)
    scenario = Scenario("theirs", options.url, options.clients, rate=options.rate, answers=options.answers)
    scenario = replace(scenario, games=len(options.pin), load_s=options.seconds)
    found = [[run(scenario, url.hostname or "127.0.0.1", [url.port or 80], options.pin) for _ in range(options.runs)]]
    _show(found[0])
    return found


def _show(runs: list[Figures]) -> None:
    print(line(runs), flush=True)
    for remark in remarks(runs):
        print(f"{'':12}  {remark}", flush=True)


def _positive(words: str) -> float:
    value = float(words)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _count(words: str) -> int:
    value = int(words)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _reachable(address: str) -> bool:
    try:
        url = urlsplit(address)
        return url.scheme == "http" and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _misuse(options: argparse.Namespace) -> str | None:
    """What is wrong with the arguments."""
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown:
        return f"unknown scenario {unknown[0]}: choose from {', '.join(SCENARIOS)}"
    if options.url:
        if not _reachable(options.url):
            return f"--url {options.url}: must be like http://host:port (there is no TLS here)"
        if not options.pin:
            return "--url needs --pin"
        if options.scenarios or options.plot:
            return "--url has a load of its own: leave out the scenarios and --plot"
    for path in filter(None, (options.json, options.plot)):
        if not Path(path).resolve().parent.is_dir():
            return f"{path}: there is no such folder"
    return None


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--runs", type=_count, default=1, help="runs of each scenario (1)")
    parser.add_argument("--scale", type=_positive, default=1.0, help="part of the clients, answers and time (1)")
    parser.add_argument("--json", metavar="FILE", help="the figures of all runs")
    parser.add_argument("--plot", metavar="FILE", help="how cost grows with the clients of one game, as SVG")
    parser.add_argument("--url", help="a running installation instead of one of its own (http, no TLS)")
    parser.add_argument(
        "--pin",
        action="append",
        default=[],
        help="with --url: a self-paced game without time limits, with a question for each answer of a client; may be repeated",
    )
    parser.add_argument("--clients", type=_count, default=100, help="with --url (100)")
    parser.add_argument("--rate", type=_positive, default=100, help="with --url: connections a second (100)")
    parser.add_argument("--answers", type=_positive, default=10, help="with --url: answers a second (10)")
    parser.add_argument("--seconds", type=_positive, default=10, help="with --url: how long they answer (10)")
    options = parser.parse_args()
    if misuse := _misuse(options):
        parser.error(misuse)
    # As Ctrl-C: what was started has to be ended.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    print(f"{machine()}\n\n{head()}", flush=True)
    try:
        found = _theirs(options) if options.url else _ours(options)
        if options.json:
            told = {"machine": machine(), "runs": [asdict(one) for runs in found for one in runs]}
            Path(options.json).write_text(json.dumps(told, indent=1))
    except (CannotStart, EmbeddedError, NobodyJoined, TooManyClients, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
