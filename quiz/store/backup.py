"""Reads everything that is to be kept out of a Redis that may be in use: each game at one moment.

A game's keys are read in one transaction, so nothing of it is older or newer than the rest. Games, quizzes, hosts and records are
read one after the other; none depends on another but a record on its game.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from quiz.domain.game import Game
from quiz.store import keys
from quiz.store.backup_file import BackupError, Entry, Fields, Host, Image, Kicked, Quiz, Record, Run, Scores
from quiz.store.connection import SharedRedis
from quiz.store.keys import GameKeys, game_keys
from quiz.store.lineage import identity
from quiz.store.phases import phase_of

log = logging.getLogger("quiz.backup")

#: Fields of a hash, or places of a board, that are in one line.
SOME = 500
#: The hashes of a game beside those with its answers. Who is connected, and what was told, is of no use later.
PARTS = ("names", "folded", "teams", "streaks", "answered", "opened")
_game = msgspec.json.Decoder(Game).decode


class Spoilt(Exception):
    """A game is not whole. The message is what it has or is."""


def everything(client: SharedRedis) -> Iterator[Entry]:
    """All that there is; the log names games that are not whole, and are left out.

    Raises redis-py's errors, also where a cluster's slots move meanwhile, or BackupError.
    """
    redis: Any = client
    for shelf in (keys.QUIZZES, *shelves(client)):
        owner = shelf.removeprefix(keys.owned("")) if shelf != keys.QUIZZES else None
        for slug, summary in sorted(redis.hgetall(shelf).items()):
            stored = redis.get(keys.quiz(slug, owner))
            if stored is not None:  # it may just have been deleted
                yield Quiz(slug if owner is None else f"{owner}/{slug}", _raw(stored), _raw(summary))
    for id, kept in sorted(redis.hgetall(keys.IMAGES).items()):
        yield Image(id, _raw(kept), redis.get(keys.image(id)))
    for name, stored in sorted(redis.hgetall(keys.HOSTS).items()):
        yield Host(name, _raw(stored))
    unfinished = set()
    for connection in masters(client):
        for key in scan(connection, "quiz:{*}:game"):
            pin = key.split("{", 1)[1].split("}", 1)[0]
            try:
                for entry in _whole(connection, pin):
                    if isinstance(entry, Run) and entry.fields["state"] != "finished":
                        unfinished.add(entry.fields["id"])
                    yield entry
            except Spoilt as error:
                log.warning("the game with the PIN %s %s, and is not in the backup", pin, error)
    # After the games: so a game that has finished has its record. One that finished since it was read is as it was.
    for connection in masters(client):
        for key in scan(connection, keys.archive("*")):
            game_id = key.removeprefix(keys.archive(""))
            stored, left = redis.get(key), redis.pttl(key)
            if stored is not None and game_id not in unfinished:
                yield Record(game_id, left if left > 0 else None, _raw(stored))


def shelves(client: SharedRedis) -> list[str]:
    """The keys of the quizzes that hosts have of their own."""
    return sorted(key for connection in masters(client) for key in scan(connection, keys.owned("*")))


def masters(client: SharedRedis) -> Iterator[Any]:
    """A connection to each server that takes writes, while it is used. Raises redis-py's errors, and if one takes none."""
    for connection in client.masters():
        try:
            connection.connect()
            identity(connection)
            yield connection
        finally:
            connection.disconnect()


def scan(connection: Any, pattern: str) -> Iterator[str]:
    """The keys of a server that match, each once."""
    cursor, seen = "0", set()
    while True:
        cursor, found = asked(connection, ["SCAN", cursor, "MATCH", pattern, "COUNT", 1000])[0]
        for key in found:
            if key not in seen:
                seen.add(key)
                yield key
        if str(cursor) == "0":
            return


def asked(connection: Any, *commands: Sequence[Any]) -> list[Any]:
    """The replies to commands that are sent together. Raises the first error among them."""
    connection.send_packed_command(connection.pack_commands(commands))
    replies = []
    for _ in commands:
        try:
            replies.append(connection.read_response())
        except ResponseError as error:  # those that follow are to be read all the same
            replies.append(error)
    for reply in replies:
        if isinstance(reply, ResponseError):
            raise reply
    return replies


def _whole(connection: Any, pin: str) -> Iterator[Entry]:
    """A game at one moment; nothing if it is gone. Raises Spoilt."""
    k = game_keys(pin)
    for _ in range(3):
        try:
            content, there = asked(connection, ["GET", k.content], ["EXISTS", k.game])
            if not there:
                return
            if content is None:
                raise Spoilt("has lost what it is about")
            game = _game(content)
            read = _moment(connection, k, len(game.questions))
            if read is None:
                return
            if read[0].get("id") == game.id:
                phase_of(read[0])
                yield from _parts(pin, content, *read)
                return
        except msgspec.MsgspecError as error:
            raise Spoilt(f"is spoilt ({error})") from None
        except ResponseError as error:
            if not str(error).startswith("WRONGTYPE"):
                raise
            raise Spoilt(f"is spoilt ({error})") from None
    raise BackupError(f"the PIN {pin} belongs to another game each time that it is looked at; try again")


def _moment(connection: Any, k: GameKeys, questions: int) -> tuple[dict[str, str], Any, Any, Any, Any, Mapping[str, Any]] | None:
    """The game's hash, the time, its remaining life, board, kicked players, and the other hashes by name."""
    hashes = {**{part: getattr(k, part) for part in PARTS}, **{f"answers:{i}": k.answers(i) for i in range(questions)}}
    commands: list[list[Any]] = [["HGETALL", k.game], ["TIME"], ["PTTL", k.game], ["ZRANGE", k.leaderboard, 0, -1, "WITHSCORES"]]
    commands += [["SMEMBERS", k.kicked], *(["HGETALL", key] for key in hashes.values())]
    replies = asked(connection, ["MULTI"], *commands, ["EXEC"])[-1]
    for reply in replies:
        if isinstance(reply, ResponseError):
            raise reply
    fields, time, left, board, kicked, *rest = replies
    if not fields:
        return None
    return _pairs(fields), time, left, board, kicked, dict(zip(hashes, map(_pairs, rest), strict=True))


def _parts(
    pin: str, content: str, fields: dict[str, str], time: Any, left: int, board: list[str], kicked: list[str], hashes: Any
) -> Iterator[Entry]:
    at = int(time[0]) * 1000 + int(time[1]) // 1000
    yield Run(pin, at, left if left > 0 else None, fields, _raw(content))
    for part, found in hashes.items():
        rows = iter(found.items())
        while some := dict(islice(rows, SOME)):
            yield Fields(part, some)
    places = iter(zip(board[::2], board[1::2], strict=True))
    while rows_ := list(islice(places, SOME)):
        yield Scores(rows_)
    if kicked:
        yield Kicked(sorted(kicked))


def _pairs(flat: Sequence[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())
