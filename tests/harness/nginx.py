"""Debian's nginx, with a configuration of `deploy/nginx` in which addresses and paths alone are changed."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import requests

from bench.installation import free_port
from tests.harness.folders import folder
from tests.harness.server import ROOT, eventually

FOLDER = ROOT / "deploy" / "nginx"
#: Where nginx keeps bodies for a while; those that it was built with are the system's.
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def binary() -> str:
    """The one that scripts/prepare has fetched, or the system's."""
    fetched = ROOT / ".tools" / "nginx" / "usr" / "sbin" / "nginx"
    found = str(fetched) if fetched.exists() else shutil.which("nginx")
    assert found, "there is no nginx: run scripts/prepare test"
    return found


class Nginx:
    """One nginx before instances on some ports of this machine.

    `certificate` (with its key) is for a variant with TLS; `port` where it listens, if that must be known before.
    """

    def __init__(
        self, conf: str, ports: Sequence[int], certificate: tuple[Path, Path] | None = None, port: int | None = None
    ) -> None:
        self.port, self.tls_port = port or free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder("quiz-nginx-")
        self._conf = self.folder / conf
        self._conf.write_text(self._here((FOLDER / conf).read_text(), ports, certificate))
        self._process: subprocess.Popen[bytes] | None = None

    def _here(self, text: str, ports: Sequence[int], certificate: tuple[Path, Path] | None) -> str:
        for number, port in enumerate(ports, 1):
            text = text.replace(f"127.0.0.1:808{number}", f"127.0.0.1:{port}")
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.port};").replace(
            "listen 443", f"listen 127.0.0.1:{self.tls_port}"
        )
        text = text.replace("/var/log/nginx", str(self.folder))
        if certificate:
            text = re.sub("/etc/ssl/quiz/fullchain.pem", str(certificate[0]), text)
            text = re.sub("/etc/ssl/quiz/privkey.pem", str(certificate[1]), text)
        folders = "".join(f"{name}_temp_path {self.folder}/{name};\n" for name in TEMPORARY)
        return text.replace("http {\n", f"http {{\n{folders}", 1)

    def _command(self, *options: str) -> list[str]:
        # One process: a worker of its own would be another user's, who has no way into our folder.
        own = f"daemon off; master_process off; pid {self.folder}/pid;"
        return [binary(), "-e", "stderr", "-p", str(self.folder), "-c", str(self._conf), "-g", own, *options]

    def check(self) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says."""
        return subprocess.run(self._command("-t"), capture_output=True, text=True, timeout=60)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        with (self.folder / "printed").open("wb") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log, start_new_session=True)
        eventually(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "printed").read_text()
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/metrics", timeout=20, allow_redirects=False).status_code in (308, 404)
        return False

    def served(self) -> list[tuple[str, int, int]]:
        """Path, status and the instance's port (0 for none) of each request that is over."""
        lines = (self.folder / "access.log").read_text().splitlines()
        found = [re.search(r'"\S+ (\S+)" (\d+) .* (\S+)$', line) for line in lines]
        return [(one[1], int(one[2]), int(one[3].rpartition(":")[2].strip("-") or 0)) for one in found if one]

    def close(self) -> None:
        """Ends it."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def before(
    conf: str, ports: Sequence[int], certificate: tuple[Path, Path] | None = None, port: int | None = None
) -> Iterator[Nginx]:
    """A running nginx for the time of a `with` block."""
    nginx = Nginx(conf, ports, certificate, port)
    try:
        nginx.start()
        yield nginx
    finally:
        nginx.close()
