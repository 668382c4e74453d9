"""What every command has: the platform, and failures that are one clear line on stderr and a status other than 0."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from config.errors import SettingsError
from config.redis_url import masked
from config.settings import Settings
from quiz.domain.errors import ContentError, GameNotFound, QuizError, ServerBusy
from quiz.domain.game import Game
from quiz.ops.embedded import EmbeddedError
from quiz.platform import Platform

#: Where the application keeps its settings, and the function that gives the platform.
SETTINGS, PLATFORM = "quiz.settings", "quiz.platform"


def settings() -> Settings:
    """What the operator has set: all that a command needs which works without Redis."""
    found: Settings = current_app.extensions[SETTINGS]
    return found


def platform() -> Platform:
    """The platform, connected when first asked for."""
    found: Platform = current_app.extensions[PLATFORM]()
    return found


def game_of(pin: str) -> Game:
    """The game of a PIN; raises GameNotFound, which names it."""
    try:
        return platform().lobby.find(pin)
    except GameNotFound:
        raise GameNotFound(f"there is no game with the PIN {pin}") from None


class Failure(click.ClickException):
    """A command failed; its message is one line."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


class Misuse(Failure):
    """A command was called in a wrong way."""

    exit_code = 2


class OneLine(click.Command):
    """A command whose failures are one line, those of the commands below it included."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Reads the arguments."""
        with _one_line():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        if isinstance(sys.stdout, TextIOWrapper):
            # A terminal that can't show a title's characters is no reason to fail.
            sys.stdout.reconfigure(errors="replace")
        with _one_line():
            return super().invoke(ctx)


class Group(OneLine, click.Group):
    """A group of commands; called alone it fails in one line, as everything else does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"no_args_is_help": False, **kwargs})


class Commands(AppGroup):
    """What `flask` finds in the application."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; without one flask would say so in several lines."""
        found = super().get_command(ctx, cmd_name)
        if found is None and not ctx.resilient_parsing:
            raise Misuse(f"there is no command {cmd_name!r}; see: flask --help")
        return found


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except (Failure, BrokenPipeError):
        raise  # said already, or nobody reads what is said
    except click.UsageError as error:
        raise Misuse(f"{error.format_message()} See: {error.ctx.command_path if error.ctx else 'flask'} --help") from None
    except click.ClickException as error:
        raise Failure(error.format_message()) from None
    except ServerBusy as error:
        raise Failure(_unreachable(error) if error.__cause__ else str(error)) from None
    except UnicodeEncodeError:
        raise Failure("an argument holds bytes that are no UTF-8") from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise Failure(f"{place}{error.strerror or error}") from None
    except (QuizError, ContentError, SettingsError, EmbeddedError) as error:
        raise Failure(str(error)) from None


def _unreachable(error: ServerBusy) -> str:
    url = settings().redis_url
    if url is None:
        return f"the embedded Valkey can't be used: {error.__cause__}"
    return f"Redis at REDIS_URL={masked(url)} can't be used: {error.__cause__}"
