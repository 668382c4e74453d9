"""How gunicorn serves the platform. Runs in the master, which never loads the application: settings, embedded Valkey, hooks."""

import contextlib
import errno
import gc
import importlib.util
import logging
import math
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from gunicorn.glogging import Logger

from config.redis_url import check_files
from config.settings import SettingsError, load
from quiz.domain import looks
from quiz.ops import logging as platform_logging
from quiz.ops import metric_room, tracing
from quiz.ops.capacity import BACKLOG, HTTP_REQUESTS, files_needed
from quiz.ops.embedded import Embedded, EmbeddedError

# Engine.IO would fall back to an implementation that corrupts frames under gevent, and say nothing.
if importlib.util.find_spec("geventwebsocket") is None:
    sys.exit("quiz: the package gevent-websocket is missing: install requirements.txt")

try:
    settings = load()
    tracing.exporters(os.environ)
except SettingsError as error:
    sys.exit(f"quiz: {error}")

#: Seconds that the first start's samples may take.
_SETUP_SECONDS = 60

#: Seconds that the workers of a killed master keep its port.
_LEAVING_SECONDS = 2.5


class PlatformLogger(Logger):
    """gunicorn's log comes out as the platform's does; a file of its own, where an operator names one, in the same form."""

    def setup(self, cfg):
        """Called in the master, at the start and when it reads its configuration again."""
        super().setup(cfg)
        logging.getLogger("gunicorn").setLevel(self.loglevel)
        platform_logging.begin(settings)
        self.error_log.setLevel("NOTSET")  # as `gunicorn` is, or as the settings say
        if cfg.errorlog == "-":
            self.error_log.handlers = [
                each for each in self.error_log.handlers if getattr(each, "stream", None) is not sys.stderr
            ]
            self.error_log.propagate = True
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(platform_logging.formatter(settings))


_host = f"[{settings.host}]" if ":" in settings.host else settings.host
bind = [f"{_host}:{settings.port}"]
if settings.actuator.access == "port":
    bind.append(f"{_host}:{settings.actuator.port}")
workers = settings.workers
worker_class = "quiz.transport.worker.Worker"
worker_connections = HTTP_REQUESTS
backlog = BACKLOG
preload_app = False
timeout = 60
# A worker that is told to stop takes its time first (settings.drain), and needs some more for its last requests.
graceful_timeout = math.ceil(settings.drain.seconds) + 5
proc_name = "quiz"
control_socket_disable = True
logger_class = PlatformLogger
errorlog = "-"
accesslog = None
# In development the platform says itself where it is.
loglevel = "warning" if settings.log_level_root == "WARN" or settings.env == "development" else settings.log_level_root.lower()


def on_starting(server):
    """Refuse early and in one line what cannot work; start the embedded Valkey. `server` keeps it: this module is reloaded."""
    # gunicorn's own handlers come later; until then the default would leave Valkey behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    server.embedded = Embedded(settings)
    looks.learn()  # once, for all workers
    _raise_file_limit()
    _check_backlog()
    try:
        if "GUNICORN_FD" not in os.environ and "LISTEN_FDS" not in os.environ:
            _check_addresses(server.cfg.address)
        if settings.redis_url is not None:
            check_files(settings.redis_url)
        else:
            server.embedded.own("server")
            server.embedded.keep_running()
    except (EmbeddedError, SettingsError) as error:
        sys.exit(f"quiz: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    _share_metrics()


def when_ready(server):
    """In development, say where the platform is, and set up the samples and the demo game (which prints how to get in)."""
    if settings.env != "development":
        return
    print(f"quiz: {settings.address}", flush=True)
    command = [sys.executable, "-m", "flask", "--app", "app", "dev-setup"]
    alone = {name: value for name, value in os.environ.items() if name != metric_room.FOLDER}  # it is no worker
    try:
        status = subprocess.run(
            command, cwd=Path(__file__).parent, stdin=subprocess.DEVNULL, timeout=_SETUP_SECONDS, env=alone
        ).returncode
    except subprocess.TimeoutExpired:
        status = f"none within {_SETUP_SECONDS} s"
    if status:
        print(f"quiz: the samples and the demo game could not be set up (flask dev-setup: exit status {status})", file=sys.stderr)
    print(f"quiz: players join at {settings.address}, hosts sign in at {settings.address}/host; Ctrl-C stops it", flush=True)
    if settings.public_url is None and settings.host in ("127.0.0.1", "localhost", "::1"):
        print("quiz: only this computer can reach it; for phones in the same network: make run HOST=0.0.0.0", flush=True)


def child_exit(server, worker):
    """What a worker that has gone counted stays; what it was at the moment does not."""
    if metric_room.FOLDER not in os.environ:
        return
    from quiz.ops import metric_files  # not before the workers know their shared folder

    metric_files.forget(Path(os.environ[metric_room.FOLDER]), worker.pid)


def post_fork(server, worker):
    """A worker must not keep the embedded Valkey's lock. It counts where all do, if there is room."""
    server.embedded.after_fork()
    try:
        metric_room.take(worker.pid)
    except OSError as error:
        server.log.warning("no room for this worker's metrics, which are its own now: %s", error)


def post_worker_init(worker):
    """When the worker is told to stop, its clients are sent elsewhere; gunicorn would leave them hanging until they are cut."""
    # Looking through all objects of ten thousand connections for cycles takes 0.1 s, in which nobody is served; what the
    # application consists of stays, and what is played makes hardly any cycles. Requests and errors do: so the youngest are
    # looked through often, since to throw 50,000 of them away at once takes 0.1 s too.
    gc.collect()
    gc.freeze()
    gc.set_threshold(2000, 50, 1000)

    # Ctrl-C reaches the whole process group; the master passes on what the workers need to know.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    worker.drain = worker.wsgi.extensions["drain"]
    worker.patience = settings.http.patience_seconds


def on_exit(server):
    """The workers have gone: end the embedded Valkey."""
    server.embedded.close()


def _check_addresses(addresses):
    """Exit when one cannot be listened on; gunicorn would try for five seconds and then say so in many lines."""
    for host, port in (address[:2] for address in addresses if isinstance(address, tuple)):
        error = _listen_error(host, port)
        deadline = time.monotonic() + _LEAVING_SECONDS
        while error and error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
            time.sleep(0.1)
            error = _listen_error(host, port)
        if error and error.errno == errno.EADDRINUSE:
            sys.exit(f"quiz: PORT={port}: another program already listens on {host}:{port}; stop it or choose another PORT")
        if error:
            sys.exit(f"quiz: cannot listen on HOST={host} PORT={port}: {error.strerror or error}")


def _listen_error(host, port):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _raise_file_limit():
    """Each connection is an open file, and the usual limit of 1024 is far below what the settings let in."""
    needed = files_needed(settings)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    infinite = resource.RLIM_INFINITY
    if soft != infinite and soft < needed:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed if hard == infinite else min(needed, hard), hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft != infinite and soft < needed:
        wish = f"QUIZ_WEBSOCKET__MAX_CONNECTIONS={settings.websocket.max_connections}"
        way_out = "raise it (ulimit -n, LimitNOFILE=), or take fewer connections"
        _refuse_or_warn(f"quiz: {wish} needs {needed} open files for each worker, and the limit is {soft}: {way_out}")


def _share_metrics():
    """A folder where the workers keep what they count, so that any of them can tell of all."""
    folder = settings.var_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop(metric_room.FOLDER, None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        metric_room.share(folder)
    except OSError as error:
        print(f"quiz: no room for metrics, so each worker shows its own alone: {error}", file=sys.stderr)


def _check_backlog():
    """The kernel cuts `backlog` short in silence."""
    with contextlib.suppress(OSError, ValueError):
        most = int(Path("/proc/sys/net/core/somaxconn").read_text())
        if most < backlog:
            print(f"quiz: only {most} clients can knock at once, set net.core.somaxconn={backlog} for {backlog}", file=sys.stderr)


def _refuse_or_warn(problem):
    """What an operator must know before the start is only worth a line on a developer's machine."""
    if settings.env != "development":
        sys.exit(problem)
    print(problem, file=sys.stderr)
