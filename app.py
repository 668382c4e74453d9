"""The WSGI application: `gunicorn app:app` serves it, `flask <command>` finds its commands."""

from gevent import monkey

monkey.patch_all()

# Sockets and locks must be gevent's before anything imports them.
from quiz.ops.tracing import hidden  # noqa: E402

with hidden():  # redis-py would import OpenTelemetry for metrics that nobody reads
    import redis  # noqa: F401

from quiz.factory import create_app  # noqa: E402

app = create_app()
