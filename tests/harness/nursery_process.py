"""Becomes `flask` and gunicorn, as often as asked: most of a short command, and of a start, is imports.

Reads a line of JSON for each, and answers with a line:
a command (`args`, `environ`, the files `out` and `err` to write to): its exit status;
a server (`app`, `environ`, the file `log`, the named pipe `ended`): its process id. Its exit status goes to `ended`.

A command is forked from a process that has imported what commands do. A server begins as from its command line, with nothing of
its own imported: what its master has before gevent patches in a worker, and what only a worker has, stays so. But each module's
code, which takes as long to read as to run, is in memory.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import runpy
import sys
from importlib.machinery import SourceFileLoader
from os import (
    fork,
    waitpid,
)  # before gevent replaces them in who commands are forked from: nothing may wait for its event loop there
from types import CodeType
from typing import Any, BinaryIO

#: What reads the environment as it is imported, or is the platform's own.
_FRESH = ("config", "gunicorn", "quiz")


def _commander() -> tuple[BinaryIO, BinaryIO, list[tuple[str, str]]]:
    """Forks what commands are forked from: where it is asked, where it answers, and (name, file) of a worker's modules."""
    ask, answer = os.pipe(), os.pipe()
    if fork():
        os.close(ask[0])
        os.close(answer[1])
        answers = os.fdopen(answer[0], "rb")
        return os.fdopen(ask[1], "wb", buffering=0), answers, json.loads(answers.readline())
    os.dup2(ask[0], 0)
    os.dup2(answer[1], 1)
    os.closerange(3, answer[1] + 1)
    _become_command(**_command())


def _command() -> dict[str, Any]:
    """What the process that this returns in is to do."""
    from gevent import monkey

    monkey.patch_all()

    import flask.cli  # noqa: F401

    import quiz.cli
    import quiz.factory  # noqa: F401

    if not fork():
        _tell_of_worker()
    for line in sys.stdin.buffer:
        child = fork()
        if not child:
            return json.loads(line)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(waitpid(child, 0)[1]))
    os._exit(0)


def _tell_of_worker() -> None:
    """Commands need less."""
    from quiz.ops.imports import without

    with without("aiohttp", "requests", "valkey", "websocket"):
        import quiz.serving  # noqa: F401
    specs = [module.__spec__ for module in list(sys.modules.values()) if getattr(module, "__spec__", None)]
    told = [(spec.name, spec.origin) for spec in specs if isinstance(spec.loader, SourceFileLoader)]
    os.write(1, json.dumps(told).encode() + b"\n")
    os._exit(0)


def _import_as_master() -> list[tuple[str, str]]:
    """What the master of a server imports, but for `_FRESH`: (name, file) of these."""

    import quiz.domain.looks
    import quiz.ops.embedded
    import quiz.ops.logging
    import quiz.ops.tracing
    import quiz.transport.worker  # noqa: F401

    dropped = [name for name in sys.modules if name.partition(".")[0] in _FRESH]
    files = [(name, str(sys.modules[name].__file__)) for name in dropped if sys.modules[name].__file__]
    for name in dropped:
        del sys.modules[name]
    return files


def _remember(files: list[tuple[str, str]]) -> None:
    """Who imports one of these from now on doesn't read it."""
    plain = SourceFileLoader.get_code
    codes: dict[str, CodeType | None] = {file: SourceFileLoader(name, file).get_code(name) for name, file in files}
    SourceFileLoader.get_code = lambda self, name: codes.get(self.path) or plain(self, name)  # type: ignore[method-assign]


def _asked() -> dict[str, Any]:
    """What the server is to be that this returns in."""
    ask, answers, worker = _commander()
    gc.disable()
    _remember([*_import_as_master(), *worker])
    gc.enable()
    gc.freeze()
    for line in sys.stdin.buffer:
        with contextlib.suppress(ChildProcessError):
            while waitpid(-1, os.WNOHANG)[0]:
                pass
        asked = json.loads(line)
        if "args" in asked:
            ask.write(line)
            os.write(1, answers.readline())
        elif not fork():
            os.closerange(3, max(ask.fileno(), answers.fileno()) + 1)
            _watch(asked.pop("ended"))
            return asked
    sys.exit()


def _watch(ended: str) -> None:
    """Returns in a child, and ends when that has ended."""
    server = fork()
    if not server:
        return
    with open(ended, "wb") as end:
        os.write(1, b"%d\n" % server)
        _redirect((0, os.devnull, os.O_RDONLY), (1, os.devnull, os.O_WRONLY))
        status = os.waitstatus_to_exitcode(waitpid(server, 0)[1])
        with contextlib.suppress(BrokenPipeError):
            end.write(b"%d" % status)
            end.flush()
    os._exit(0)


def _redirect(*files: tuple[int, str, int]) -> None:
    for number, path, mode in files:
        opened = os.open(path, mode, 0o666)
        os.dup2(opened, number)
        os.close(opened)


def _become_command(args: list[str], environ: dict[str, str], out: str, err: str) -> None:
    from flask.cli import main

    os.environ.clear()
    os.environ.update(environ)
    _redirect((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY))
    sys.argv = ["flask", "--app", "app", *args]
    try:
        main()
    except SystemExit as ended:
        # What a process takes its time for in the end, object by object, would have to be copied first.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else _said(ended.code))


def _said(why: object) -> int:
    """As Python does where a program exits with something that is no number."""
    if why is None:
        return 0
    print(why, file=sys.stderr, flush=True)
    return 1


def _become_server(app: str, environ: dict[str, str], log: str) -> None:
    os.setsid()
    os.environ.clear()
    os.environ.update(environ)
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    _redirect((0, os.devnull, os.O_RDONLY), (1, log, append), (2, log, append))
    sys.argv = ["gunicorn", app]
    runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _become_server(**_asked())
