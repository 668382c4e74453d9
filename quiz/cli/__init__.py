"""The command line: `flask quiz|game|result|leaderboard|journal|host|config|doctor|backup …`, one file per group."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from config.settings import Settings
from quiz.cli.backup import backup
from quiz.cli.command import PLATFORM, SETTINGS, Commands, Failure
from quiz.cli.config import config
from quiz.cli.doctor import doctor
from quiz.cli.games import game
from quiz.cli.hosts import host
from quiz.cli.journals import journal
from quiz.cli.leaderboards import leaderboard
from quiz.cli.quizzes import quiz
from quiz.cli.results import result
from quiz.cli.setup import dev_setup
from quiz.platform import Platform

__all__ = ["register"]


def register(app: Flask, settings: Settings, platform: Callable[[], Platform]) -> None:
    """Gives the application its commands; `platform` is called by the first that needs it, and must give one platform always."""
    context = click.get_current_context(silent=True)
    if context and context.info_name == "run":
        raise Failure("flask run can't serve this platform; use: make run, or gunicorn app:app")
    commands: tuple[click.Command, ...] = (quiz, game, result, leaderboard, journal, host, config, doctor, backup, dev_setup)
    app.cli = Commands(app.name)
    for command in commands:
        app.cli.add_command(command)
    app.extensions[SETTINGS], app.extensions[PLATFORM] = settings, platform
