"""The WSGI application: `gunicorn app:app` serves it, `flask <command>` finds its commands."""

from gevent import monkey

monkey.patch_all()

from quiz.factory import create_app  # noqa: E402 - sockets and locks must be gevent's before anything imports them

app = create_app()
