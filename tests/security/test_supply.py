"""What is installed and committed: versions are pinned, an audit without data is no pass, no secret lies in the repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.harness.server import ROOT

#: What keys and tokens of this kind look like, wherever they stand.
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{40,}"
    r"|\bglpat-[\w-]{20}\b|\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{35}\b|\bsk_live_\w{20,}|\$argon2id\$v=19\$[^$\s]+\$[\w+/]{22,}\$[\w+/]{40,}"
)
SOUND: dict[str, Any] = {"name": "flask", "version": "1", "vulns": []}
FLAWED = {**SOUND, "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "redis", "skip_reason": "could not be audited"}


@pytest.mark.parametrize(
    ("found", "status"), [([SOUND], 0), ([SOUND, FLAWED], 1), ([SOUND, SKIPPED], 2), ([], 2), ([FLAWED, SKIPPED], 1)]
)
def test_an_audit_that_found_no_data_is_no_pass(tmp_path: Path, found: list[dict[str, Any]], status: int):
    """pip-audit says "no known vulnerabilities" and succeeds where it could look nothing up."""
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"dependencies": found}))
    done = subprocess.run([sys.executable, ROOT / "scripts" / "audit", report], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, done.stderr
    assert ("no pass" in done.stdout) == (SKIPPED in found or not found)


def test_every_package_is_pinned_to_one_version():
    """Those of the tests too, and what all of these need."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r ", "--only-binary ")):
                assert re.fullmatch(r"[\w.-]+==[\w.]+(; .+)?", line), line


def test_no_secret_is_committed():
    """No private key, no token of a service, no hash of a password in any file of the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    if listed.returncode:
        pytest.skip("no checkout: nothing says what is committed")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and (secret := SECRETS.search(path.read_text(errors="replace"))):
            found.append((name, secret[0][:20]))
    assert found == []
