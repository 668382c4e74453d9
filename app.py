"""The WSGI application: `gunicorn app:app` serves it, `flask <command>` finds its commands."""

from gevent import monkey

monkey.patch_all()

# Sockets and locks must be gevent's before anything imports them.
from quiz.ops.imports import without  # noqa: E402

with without("opentelemetry"):  # for redis-py's metrics, which nobody reads
    import redis  # noqa: F401
with without("aiohttp", "requests", "valkey", "websocket"):  # for Socket.IO's clients and managers
    import socketio  # noqa: F401

from quiz.factory import create_app  # noqa: E402

app = create_app()
