"""Runs scenarios and prints what they cost.

python -m bench                          everything, once
python -m bench fanout answers --runs 5  some, with medians and spread
python -m bench --scale 0.1              a tenth of everybody, to see that it works
python -m bench --url http://10.0.0.5:8080 --pin 123456 --clients 500 --answers 100    somebody's installation
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit

from bench.crowd import Crowd, TooManyClients
from bench.figures import Figures, figures, head, line, machine, plot
from bench.installation import CannotStart, Installation, installed
from bench.scenarios import GROWTH, SCENARIOS, Scenario


def run(scenario: Scenario, host: str, port: int, pins: list[str], server: Installation | None = None) -> Figures:
    """One run. `server` is measured too, where it is ours."""
    before = server.memory_kb() if server else 0
    crowd = Crowd(host, port, pins, scenario.clients, scenario.rate)
    try:
        crowd.join()
        crowd.idle(scenario.idle_s)
        memory = server.memory_kb() - before if server else 0
        cpu, store_cpu, boards = (
            (server.cpu_s(), server.store_cpu_s(), crowd.seen.boards) if server else (0.0, 0.0, crowd.seen.boards)
        )
        crowd.answer(scenario.load_s, scenario.answers)
        spent = (server.cpu_s() - cpu, server.store_cpu_s() - store_cpu) if server else (0.0, 0.0)
    finally:
        crowd.leave()
    return figures(scenario.name, scenario.clients, crowd.seen, memory, *spent, crowd.seen.boards - boards)


def _measure(scenario: Scenario) -> Figures:
    with installed(scenario) as server:
        return run(scenario, "127.0.0.1", server.port, server.pins, server)


def _ours(options: argparse.Namespace) -> list[list[Figures]]:
    chosen = [SCENARIOS[name] for name in options.scenarios] or [*SCENARIOS.values()]
    chosen += GROWTH if options.plot else []
    found = []
    for scenario in chosen:
        scaled = scenario if options.scale == 1 else scenario.scaled(options.scale)
        found.append([_measure(scaled) for _ in range(options.runs)])
        print(line(found[-1]), flush=True)
    if options.plot:
        Path(options.plot).write_text(plot([runs[0] for runs in found[-len(GROWTH) :]]))
    return found


def _theirs(options: argparse.Namespace) -> list[list[Figures]]:
    url = urlsplit(options.url)
    scenario = Scenario("theirs", options.url, options.clients, rate=options.rate, answers=options.answers)
    scenario = replace(scenario, games=len(options.pin))
    found = [[run(scenario, url.hostname or "127.0.0.1", url.port or 80, options.pin) for _ in range(options.runs)]]
    print(line(found[0]))
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--runs", type=int, default=1, help="runs of each scenario (1)")
    parser.add_argument("--scale", type=float, default=1.0, help="part of the clients, answers and time (1)")
    parser.add_argument("--json", metavar="FILE", help="the figures of all runs")
    parser.add_argument("--plot", metavar="FILE", help="how cost grows with the clients of one game, as SVG")
    parser.add_argument("--url", help="a running installation instead of one of its own (http, no TLS)")
    parser.add_argument("--pin", action="append", default=[], help="with --url: a self-paced game; may be repeated")
    parser.add_argument("--clients", type=int, default=100, help="with --url (100)")
    parser.add_argument("--rate", type=float, default=100, help="with --url: connections a second (100)")
    parser.add_argument("--answers", type=float, default=10, help="with --url: answers a second (10)")
    options = parser.parse_args()
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown or (options.url and not options.pin):
        parser.error(f"unknown scenario {unknown[0]}: choose from {', '.join(SCENARIOS)}" if unknown else "--url needs --pin")
    print(f"{machine()}\n\n{head()}", flush=True)
    try:
        found = _theirs(options) if options.url else _ours(options)
    except (CannotStart, TooManyClients, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if options.json:
        told = {"machine": machine(), "runs": [asdict(one) for runs in found for one in runs]}
        Path(options.json).write_text(json.dumps(told, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
