"""What a host's lists say: over HTTP, and in the page that their desk begins with."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from quiz.domain.errors import InvalidPayload, ServerBusy
from quiz.domain.game import Game
from quiz.platform import Platform
from quiz.play import rights
from quiz.play.catalogue import Key
from quiz.play.holdings import Summary
from quiz.play.rights import Person
from quiz.play.views import game_view

#: Quizzes that a desk shows before somebody asks for more.
FIRST = 60
_key: Callable[[bytes], Key] = msgspec.json.Decoder(Key).decode


def game(platform: Platform, one: Game) -> dict[str, Any]:
    """A game that runs or has just ended."""
    phase, _ = platform.games.phase(one)
    players = platform.leaderboard.top(one, 1).players
    return {**game_view(one, phase), "quiz": one.quiz, "players": players, "created_at": one.created_at}


def games(platform: Platform, person: Person) -> list[dict[str, Any]]:
    """The games that somebody may run."""
    return [game(platform, one) for one in platform.games.running() if rights.runs(person, one)]


def quiz(person: Person, one: Summary, owner: str | None) -> dict[str, Any]:
    """A quiz of this owner's."""
    return {**msgspec.structs.asdict(one), "owner": owner, "editable": person.admin or owner == person.name}


def quizzes(
    platform: Platform,
    person: Person,
    owners: Sequence[str | None],
    words: str = "",
    wanted: Sequence[str] = (),
    after: Key | None = None,
    most: int = FIRST,
) -> dict[str, Any]:
    """A part of the list of these owners' quizzes that have all these words and tags: `quizzes`, `next` for `key`, `total`."""
    found = platform.catalogue.page(owners, words, wanted, after, most)
    told = [quiz(person, one.summary, one.owner) for one in found.listed]
    return {"quizzes": told, "next": _opaque(found.after), "total": found.total}


def tags(platform: Platform, owners: Sequence[str | None]) -> list[dict[str, Any]]:
    """The tags of these owners' quizzes, the most frequent first."""
    return [{"tag": tag, "quizzes": count} for tag, count in platform.catalogue.tags(owners)]


def drafts(platform: Platform, person: Person) -> list[dict[str, Any]]:
    """Somebody's drafts, of whosever quizzes."""
    return [msgspec.structs.asdict(one) for one in platform.authoring.drafts.all(person.name)]


def desk(platform: Platform, person: Person) -> dict[str, Any] | None:
    """What somebody's desk begins with, `games` and `shelf`; None where the store is away, which the desk finds out by itself."""
    owners = rights.shelves(person)
    try:
        shelf = {**quizzes(platform, person, owners), "tags": tags(platform, owners), "drafts": drafts(platform, person)}
        return {"games": games(platform, person), "shelf": shelf}
    except ServerBusy:
        return None


def key(cursor: str | None) -> Key | None:
    """Where a list goes on, by the `next` of what came before; raises InvalidPayload."""
    if not cursor:
        return None
    try:
        return _key(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise InvalidPayload("cursor: is none that this list gave") from error


def _opaque(key: Key | None) -> str | None:
    return None if key is None else base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")
