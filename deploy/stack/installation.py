"""The processes: Valkey, three instances, nginx in front of them, and Prometheus, which looks at them."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.installation import START_S, CannotStart, create_games, process, wait
from deploy.stack import configuration
from deploy.stack.configuration import Ports
from quiz.ops.valkey import binary

Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Stack:
    """A running installation. `valkey` and `instances` are process ids, `pin` is that of a game for a bench."""

    ports: Ports
    folder: Path
    pin: str
    valkey: int
    instances: list[int]


@contextlib.contextmanager
def running(ports: Ports, workers: int, scrape_s: int) -> Iterator[Stack]:
    """For the time of a `with` block; nothing is left behind. Raises CannotStart in one line, EmbeddedError without a Valkey."""
    tools = {name: configuration.tool(name) for name in ("nginx", "prometheus")}
    ports.check()
    with contextlib.ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="quiz-stack-")))
        (folder / "nginx.conf").write_text(configuration.nginx(ports, folder))
        (folder / "prometheus.yml").write_text(configuration.prometheus(ports, scrape_s))

        def start(name: str, port: int, command: list[str]) -> int:
            one = kept.enter_context(process(command, folder / f"{name}.log"))
            wait(port, one, folder / f"{name}.log")
            return one.pid

        store = ["--port", str(ports.valkey), "--bind", "127.0.0.1", "--dir", str(folder), "--appendonly", "yes", "--save", ""]
        valkey = start("valkey", ports.valkey, [str(binary()), *store])
        environ = _environ(ports, workers)
        (pin,) = create_games(1, environ, folder)
        instances = [
            kept.enter_context(_instance(name, port, environ, folder)) for name, port in zip("abc", ports.instances, strict=True)
        ]
        kept.callback(_tell_to_stop, instances)
        _await_ready(instances, ports.instances, folder)
        start("nginx", ports.nginx, _nginx(tools["nginx"], folder))
        start("prometheus", ports.prometheus, _prometheus(tools["prometheus"], ports, folder))
        yield Stack(ports, folder, pin, valkey, [one.pid for one in instances])


def _environ(ports: Ports, workers: int) -> dict[str, str]:
    """What production needs, apart from what each instance has of its own."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("QUIZ_", "REDIS_URL", "FLASK_", "GUNICORN_"))}
    return {
        **plain,
        "QUIZ_ENV": "production",
        "HOST": "127.0.0.1",
        "WEB_CONCURRENCY": str(workers),
        "REDIS_URL": f"redis://127.0.0.1:{ports.valkey}/0",
        "SECRET_KEY": secrets.token_hex(32),
        "QUIZ_PUBLIC_URL": f"http://127.0.0.1:{ports.nginx}",
        "QUIZ_TRUSTED_PROXIES": "1",
        # All the clients of a bench have one address, and whoever ends the stack does not want to wait.
        "QUIZ_LIMITS__PER_ADDRESS": "false",
        "QUIZ_DRAIN__SPREAD_SECONDS": "1",
        "QUIZ_DRAIN__SECONDS": "3",
    }


def _instance(name: str, port: int, environ: dict[str, str], folder: Path) -> AbstractContextManager[Process]:
    own = {"PORT": str(port), "QUIZ_INSTANCE_ID": f"instance-{name}", "QUIZ_VAR_DIR": str(folder / f"instance-{name}")}
    command = [sys.executable, "-m", "gunicorn", "app:app"]
    return process(command, folder / f"instance-{name}.log", env={**environ, **own})


def _nginx(program: str, folder: Path) -> list[str]:
    return [program, "-p", f"{folder}/", "-e", "nginx.log", "-c", "nginx.conf", "-g", f"daemon off; pid {folder}/nginx.pid;"]


def _prometheus(program: str, ports: Ports, folder: Path) -> list[str]:
    return [
        program,
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/prometheus",
        f"--web.listen-address=127.0.0.1:{ports.prometheus}",
        "--log.level=warn",
    ]


def _await_ready(instances: list[Process], ports: list[int], folder: Path) -> None:
    until = time.monotonic() + START_S
    for name, port, instance in zip("abc", ports, instances, strict=True):
        while not _serves(port):
            if instance.poll() is not None or time.monotonic() > until:
                words = (folder / f"instance-{name}.log").read_text(errors="replace").strip()[-500:]
                raise CannotStart(f"instance {name} does not get ready: {words}")
            time.sleep(0.1)


def _serves(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/actuator/health/readiness", timeout=2):
        return True
    return False


def _tell_to_stop(instances: list[Process]) -> None:
    """All at once: each takes some time to send its clients elsewhere."""
    for instance in instances:
        instance.send_signal(signal.SIGTERM)
