"""Judges a report of the Autobahn suite: `python -m tests.interop.report FOLDER`. Exit status 1 where a case failed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

#: What may come out of a case, and how many of the 246 are strictly right with gevent-websocket.
PASSED, LEAST_OK = {"OK", "NON-STRICT", "INFORMATIONAL"}, 241


def main(folder: str) -> int:
    """Prints a line, and one for each case that failed."""
    (cases,) = json.loads(Path(folder, "index.json").read_text()).values()
    counts = Counter(case["behavior"] for case in cases.values())
    failed = [
        f"{name}: {case['behavior']}, close {case['behaviorClose']}"
        for name, case in cases.items()
        if case["behavior"] not in PASSED or case["behaviorClose"] not in PASSED
    ]
    print(f"{len(cases)} cases: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    print("\n".join(failed) if failed else "none failed")
    return int(bool(failed) or counts["OK"] < LEAST_OK)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
