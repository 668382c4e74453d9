"""Who is in games and how they stand, in Redis. To get a seat is one script (`scripts/join.lua`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from quiz.domain.errors import TeamUnknown
from quiz.domain.game import Game
from quiz.domain.player import Player, nickname_key, nickname_look
from quiz.play.ports import Seat, Standing, View
from quiz.store.connection import Prepared, SharedRedis, busy_if_unreachable, script
from quiz.store.keys import GameKeys, game_keys
from quiz.store.phases import FIELDS, phase_now
from quiz.store.presence_redis import RedisPresence
from quiz.store.refusals import refused

#: Games whose seating is prepared, a kilobyte each.
PREPARED = 500
_SCRIPTS = ("join", "standing", "view", "kick", "rename", "forget")


def _standing(nickname: str, score: int, rank: int, answered: str, kicked: int, team: str) -> Standing:
    indexes = tuple(map(int, answered.split(","))) if answered else ()
    return Standing(nickname=nickname, score=score, rank=rank, answered=indexes, kicked=bool(kicked), team=_team(team))


def _team(number: str) -> int | None:
    return int(number) if number else None


def _teams(game: Game, k: GameKeys) -> list[str]:
    """The key that has the teams of players, where it is needed."""
    return [k.teams] if game.options.teams else []


def _choice(game: Game, player: Player) -> str | int:
    """What `join.lua` is told about the player's team."""
    if not game.options.teams:
        return ""
    if game.options.team_choice == "assigned":
        return "assign"
    return "unknown" if player.team is None else player.team


@busy_if_unreachable
class RedisPlayers:
    """`play.ports.Players` over a Redis."""

    def __init__(self, client: SharedRedis, presence: RedisPresence) -> None:
        self._redis: Any = client
        self._presence = presence
        self._scripts = {name: script(client, "quiz.store", name) for name in _SCRIPTS}
        self._seaters: dict[str, tuple[Game, Prepared]] = {}  # by game

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """See `Players.join`."""
        of, seat = self._seaters.get(game.id, (None, None))
        if of is not game or seat is None:
            seat = self._seater(game)
        arrival, look = msgspec.json.encode(("joined", player)), nickname_look(player.nickname)
        status, *rest = seat(player.id, player.nickname, key, look, worker or "", arrival, _choice(game, player))
        if status == "again":
            return replace(self.view(game, player.id), again=True)
        if status == "team_unknown":
            raise TeamUnknown(game.options.teams)
        if status != "ok":
            raise refused(status)
        standing = Standing(nickname=player.nickname, score=0, rank=int(rest[0]), answered=(), kicked=False, team=_team(rest[1]))
        return View(standing, *phase_now(rest[2:]))

    def _seater(self, game: Game) -> Prepared:
        k, options = game_keys(game.pin), game.options
        of_game = (k.game, k.leaderboard, k.names, k.folded, k.kicked, k.presence, k.roster, k.teams)
        constants = (game.id, options.max_players or "", int(options.late_join), len(options.teams), *FIELDS)
        if len(self._seaters) >= PREPARED:
            self._seaters.clear()
        made = self._scripts["join"].prepared(of_game, constants, 7)
        self._seaters[game.id] = game, made
        return made

    def standing(self, game: Game, player: str) -> Standing:
        """See `Players.standing`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.answered, k.kicked, *_teams(game, k)]
        status, *rest = self._scripts["standing"](keys=on, args=[game.id, player])
        if status != "ok":
            raise refused(status)
        return _standing(*rest)

    def view(self, game: Game, player: str) -> View:
        """See `Players.view`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.answered, k.kicked, *_teams(game, k)]
        status, *rest = self._scripts["view"](keys=on, args=[game.id, player, *FIELDS])
        if status != "ok":
            raise refused(status)
        return View(_standing(*rest[:6]), *phase_now(rest[6:]))

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """See `Players.scores`."""
        rows = self._redis.zrange(game_keys(game.pin).leaderboard, 0, -1, desc=True, withscores=True)
        return [(player, int(score)) for player, score in rows]

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.streaks`."""
        found = self._redis.hmget(game_keys(game.pin).streaks, list(players)) if players else []
        return {player: int(one or 0) for player, one in zip(players, found, strict=True)}

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """See `Players.names`."""
        found = self._redis.hmget(game_keys(game.pin).names, list(players)) if players else []
        return {player: name for player, name in zip(players, found, strict=True) if name is not None}

    def roster(self, game: Game) -> list[Seat]:
        """See `Players.roster`."""
        k = game_keys(game.pin)
        names, kicked = self._redis.hgetall(k.names), self._redis.smembers(k.kicked)
        present, teams = self._presence.present(game), self.teams(game, list(names))
        numbers = self.numbers(game, list(names))
        return [
            Seat(player, name, player in present, teams.get(player), numbers.get(player))
            for player, name in names.items()
            if player not in kicked
        ]

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.numbers`."""
        fields = [f"number:{player}" for player in players]
        found = self._redis.hmget(game_keys(game.pin).game, fields) if fields else []
        return {player: int(one) for player, one in zip(players, found, strict=True) if one is not None}

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Players.teams`."""
        found = self._redis.hmget(game_keys(game.pin).teams, list(players)) if players and game.options.teams else []
        return {player: int(one) for player, one in zip(players, found, strict=False) if one is not None}

    def kick(self, game: Game, player: str) -> str:
        """See `Players.kick`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.kicked, *_teams(game, k)]
        status, *name = self._scripts["kick"](keys=on, args=[game.id, player])
        if status != "ok":
            raise refused(status)
        return str(name[0])

    def kicked(self, game: Game) -> set[str]:
        """See `Players.kicked`."""
        return set(self._redis.smembers(game_keys(game.pin).kicked))

    def rename(self, game: Game, player: Player) -> int:
        """See `Players.rename`."""
        k = game_keys(game.pin)
        forms = nickname_key(player.nickname), nickname_look(player.nickname)
        args = [game.id, player.id, player.nickname, *forms, ""]
        status, *at = self._scripts["rename"](keys=[k.game, k.names, k.folded], args=args)
        if status != "ok":
            raise refused(status)
        return int(at[0])

    def forget(self, game: Game, player: str) -> None:
        """See `Players.forget`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.folded, k.streaks, k.answered, k.opened, k.presence, k.roster, k.teams]
        answers = (k.answers(i) for i in range(len(game.questions)))
        self._scripts["forget"](keys=[*on, *answers], args=[game.id, player])
