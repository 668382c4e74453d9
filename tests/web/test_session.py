"""Signing in over HTTP, while the secret key is changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from config.settings import load
from quiz.domain.errors import NotHost, Unauthorized
from quiz.play.rights import Person
from quiz.store.tokens import Tokens
from quiz.web.session import CSRF_HEADER, blueprint, guard

OLD, NEW = "o" * 40, "n" * 40


def app_with(tmp_path: Any, still: Any = lambda host: None, **environ: str) -> Any:
    """A client of an instance whose keys are these; any password is right. `still`: whether it is when the session has begun."""
    settings = load({"QUIZ_VAR_DIR": str(tmp_path), **environ})
    tokens = Tokens(settings.secret_keys, 3600, lambda: 1_700_000_000_000)
    parts = SimpleNamespace(
        settings=settings,
        tokens=tokens,
        sessions=SimpleNamespace(
            begin=lambda name: (tokens.for_host(name), Person(name)),
            person=lambda token: (Person(tokens.session(token).name), None),
            end=lambda session: None,
        ),
        signing_in=SimpleNamespace(enter=lambda name, password, address: None),
        accounts=SimpleNamespace(still=still),
        games=SimpleNamespace(now=lambda: 1_700_000_000_000),
    )
    app = Flask("test")
    app.testing = True
    guard(app, parts)  # type: ignore[arg-type]
    app.register_blueprint(blueprint(parts))  # type: ignore[arg-type]
    return app.test_client(use_cookies=False)


def test_a_page_that_is_open_goes_on_while_the_key_is_changed(tmp_path):
    """Its cookie and what it sends with it were signed with the old key, and it is told the new one's; later both are refused."""
    signed_in = app_with(tmp_path, SECRET_KEY=OLD).post("/api/v1/session", json={"name": "ann", "password": "p"}).json
    cookie = {"Cookie": f"quiz_session={signed_in['token']}"}
    during = app_with(tmp_path, SECRET_KEY=NEW, SECRET_KEY_PREVIOUS=OLD)
    now = during.get("/api/v1/session", headers=cookie).json
    assert now["name"] == "ann"
    assert now["csrf"] != signed_in["csrf"]
    for csrf in (signed_in["csrf"], now["csrf"]):
        assert during.delete("/api/v1/session", headers={**cookie, CSRF_HEADER: csrf}).status_code == 204
    with pytest.raises(NotHost):
        during.delete("/api/v1/session", headers={**cookie, CSRF_HEADER: "0" * 64})
    after = app_with(tmp_path, SECRET_KEY=NEW)
    with pytest.raises(Exception, match="forged"):
        after.get("/api/v1/session", headers=cookie)


def test_a_password_that_is_changed_while_it_is_looked_at_lets_nobody_in(tmp_path):
    """All sessions ended with the change, and this one would have begun after that."""

    def changed(host: Any) -> None:
        raise Unauthorized("wrong name or password")

    with pytest.raises(Unauthorized):
        app_with(tmp_path, changed, SECRET_KEY=NEW).post("/api/v1/session", json={"name": "ann", "password": "p"})
