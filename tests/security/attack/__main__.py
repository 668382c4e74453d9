"""`make attack`: a hundred thousand hostile messages against a running server, and whether anybody else notices."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.harness.server import serving
from tests.realtime.conftest import furnish
from tests.security.attack.siege import SETTINGS, Stage, may_put_first

#: Attacks, with quiet between them.
ROUNDS = 5


def main(arguments: Sequence[str]) -> int:
    """Attacks, prints a report; the exit status says whether all promises hold."""
    parser = argparse.ArgumentParser(prog="make attack", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the chances: the same number makes the same messages")
    parser.add_argument(
        "--kinds", nargs="*", default=(), metavar="KIND", help="of attacks, as the report calls them; all unless named"
    )
    asked = parser.parse_args(arguments)
    first = may_put_first()
    with serving(1, **SETTINGS) as server:
        furnish(server)
        report = Stage.of(server, asked.kinds).besiege(
            asked.messages, seed=asked.seed, quiet_s=5, rounds=ROUNDS, warm_up=20_000, first=first
        )
    print(report.text())
    if not first:
        print("server and bystanders shared the processors with attackers: only root with CAP_SYS_NICE may put them first")
    broken = [*report.broken, *report.late]
    print("\n".join(["", "BROKEN:", *broken]) if broken else "\nall promises hold")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
