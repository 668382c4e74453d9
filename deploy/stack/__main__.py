"""Runs nginx, three instances, Valkey and Prometheus on this machine, and shows the dashboard's figures until Ctrl-C.

python -m deploy.stack                   on ports 8080 to 8085
python -m deploy.stack --port 9000       on ports 9000 to 9005
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time

from bench.installation import CannotStart
from deploy.stack.configuration import INSTANCES, Ports
from deploy.stack.figures import NoAnswer, Panel, Prometheus, lines, panels
from deploy.stack.installation import Stack, running
from quiz.ops.valkey import EmbeddedError

_CLEAR = "\033[2J\033[H"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_FIRST_MOST = 65_535 - INSTANCES - 2


def about(stack: Stack) -> list[str]:
    """How to get in, and what to try."""
    ports = stack.ports
    address = f"http://127.0.0.1:{ports.nginx}"
    instances = ", ".join(f"{port} (process {pid})" for port, pid in zip(ports.instances, stack.instances, strict=True))
    return [
        f"quiz: {address} (nginx)",
        f"game PIN: {stack.pin}",
        f"instances: 127.0.0.1 at {instances}",
        f"Valkey: 127.0.0.1:{ports.valkey} (kill -STOP {stack.valkey} is an outage, kill -CONT {stack.valkey} ends it)",
        f"Prometheus: http://127.0.0.1:{ports.prometheus}/api/v1/query?query=up (for Grafana, with deploy/grafana/)",
        f'load: make bench ARGS="--url {address} --pin {stack.pin} --seconds 60"',
        f"logs: {stack.folder} (gone when Ctrl-C ends it all)",
        "",
    ]


def watch(stack: Stack, shown: list[Panel], every_s: float, scrape_s: int) -> None:
    """Shows the figures for ever: in place on a terminal, one after the other elsewhere."""
    prometheus = Prometheus(f"http://127.0.0.1:{stack.ports.prometheus}")
    terminal = sys.stdout.isatty()
    if not terminal:
        print("\n".join(about(stack)), flush=True)
    while True:
        try:
            now = [f"the dashboard's figures at {time.strftime('%H:%M:%S')}", *lines(shown, prometheus, scrape_s)]
        except NoAnswer as error:
            now = [str(error)]
        if terminal:
            size = shutil.get_terminal_size()
            screen = [line[: size.columns] for line in about(stack) + now]
            if len(screen) >= size.lines:
                screen = [*screen[: size.lines - 2], "... (a taller window shows more)"]
            print(_CLEAR + "\n".join(screen), flush=True)
        else:
            print("\n".join(now), end="\n\n", flush=True)
        time.sleep(every_s)


def _end(number: int, _: object) -> None:
    """What was started has to be ended, and whoever is impatient must not interrupt that. Ctrl-C is the usual end."""
    for other in _ENDING:
        signal.signal(other, lambda *_: None)
    sys.exit(0 if number == signal.SIGINT else 128 + number)


def _first_port(words: str) -> int:
    port = int(words)
    if not 1 <= port <= _FIRST_MOST:
        raise argparse.ArgumentTypeError(f"must be 1 to {_FIRST_MOST}")
    return port


def _count(words: str) -> int:
    value = int(words)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.stack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=_first_port, default=8080, help="the first of six ports in a row (8080)")
    parser.add_argument("--workers", type=_count, default=1, help="of each instance (1; more take WebSocket only)")
    parser.add_argument("--every", type=_count, default=2, help="seconds between two looks at the figures (2)")
    parser.add_argument("--scrape", type=_count, default=5, help="seconds between two looks of Prometheus (5)")
    options = parser.parse_args()
    for number in _ENDING:
        signal.signal(number, _end)
    try:
        shown = panels()
        with running(Ports(options.port), options.workers, options.scrape) as stack:
            watch(stack, shown, options.every, options.scrape)
    except (CannotStart, EmbeddedError, OSError) as error:
        print(f"stack: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
