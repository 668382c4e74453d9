"""The WSGI application: `gunicorn app:app` serves it, `flask <command>` finds its commands."""

from gevent import monkey

from quiz.ops.imports import plugins_found_once, without

with plugins_found_once():
    monkey.patch_all()

# Sockets and locks must be gevent's before anything imports them.
with without("opentelemetry"):  # for redis-py's metrics, which nobody reads
    import redis  # noqa: F401

from quiz.factory import create_app

app = create_app()
