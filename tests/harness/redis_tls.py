"""Debian's Redis with TLS, which the embedded Valkey has not, and certificates for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
import trustme

from bench.installation import free_port
from tests.harness.folders import folder
from tests.harness.server import ROOT

TOOLS = ROOT / ".tools" / "redis" / "usr"


class Certificates:
    """Of an authority of our own: one for the server, one for its clients, and another authority that signed nothing."""

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        authority, other = trustme.CA(), trustme.CA()
        self.folder, self.authority, self.stranger = folder, folder / "ca.pem", folder / "stranger.pem"
        self.server, self.client = folder / "server.pem", folder / "client.pem"
        authority.cert_pem.write_to_path(self.authority)
        other.cert_pem.write_to_path(self.stranger)
        authority.issue_cert(host).private_key_and_cert_chain_pem.write_to_path(self.server)
        authority.issue_cert("quiz.example").private_key_and_cert_chain_pem.write_to_path(self.client)

    def options(self, *, trusted: Path | None = None, shown: bool = True) -> str:
        """What follows REDIS_URL: whom to trust, and the client's own certificate."""
        own = f"&ssl_certfile={self.client}&ssl_keyfile={self.client}" if shown else ""
        return f"ssl_ca_certs={trusted or self.authority}{own}"


class TlsRedis:
    """One server, or sentinel, that speaks TLS alone, and with those alone who show a certificate."""

    def __init__(self, certificates: Certificates, *options: str, config: str = "", clients: str = "yes") -> None:
        self.port = free_port()
        self.folder = folder("qt")
        own = f"""port 0
            tls-port {self.port}
            tls-cert-file {certificates.server}
            tls-key-file {certificates.server}
            tls-ca-cert-file {certificates.authority}
            tls-auth-clients {clients}
            tls-replication yes
            bind 127.0.0.1
            dir {self.folder}
            logfile {self.folder}/log
            save ""
            """
        file = self.folder / "redis.conf"
        file.write_text("\n".join(map(str.strip, f"{own}\n{config}".splitlines())))
        command = [binary(), str(file), *options]
        self._process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, start_new_session=True)

    def ask(self, certificates: Certificates, *command: Any) -> Any:
        """What it answers to a command, None if it does not."""
        own = {"ssl_ca_certs": str(certificates.authority), "ssl_certfile": str(certificates.client)}
        with redis.Redis(port=self.port, host="127.0.0.1", ssl=True, socket_timeout=20, **own) as client:
            client.response_callbacks.clear()
            with contextlib.suppress(redis.RedisError):
                return client.execute_command(*command)

    def signal(self, number: int) -> None:
        """SIGSTOP, SIGCONT or SIGKILL."""
        os.kill(self._process.pid, number)

    def close(self) -> None:
        """Ends it for good."""
        self.signal(signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def binary() -> str:
    """The one that scripts/prepare has fetched, or the system's."""
    fetched = TOOLS / "bin" / "redis-server"
    found = str(fetched) if fetched.exists() else shutil.which("redis-server")
    assert found, "there is no redis-server: run scripts/prepare test"
    return found


def environment() -> dict[str, str]:
    """Where its libraries are that the system may not have."""
    libraries = [str(path) for path in (TOOLS / "lib").glob("*-linux-gnu*")]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join([*libraries, os.environ.get("LD_LIBRARY_PATH", "")])}


@contextlib.contextmanager
def tls_redis(certificates: Certificates, *options: str, **how: str) -> Iterator[TlsRedis]:
    """For the time of a `with` block."""
    made = TlsRedis(certificates, *options, **how)
    try:
        yield made
    finally:
        made.close()
