"""The threat model names tests that there are, for each threat and each point of OWASP's lists."""

from __future__ import annotations

import re

from tests.harness.server import ROOT

MODEL = (ROOT / "docs" / "threat-model.md").read_text()
NAMED = re.compile(r"`(test_\w+)`")


def test_each_test_that_the_threat_model_names_is_there():
    """Whoever renames a test, or takes one away, writes here what shows the defence now."""
    sources = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    assert set(NAMED.findall(MODEL)) - there == set()


def test_no_threat_and_no_point_of_a_list_goes_without_a_test():
    """Each row of the tables that have a column for tests."""
    rows = [
        part
        for table in re.findall(r"^\| .*\| test \|\n\| --.*\n((?:\|.*\n)+)", MODEL, re.MULTILINE)
        for part in table.splitlines()
    ]
    assert len(rows) > 50
    assert [row for row in rows if not NAMED.search(row.rpartition(" | ")[2])] == []
