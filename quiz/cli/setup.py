"""`flask dev-setup`: what a developer finds at the first start. `make run` calls it at each."""

from __future__ import annotations

import click

from quiz.cli.command import Failure, OneLine, platform
from quiz.content.samples import samples
from quiz.domain.game import Game, Options

#: The sample that the demo game is made of, and the host's name.
DEMO, HOST = "english-vocabulary", "host"


@click.command("dev-setup", cls=OneLine, hidden=True)
def dev_setup() -> None:
    """Import the samples, open a demo game and add a host, where there is no host yet; print how to get in."""
    parts = platform()
    if parts.settings.env != "development":
        raise Failure(f"dev-setup is for development, and QUIZ_ENV is {parts.settings.env}")
    hosts = parts.accounts.all()
    if hosts:
        demo = _demo()
        name = HOST if any(one.name == HOST for one in hosts) else hosts[0].name
        access = f"host: {name}  (.venv/bin/flask host passwd {name} sets a new password)"
    else:
        _import_samples()
        demo = _demo() or _create_demo()
        # Last, since the account is what tells later starts that all of this has been done.
        access = f"host: {HOST}  password: {parts.accounts.add(HOST, None, parts.games.now())}"
    if demo:
        click.echo(f"demo game PIN: {demo.pin}")
    click.echo(access)


def _import_samples() -> None:
    """Those whose slugs are free: a quiz that somebody imported under one is not replaced."""
    quizzes = platform().quizzes
    for sample in samples():
        if quizzes.get(sample.slug) is None:
            quizzes.put(sample)


def _demo() -> Game | None:
    """The oldest self-paced game of the demo quiz that was made by a command and goes on."""
    parts = platform()
    for game in reversed(parts.games.running()):
        if game.quiz == DEMO and not game.live and game.host is None and parts.games.phase(game)[0].state == "open":
            return game
    return None


def _create_demo() -> Game:
    content = platform().quizzes.get(DEMO)
    if content is None:
        raise Failure(f"there is no sample {DEMO}")
    return platform().lobby.create(content, "self-paced", Options(), host=None)
