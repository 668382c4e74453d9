"""A test that fails shows what its server said, which is gone soon."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.harness.nursery import ROOT

#: Servers that only say something, and tests that fail.
FAILING = """
import pytest
from tests.harness.server import Server, serving

Server.start = lambda self: (self.folder / "log").write_text(f"said with {self.environ['WEB_CONCURRENCY']} workers")

@pytest.fixture(scope="module")
def shared():
    with serving(3) as server:
        yield server

def test_with_a_fixture(shared):
    raise AssertionError

def test_by_itself(shared):
    with serving(4):
        raise AssertionError
"""


def test_what_servers_said_is_shown_of_tests_that_fail(tmp_path: Path):
    """Whether the test has it from a fixture, so that it runs on, or has ended it."""
    file = tmp_path / "test_failing.py"
    file.write_text(FAILING)
    options = ["-q", "-p", "no:cacheprovider", "-p", "tests.conftest", f"--rootdir={ROOT}"]
    command = [sys.executable, "-m", "pytest", *options, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    one, other = done.stdout.split("test_by_itself", 1)
    assert "said with 3 workers" in one, done.stdout + done.stderr
    assert "said with 3 workers" in other
    assert "said with 4 workers" in other
