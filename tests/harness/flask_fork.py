"""Becomes `flask`, as often as asked: most of a short command's time is imports, and these are done once here.

Reads a line of JSON for each command (`args`, `environ`, the files `out` and `err` to write to), answers with its exit status.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from os import fork, waitpid  # before gevent replaces them: nothing may wait for its event loop here

from gevent import monkey

monkey.patch_all()

from flask.cli import main  # noqa: E402

import quiz.cli  # noqa: E402
import quiz.factory  # noqa: E402, F401


def _asked() -> dict[str, str]:
    """What the process that this returns in is to do."""
    for line in sys.stdin.buffer:
        child = fork()
        if not child:
            return json.loads(line)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(waitpid(child, 0)[1]))
    sys.exit()


def _become(args: list[str], environ: dict[str, str], out: str, err: str) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, path, mode in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
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


if __name__ == "__main__":
    _become(**_asked())
