"""`flask backup`: everything that is in Redis as one file, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from redis.exceptions import RedisError

from quiz.cli.command import Failure, Group, settings
from quiz.cli.output import confirm, json_option, print_json, yes_option
from quiz.domain.errors import ServerBusy
from quiz.ops import embedded
from quiz.resilience.journal import Journal, JournalError
from quiz.resilience.records import encoded
from quiz.store.backup import everything
from quiz.store.backup_file import BackupError, BackupWriter, Entry, Fields, Host, Image, Quiz, Record, Run, entries
from quiz.store.backup_restore import Restore, alone, clear, hold, holdings, living_workers
from quiz.store.connection import SharedRedis, connect

#: Milliseconds that Redis may take for a reply: a game of many thousands is read at once.
PATIENCE_MS = 10_000

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group(cls=Group)
def backup() -> None:
    """Backups: create, verify, restore."""


@backup.command()
@file_argument
@json_option
def create(file: Path, as_json: bool) -> None:
    """Write quizzes, hosts, games and records to FILE.

    Servers may run: each game is saved as it is at one moment. One that is not whole in Redis is left out, and named. The file
    holds the hashes of passwords, and no other secret: keep the SECRET_KEY too, or everybody has to sign in and join anew.
    """
    with _redis() as client, BackupWriter(file, _now(client)) as writer:
        for entry in everything(client):
            writer.add(entry)
    _tell("backed up", file, _counted(entries(file)), as_json)


@backup.command()
@file_argument
@json_option
def verify(file: Path, as_json: bool) -> None:
    """Check that FILE is whole, and say what it holds. Needs no Redis."""
    with _told():
        _tell("sound:", file, _counted(entries(file)), as_json)


@backup.command()
@file_argument
@click.option("--replace", is_flag=True, help="Delete what Redis has of the platform first.")
@click.option("--with-journals", is_flag=True, help="Let in what journals hold of the games from after the backup.")
@yes_option
@json_option
def restore(file: Path, replace: bool, with_journals: bool, yes: bool, as_json: bool) -> None:
    """Bring FILE back to Redis, which must hold nothing.

    No server may run meanwhile; one that starts waits with Redis until it is done. Games go on as they were at the moment of the
    backup: a question that was open waits, paused, for its host. What was answered after the backup counts no more, unless
    --with-journals is given and a journal has it.
    """
    with _told():
        counts = _counted(entries(file))  # nothing is touched for a file that is not whole
    with _redis() as client, alone(client):
        _check_target(client, replace, yes)
        hold(client)  # somebody may have been asked, and have thought about it
        if replace:
            clear(client)
        journal = Journal(settings().var_dir / "journal", f"restored-{_now(client)}")
        try:
            Restore(client, lambda record: journal.append(encoded(record)), with_journals=with_journals).take(entries(file))
        except BaseException:
            journal.path.unlink(missing_ok=True)  # half of a game must not come from there
            raise
        finally:
            journal.close()
    _tell("restored", file, counts, as_json)


def _check_target(client: SharedRedis, replace: bool, yes: bool) -> None:
    found = ", ".join(f"{name}: {count}" for name, count in holdings(client).items())
    if found and not replace:
        raise Failure(f"this Redis is not empty ({found}); to delete that first: flask backup restore --replace")
    if workers := living_workers(client):
        raise Failure(f"servers use this Redis ({len(workers)} workers, such as {workers[0]}): stop them first")
    if found:
        confirm(f"Delete what this Redis has ({found})?", yes)


@contextmanager
def _redis() -> Iterator[SharedRedis]:
    """A client that is patient; what fails inside is said in one line."""
    with _told(), embedded.connect_or_own(settings()) as url:
        client = connect(url, PATIENCE_MS)
        try:
            yield client
        except RedisError as error:
            raise ServerBusy from error
        finally:
            client.line.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (BackupError, JournalError) as error:
        raise Failure(str(error)) from None


def _now(client: SharedRedis) -> int:
    seconds, micros = client.time()
    return int(seconds) * 1000 + int(micros) // 1000


def _counted(found: Iterable[Entry]) -> dict[str, int]:
    counts: Counter[str] = Counter(dict.fromkeys(("quizzes", "images", "hosts", "games", "players", "answers", "archives"), 0))
    names = {Quiz: "quizzes", Image: "images", Host: "hosts", Run: "games", Record: "archives"}
    for entry in found:
        if isinstance(entry, Fields):
            if entry.part == "names":
                counts["players"] += len(entry.fields)
            elif entry.part.startswith("answers:"):
                counts["answers"] += len(entry.fields)
        elif type(entry) in names:
            counts[names[type(entry)]] += 1
    return dict(counts)


def _tell(done: str, file: Path, counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), **counts})
    else:
        click.echo(f"{done} {file} ({', '.join(f'{name}: {count}' for name, count in counts.items())})")
