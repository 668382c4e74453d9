"""The files of `deploy/` for one machine: only addresses are put in their place, and folders that this user may write."""

from __future__ import annotations

import getpass
import re
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from bench.installation import ROOT, CannotStart

DEPLOY = ROOT / "deploy"
INSTANCES = 3


@dataclass(frozen=True)
class Ports:
    """Consecutive ports of 127.0.0.1: nginx, the instances, Valkey, Prometheus."""

    first: int

    @property
    def nginx(self) -> int:
        """Where players go."""
        return self.first

    @property
    def instances(self) -> list[int]:
        """Of each instance."""
        return [self.first + 1 + number for number in range(INSTANCES)]

    @property
    def valkey(self) -> int:
        """Of the store."""
        return self.first + 1 + INSTANCES

    @property
    def prometheus(self) -> int:
        """Of its HTTP interface."""
        return self.first + 2 + INSTANCES

    def check(self) -> None:
        """Raises CannotStart that names the first one that cannot be had."""
        users = ["nginx", *(f"instance {name}" for name in "abc"), "Valkey", "Prometheus"]
        for port, user in enumerate(users, self.first):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as error:
                    raise CannotStart(
                        f"port {port}, which {user} needs: {(error.strerror or str(error)).lower()}; "
                        f"stop what listens there, or choose other ports (--port)"
                    ) from None


def tool(name: str) -> str:
    """The program `nginx`, `prometheus` or `promtool`: the one that scripts/prepare fetched, else one on PATH."""
    fetched = [*(ROOT / ".tools").glob(f"*/usr/*bin/{name}")]
    found = str(fetched[0]) if fetched else shutil.which(name)
    if not found:
        raise CannotStart(f"{name} is missing: run scripts/prepare stack, or install it so that it is found on PATH")
    return found


def nginx(ports: Ports, folder: Path) -> str:
    """`deploy/nginx/nginx.conf`, with its logs and temporary files in `folder`."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    return _changed(
        DEPLOY / "nginx" / "nginx.conf",
        (r"^user .*;", f"user {getpass.getuser()};"),
        (r"/var/log/nginx", str(folder)),
        (r"^http \{\n", f"http {{\n{temporary}"),
        (r"\blisten 80;", f"listen 127.0.0.1:{ports.nginx};"),
        *((rf"127\.0\.0\.1:{8081 + number}\b", f"127.0.0.1:{port}") for number, port in enumerate(ports.instances)),
    )


def prometheus(ports: Ports, scrape_s: int) -> str:
    """`deploy/prometheus/prometheus.yml`, which looks at the instances and judges the alerts every `scrape_s` seconds."""
    return _changed(
        DEPLOY / "prometheus" / "prometheus.yml",
        *((rf"{key}: \w+", f"{key}: {scrape_s}s") for key in ("scrape_interval", "scrape_timeout", "evaluation_interval")),
        (r"\brunbook: \S+", f"runbook: {(ROOT / 'docs' / 'runbook.md').as_uri()}"),
        (r"\balerts\.yml", str(DEPLOY / "prometheus" / "alerts.yml")),
        *((rf"127\.0\.0\.1:{8081 + number}\b", f"127.0.0.1:{port}") for number, port in enumerate(ports.instances)),
    )


def _changed(path: Path, *changes: tuple[str, str]) -> str:
    """A file's text with each pattern replaced. Raises CannotStart where one is not found: the file is not the one we know."""
    if not path.exists():
        raise CannotStart(f"{path} is missing")
    # In one pass: what was put in place is not looked at again.
    pattern = re.compile("|".join(f"({one})" for one, _ in changes), re.MULTILINE)
    text = path.read_text()
    for one, _ in changes:
        if not re.search(one, text, re.MULTILINE):
            raise CannotStart(f"{path}: expected something like {one}")
    return pattern.sub(lambda found: changes[(found.lastindex or 1) - 1][1], text)
