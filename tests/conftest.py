"""For all tests: no deadlines for property tests, since others share the machine; gevent's clock is right; one browser; files
that share a server run in one process; who fails shows what the servers said.
"""

import contextlib
import gc
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.harness.browser import browser, phone, projector, used_devices

__all__ = ["browser", "phone", "projector", "used_devices"]

#: File in tests/ → fixture of the session that it shares with others.
SHARING = {
    f"tests/{folder}/test_{file}.py": server
    for folder, server, files in (
        ("security", "staffroom", ("rights", "sessions", "signing_in")),
        ("security", "instance", ("cheating", "headers", "text", "xss")),
        ("security", "strict and school", ("guessing", "limits", "origins")),
        (
            "browser",
            "one worker of the browser's",
            ("accounts", "importing", "languages", "loading", "results", "teams", "writing"),
        ),
        ("browser", "two workers of the browser's", ("hosting", "live", "player", "refusals", "self_paced", "survival")),
        ("realtime", "one and two workers", ("games", "metrics", "refusals", "results", "teams")),
    )
    for file in files
}

#: What takes longest of all, or waits longest, begins first: else one process works alone in the end.
LONGEST = (
    "tests/realtime/test_faults.py",
    "tests/browser/",
    "tests/docs/test_truth.py",
    "tests/chaos/",
    "tests/realtime/test_drain.py",
    "tests/deploy/",
    "tests/cli/",
    "tests/bench/",
    "tests/realtime/",
    "tests/security/",
    "tests/store/test_sentinel.py",
    "tests/store/test_cluster.py",
    "tests/store/test_replay.py",
)

settings.register_profile("quiz", deadline=None, max_examples=40)
settings.load_profile("quiz")


@pytest.fixture(autouse=True)
def time_of_gevent() -> None:
    """Time-outs begin now: its clock has stood still if the tests before waited without it, and they would be over at once."""
    gevent.get_hub().loop.update_now()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """What is collected stays: looking through it for garbage, then and later, would take a fifth of the time."""
    gc.disable()
    try:
        if hasattr(session.config, "workerinput") and session.config.args == session.config.getini("testpaths"):
            _import_in_turn(session.config.rootpath, **session.config.workerinput)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _import_in_turn(root: Path, workerid: str, workercount: int, **_: object) -> None:
    """Each process of a whole run begins with other files. To compile them takes longer than all else of collecting them: where
    that has not been done, all would do so with the same one at the same time.
    """
    files = sorted((root / "tests").rglob("test_*.py"))
    first = len(files) * int(workerid.removeprefix("gw")) // workercount
    for file in files[first:] + files[:first]:
        with contextlib.suppress(Exception):  # pytest will say so
            importlib.import_module(".".join(file.relative_to(root).with_suffix("").parts))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[pytest.TestReport]:
    """Of a test that failed: what the servers said last that still run. Those that the test itself has ended are in its error."""
    report: pytest.TestReport = yield
    harness = sys.modules.get("tests.harness.server")  # only where a test has imported it
    if report.failed and harness is not None:
        report.sections += [(f"server at port {one.port}", one.last_words()) for one in harness.serving_now]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """See `LONGEST`."""
    items.sort(key=lambda item: next((at for at, begin in enumerate(LONGEST) if item.nodeid.startswith(begin)), len(LONGEST)))


class FilesThatShare(LoadScopeScheduling):
    """As `--dist loadfile`, but files that share a server are one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return SHARING.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """See pytest-xdist; None leaves it to that. Files are given out in their order, not those with most tests first."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return FilesThatShare(config, log)
