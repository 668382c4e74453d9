"""What a host's page begins with."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from quiz.domain.errors import NotHost, ServerBusy, Unauthorized
from quiz.play.rights import Person
from quiz.web import pages

PATHS = ("/host/games/123456", "/host/games/123456/remote")


def _raise(error: Exception) -> Any:
    raise error


def _known(monkeypatch, path: str, players: int = 1, **parts: Callable[..., Any]) -> Any:
    """What the template is given as `watched` where the platform is made of these parts."""
    told: list[Any] = []
    monkeypatch.setattr(pages, "render_template", lambda _, **known: told.append(known["watched"]) or "page")
    made: dict[str, Any] = {
        "person": lambda _: (Person("ann"), None),
        "run": lambda *_: None,
        "watch": lambda _: {"players": [{}] * players},
        **parts,
    }
    part: dict[str, Any] = {name: SimpleNamespace(**{name: call}) for name, call in made.items()}
    settings = SimpleNamespace(address="http://quiz.example")
    platform: Any = SimpleNamespace(settings=settings, sessions=part["person"], admission=part["run"], lobby=part["watch"])
    app = Flask("pages")
    app.register_blueprint(pages.blueprint(platform))
    reply = app.test_client().get(path)
    assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store")
    return told[0]


@pytest.mark.parametrize("path", PATHS)
def test_a_running_game_comes_with_its_page_unless_that_is_too_much(monkeypatch, path):
    """Who opens it waits for nothing else; a game of thousands would make the page too heavy for a phone."""
    assert len(_known(monkeypatch, path, pages.MOST_PLAYERS)["players"]) == pages.MOST_PLAYERS
    assert _known(monkeypatch, path, pages.MOST_PLAYERS + 1) is None


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("error", [NotHost(), ServerBusy()])
def test_a_page_whose_game_can_not_be_told_comes_all_the_same(monkeypatch, path, error):
    """It finds out why by itself, and goes on when it can."""
    assert _known(monkeypatch, path, run=lambda *_: _raise(error)) is None
    assert _known(monkeypatch, path, watch=lambda _: _raise(error)) is None


def test_who_has_not_signed_in_is_told_of_no_game(monkeypatch):
    """Nor is it looked for."""
    nobody = lambda _: _raise(Unauthorized("sign in first"))  # noqa: E731
    asked: list[object] = []
    assert _known(monkeypatch, PATHS[0], person=nobody, run=asked.append) is None
    assert asked == []
