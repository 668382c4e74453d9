"""The units for systemd."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from config.groups import Drain
from tests.harness.server import ROOT

FOLDER = ROOT / "deploy" / "systemd"
UNITS = ["quiz.service", "quiz@.service"]
#: Seconds that an instance needs beside its drain: gunicorn's for last requests, and some.
BESIDE = 10
INSTALLED = "/opt/quiz/.venv/bin/"


def service(name: str) -> dict[str, str]:
    """The settings of a unit's service; of those that are written twice the last."""
    lines = (FOLDER / name).read_text().partition("[Service]")[2].splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit_without_a_word(name: str, tmp_path: Path):
    """An unknown setting, or a program that is not there, is said."""
    unit = tmp_path / name.replace("@", "@8081")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "gunicorn").symlink_to("/bin/true")
    unit.write_text((FOLDER / name).read_text().replace(INSTALLED, f"{binaries}/"))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=30, cwd=tmp_path
    )
    assert (said.returncode, [line for line in said.stderr.splitlines() if unit.name in line]) == (0, [])


@pytest.mark.parametrize("name", UNITS)
def test_an_instance_has_time_to_drain_and_writes_in_its_own_folder_alone(name: str):
    """It is told once, by its master, and started again whatever ends it."""
    unit = service(name)
    assert int(unit["TimeoutStopSec"]) > Drain().seconds + BESIDE
    assert (unit["KillMode"], unit["Restart"], unit["ExecStart"]) == ("mixed", "always", f"{INSTALLED}gunicorn app:app")
    assert f"QUIZ_VAR_DIR=/var/lib/{unit['StateDirectory']} " in unit["Environment"]
    assert (unit["ProtectSystem"], unit["NoNewPrivileges"], unit["CapabilityBoundingSet"]) == ("strict", "yes", "")
    assert unit["User"] == "quiz"


def test_instances_of_one_machine_have_their_own_port_name_and_folder():
    """And apart from that they are as a single one."""
    one, many = service(UNITS[0]), service(UNITS[1])
    different = {key for key in one.keys() | many.keys() if one.get(key) != many.get(key)}
    assert different == {"Environment", "StateDirectory"}
    assert {"PORT=%i", "QUIZ_INSTANCE_ID=%H-%i", "QUIZ_VAR_DIR=/var/lib/quiz/%i"} <= set(many["Environment"].split())
