"""Games in Redis. What must happen at once is one Lua script (`scripts/`), run where the data is."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from gevent.lock import RLock
from msgspec.structs import replace
from redis.exceptions import RedisError

from quiz.domain.errors import (
    GameFull,
    GameLocked,
    GameNotFound,
    Kicked,
    NicknameTaken,
    NotJoined,
    QuestionNotOpen,
    QuizError,
    ServerBusy,
    StoreAway,
    TeamUnknown,
    TooLate,
    WrongState,
)
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player, nickname_key, nickname_look
from quiz.domain.quiz import SCHEMA
from quiz.play.ports import OVERDUE, Acceptance, Receipt, Seat, Standing, Submission, View
from quiz.store import keys
from quiz.store.clock import StoreClock
from quiz.store.connection import Prepared, SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys
from quiz.store.lineage import first_epoch
from quiz.store.phases import FIELDS, flat, phase_now

log = logging.getLogger("quiz.store")

#: How many games' contents a worker keeps, and questions whose answers are prepared for, a kilobyte each.
REMEMBERED_GAMES, PREPARED = 500, 2000
_SCRIPTS = [
    "create",
    "expire",
    "phase",
    "move",
    "join",
    "accept",
    "given",
    "standing",
    "view",
    "miss",
    "kick",
    "forget",
    "rename",
    "reset",
    "change",
    "announced",
    "claim",
    "overdue",
    "is_present",
    "presence",
    "roster",
]
_REFUSALS: dict[str, QuizError] = {
    "gone": GameNotFound(),
    "kicked": Kicked(),
    "not_joined": NotJoined(),
    "question_not_open": QuestionNotOpen(),
    "too_late": TooLate(),
    "nickname_taken": NicknameTaken(),
    "game_locked": GameLocked(),
    "late": GameLocked("the game has begun, and its host lets nobody in late"),
    "game_full": GameFull(),
    "finished": WrongState("the game is over"),
}
_receipt = msgspec.json.Decoder(Receipt).decode
_encode = msgspec.json.encode


def _refused(status: str) -> QuizError:
    known = _REFUSALS[status]
    return type(known)(known.message)


def _standing(nickname: str, score: int, rank: int, answered: str, kicked: int, team: str) -> Standing:
    indexes = tuple(map(int, answered.split(","))) if answered else ()
    return Standing(nickname=nickname, score=score, rank=rank, answered=indexes, kicked=bool(kicked), team=_team(team))


def _team(number: str) -> int | None:
    return int(number) if number else None


def _teams(game: Game) -> list[str]:
    """The key that has the teams of players, where it is needed."""
    return [game_keys(game.pin).teams] if game.options.teams else []


def _choice(game: Game, player: Player) -> str | int:
    """What `join.lua` is told about the player's team."""
    if not game.options.teams:
        return ""
    if game.options.team_choice == "assigned":
        return "assign"
    return "unknown" if player.team is None else player.team


@busy_if_unreachable
class RedisGames:
    """`play.ports.Games` over a Redis."""

    def __init__(self, client: SharedRedis, finished_ttl_s: int, archive_s: int) -> None:
        """`finished_ttl_s`: how long a finished game keeps its PIN; `archive_s`: how long its record stays. Both in seconds."""
        self._redis: Any = client
        self.clock = StoreClock(self._redis.time)
        self._finished_ttl_s, self._archive_s = finished_ttl_s, archive_s
        self._remembered: OrderedDict[str, Game] = OrderedDict()
        self._reading: WeakValueDictionary[str, RLock] = WeakValueDictionary()
        self._scripts = {name: script(client, "quiz.store", name) for name in _SCRIPTS}
        self._seaters: dict[str, tuple[Game, Prepared]] = {}  # by game
        self._acceptors: dict[tuple[str, int], tuple[Game, Prepared]] = {}  # by game and question

    def _run(self, name: str, keys: Sequence[str], *args: str | int | bytes) -> Any:
        return self._scripts[name](keys=list(keys), args=list(args))

    @property
    def exact(self) -> RedisGames:
        """See `Games.exact`."""
        return self

    def now(self) -> int:
        """See `Games.now`."""
        return self.clock.now()

    def _change(self, game: Game, key: str, command: str, *args: str | bytes) -> bool:
        return bool(self._run("change", [game_keys(game.pin).game, key], game.id, command, *args))

    def _epoch(self) -> int:
        return first_epoch(self._redis, self.now())

    def create(self, game: Game) -> bool:
        """See `Games.create`."""
        k = game_keys(game.pin)
        fields = [*flat(game.first_phase()), "id", game.id, "schema", SCHEMA, "created_at", game.created_at]
        fields += ["epoch", self._epoch(), "generation", 1, "board", 1, "stamp", 0, "announced", 1]
        others = [key for key in k.all(len(game.questions)) if key not in (k.game, k.content, k.sent)]
        if not self._run("create", [k.game, k.content, k.sent, *others], _encode(game), *fields):
            return False
        self._redis.zadd(keys.GAMES, {game.pin: game.created_at})
        return True

    def game(self, pin: str) -> Game | None:
        """See `Games.game`."""
        game_id = self._redis.hget(game_keys(pin).game, "id")
        if game_id is None:
            return None
        known = self._remembered.get(pin)
        if known is None or known.id != game_id:
            known = self._read(pin, game_id)
        if known is not None:
            self._remembered.move_to_end(pin)
        return known

    def _read(self, pin: str, game_id: str) -> Game | None:
        """Reads a game that is not remembered. When a hall joins at once, one of them does it and the others wait."""
        reading = self._reading.get(pin)
        if reading is None:
            reading = self._reading[pin] = RLock()
        with reading:
            known = self._remembered.get(pin)
            if known is None or known.id != game_id:
                content = self._redis.get(game_keys(pin).content)
                if content is None:
                    return None
                known = self._remembered[pin] = msgspec.json.decode(content, type=Game)
                if len(self._remembered) > REMEMBERED_GAMES:
                    self._remembered.popitem(last=False)
            return known

    def phase(self, game: Game) -> tuple[Phase, int]:
        """See `Games.phase`."""
        values = self._run("phase", [game_keys(game.pin).game], game.id, *FIELDS)
        if values is None:
            raise GameNotFound
        return phase_now(values)

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """See `Games.move`."""
        k = game_keys(game.pin)
        leaves = old.asking and not new.asking and old.index not in new.skipped
        poll = leaves and game.questions[old.index].type == "poll"
        on = [k.game, k.leaderboard, k.streaks, k.answers(max(old.index, 0))]
        status = self._run("move", on, game.id, old.version, int(leaves), int(poll), *flat(new))
        if status == "gone":
            raise GameNotFound
        return bool(status == "ok")

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """See `Games.join`."""
        of, seat = self._seaters.get(game.id, (None, None))
        if of is not game or seat is None:
            seat = self._seater(game)
        arrival, look = _encode(("joined", player)), nickname_look(player.nickname)
        status, *rest = seat(player.id, player.nickname, key, look, worker or "", arrival, _choice(game, player))
        if status == "again":
            return replace(self.view(game, player.id), again=True)
        if status == "team_unknown":
            raise TeamUnknown(game.options.teams)
        if status != "ok":
            raise _refused(status)
        standing = Standing(nickname=player.nickname, score=0, rank=int(rest[0]), answered=(), kicked=False, team=_team(rest[1]))
        return View(standing, *phase_now(rest[2:]))

    def _seater(self, game: Game) -> Prepared:
        k, options = game_keys(game.pin), game.options
        of_game = (k.game, k.leaderboard, k.names, k.folded, k.kicked, k.presence, k.roster, k.teams)
        constants = (game.id, options.max_players or "", int(options.late_join), len(options.teams), *FIELDS)
        if len(self._seaters) >= REMEMBERED_GAMES:
            self._seaters.clear()
        made = self._scripts["join"].prepared(of_game, constants, 7)
        self._seaters[game.id] = game, made
        return made

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """See `Games.accept`."""
        return self.accepted(game, submission)[0]

    def accepted(self, game: Game, submission: Submission) -> tuple[Acceptance, str, int]:
        """As `accept`, with the receipt's JSON and the game's generation."""
        s = submission
        of, accept = self._acceptors.get((game.id, s.index), (None, None))
        if of is not game or accept is None:
            accept = self._acceptor(game, s.index)
        right = "" if s.right is None else int(s.right)
        status, *rest = accept(s.player, right, _encode(s.answer), s.credit_ms, "" if s.at is None else s.at)
        if not rest:
            raise _refused(status)
        receipt, generation, *board = rest
        edition = (int(board[0]), int(board[1])) if board and board[0] else None
        return Acceptance(_receipt(receipt), status == "again", edition), receipt, int(generation)

    def _acceptor(self, game: Game, index: int) -> Prepared:
        k = game_keys(game.pin)
        constants = (
            game.id,
            index,
            game.worth(index),
            game.questions[index].time_limit_ms,
            game.scoring,
            int(game.options.streak_bonus),
            int(game.live),
            game.grace_ms,
            int(game.options.time_limits),
        )
        of_game = (k.game, k.leaderboard, k.names, k.streaks, k.kicked, k.answered, k.opened, k.answers(index))
        if len(self._acceptors) >= PREPARED:
            self._acceptors.clear()
        made = self._scripts["accept"].prepared(of_game, constants, 5)
        self._acceptors[game.id, index] = game, made
        return made

    def standing(self, game: Game, player: str) -> Standing:
        """See `Games.standing`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.answered, k.kicked, *_teams(game)]
        status, *rest = self._run("standing", on, game.id, player)
        if status != "ok":
            raise _refused(status)
        return _standing(*rest)

    def view(self, game: Game, player: str) -> View:
        """See `Games.view`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.answered, k.kicked, *_teams(game)]
        status, *rest = self._run("view", on, game.id, player, *FIELDS)
        if status != "ok":
            raise _refused(status)
        return View(_standing(*rest[:6]), *phase_now(rest[6:]))

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Games.open_for`."""
        k, field = game_keys(game.pin), f"{player}|{index}"
        self._redis.hsetnx(k.opened, field, self.now())
        return int(self._redis.hget(k.opened, field))

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """See `Games.opened_for`."""
        fields = [f"{player}|{i}" for i in range(len(game.questions))]
        found = self._redis.hmget(game_keys(game.pin).opened, fields)
        return {i: int(at) for i, at in enumerate(found) if at is not None}

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Games.miss`."""
        k = game_keys(game.pin)
        self._run("miss", [k.game, k.streaks, k.opened], game.id, player, f"{player}|{index}")

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Games.receipts`."""
        key = game_keys(game.pin).answers(index)
        if players is None:
            return {player: _receipt(one) for player, one in self._redis.hgetall(key).items()}
        found = self._redis.hmget(key, list(players)) if players else []
        return {player: _receipt(one) for player, one in zip(players, found, strict=True) if one is not None}

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """See `Games.given`."""
        of = game_keys(game.pin)
        found = self._run("given", [of.answers(index) for index in indexes], player) if indexes else []
        return {index: _receipt(one) for index, one in zip(indexes, found, strict=True) if one}

    def answer_count(self, game: Game, index: int) -> int:
        """See `Games.answer_count`."""
        return int(self._redis.hlen(game_keys(game.pin).answers(index)))

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Games.answered`."""
        return set(self._redis.hkeys(game_keys(game.pin).answers(index)))

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """See `Games.scores`."""
        rows = self._redis.zrange(game_keys(game.pin).leaderboard, 0, -1, desc=True, withscores=True)
        return [(player, int(score)) for player, score in rows]

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.streaks`."""
        found = self._redis.hmget(game_keys(game.pin).streaks, list(players)) if players else []
        return {player: int(one or 0) for player, one in zip(players, found, strict=True)}

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """See `Games.names`."""
        found = self._redis.hmget(game_keys(game.pin).names, list(players)) if players else []
        return {player: name for player, name in zip(players, found, strict=True) if name is not None}

    def roster(self, game: Game) -> list[Seat]:
        """See `Games.roster`."""
        k = game_keys(game.pin)
        names, kicked = self._redis.hgetall(k.names), self._redis.smembers(k.kicked)
        present, teams, numbers = self.present(game), self.teams(game, list(names)), self.numbers(game, list(names))
        return [
            Seat(player, name, player in present, teams.get(player), numbers.get(player))
            for player, name in names.items()
            if player not in kicked
        ]

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.numbers`."""
        fields = [f"number:{player}" for player in players]
        found = self._redis.hmget(game_keys(game.pin).game, fields) if fields else []
        return {player: int(one) for player, one in zip(players, found, strict=True) if one is not None}

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.teams`."""
        found = self._redis.hmget(game_keys(game.pin).teams, list(players)) if players and game.options.teams else []
        return {player: int(one) for player, one in zip(players, found, strict=False) if one is not None}

    def kick(self, game: Game, player: str) -> str:
        """See `Games.kick`."""
        k = game_keys(game.pin)
        status, *name = self._run("kick", [k.game, k.leaderboard, k.names, k.kicked, *_teams(game)], game.id, player)
        if status != "ok":
            raise _refused(status)
        return str(name[0])

    def kicked(self, game: Game) -> set[str]:
        """See `Games.kicked`."""
        return set(self._redis.smembers(game_keys(game.pin).kicked))

    def rename(self, game: Game, player: Player) -> int:
        """See `Games.rename`."""
        k = game_keys(game.pin)
        forms = nickname_key(player.nickname), nickname_look(player.nickname)
        status, *at = self._run("rename", [k.game, k.names, k.folded], game.id, player.id, player.nickname, *forms, "")
        if status != "ok":
            raise _refused(status)
        return int(at[0])

    def reset(self, game: Game) -> int:
        """See `Games.reset`."""
        k = game_keys(game.pin)
        forgotten = [k.streaks, k.answered, k.opened, *(k.answers(i) for i in range(len(game.questions)))]
        generation = self._run("reset", [k.game, k.leaderboard, *forgotten], game.id)
        if generation == "gone":
            raise GameNotFound
        return int(generation)

    def generation(self, game: Game) -> int:
        """See `Games.generation`."""
        return int(self._redis.hget(game_keys(game.pin).game, "generation") or 1)

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """See `Games.arrive`."""
        self._change(game, game_keys(game.pin).presence, "SADD", f"{player}|{worker}")

    def depart(self, game: Game, player: str, worker: str) -> None:
        """See `Games.depart`."""
        self._change(game, game_keys(game.pin).presence, "SREM", f"{player}|{worker}")

    def present_here(self, game: Game, worker: str, players: Sequence[str]) -> None:
        """See `Games.present_here`."""
        k = game_keys(game.pin)
        self._run("presence", [k.game, k.presence], game.id, worker, *players)

    def present(self, game: Game) -> set[str]:
        """See `Games.present`."""
        k = game_keys(game.pin)
        here, kicked = self._redis.smembers(k.presence), self._redis.smembers(k.kicked)
        return {member.split("|", 1)[0] for member in here} - set(kicked)

    def is_present(self, game: Game, player: str) -> bool:
        """See `Games.is_present`."""
        k, workers = game_keys(game.pin), self._redis.zrange(keys.WORKERS, 0, -1)
        return bool(self._run("is_present", [k.presence, k.kicked], player, *workers))

    def beat(self, worker: str) -> bool:
        """See `Games.beat`."""
        return bool(self._redis.zadd(keys.WORKERS, {worker: self.now()}))

    def bury(self, silent_ms: int) -> list[Game]:
        """See `Games.bury`."""
        dead = self._redis.zrangebyscore(keys.WORKERS, "-inf", self.now() - silent_ms)
        bereft: list[Game] = []
        try:
            for game in self.running() if dead else []:
                key = game_keys(game.pin).presence
                lost = [member for member in self._redis.smembers(key) if member.split("|", 1)[1] in dead]
                if lost and self._redis.srem(key, *lost):  # by nobody else meanwhile
                    bereft.append(game)
                    # The dead worker may have claimed a board and not told it: a new version makes another tell it.
                    self._change(game, game_keys(game.pin).game, "HINCRBY", "board", "1")
        except (RedisError, OSError, StoreAway):
            if not bereft:
                raise
            return bereft  # they are told of; the rest is somebody's next look
        if dead:
            self._redis.zrem(keys.WORKERS, *dead)
        return bereft

    def arm(self, game: Game, due: int) -> None:
        """See `Games.arm`."""
        self._redis.zadd(keys.CLOCKS, {game.pin: due})

    def disarm(self, pin: str) -> None:
        """See `Games.disarm`."""
        self._redis.zrem(keys.CLOCKS, pin)

    def overdue(self, now: int | None = None, most: int = OVERDUE) -> list[str]:
        """See `Games.overdue`."""
        if now is None:
            return list(self._run("overdue", [keys.CLOCKS], most))
        return list(self._redis.zrangebyscore(keys.CLOCKS, "-inf", now, start=0, num=most))

    def announced(self, game: Game, version: int | None = None) -> int:
        """See `Games.announced`."""
        found = self._run("announced", [game_keys(game.pin).game], game.id, version or 0)
        if found is None:
            raise GameNotFound
        return int(found)

    def archive(self, game: Game, record: bytes) -> None:
        """See `Games.archive`."""
        self._redis.set(keys.archive(game.id), record, ex=self._archive_s)
        self._run("expire", game_keys(game.pin).all(len(game.questions)), game.id, self._finished_ttl_s)

    def archived(self, game_id: str) -> bytes | None:
        """See `Games.archived`."""
        record = self._redis.get(keys.archive(game_id))
        return None if record is None else record.encode()

    def forget(self, game: Game, player: str) -> None:
        """See `Games.forget`."""
        k = game_keys(game.pin)
        on = [k.game, k.leaderboard, k.names, k.folded, k.streaks, k.answered, k.opened, k.presence, k.roster, k.teams]
        self._run("forget", [*on, *(k.answers(i) for i in range(len(game.questions)))], game.id, player)

    def drop(self, game: Game) -> None:
        """See `Games.drop`."""
        self._run("expire", game_keys(game.pin).all(len(game.questions)), game.id, 0)

    def running(self) -> list[Game]:
        """See `Games.running`."""
        games = []
        for pin in self._redis.zrange(keys.GAMES, 0, -1, desc=True):
            try:
                game = self.game(pin)
            except StoreAway:
                raise
            except (ServerBusy, msgspec.MsgspecError) as error:  # somebody has spoilt its keys; the others are well
                log.warning("game %s can't be read: %s", pin, error)
                continue
            if game is None:
                self._redis.zrem(keys.GAMES, pin)
            else:
                games.append(game)
        return games

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """See `Games.claim`."""
        k = game_keys(game.pin)
        wait = self._run("claim", [k.sent, k.game], topic, value, window_ms, game.id)
        if wait is None:
            raise GameNotFound
        return int(wait)

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """See `Games.note_roster`."""
        if not self._change(game, game_keys(game.pin).roster, "RPUSH", _encode((change, player))):
            raise GameNotFound

    def take_roster(self, game: Game, window_ms: int) -> int | list[tuple[str, Player]]:
        """See `Games.take_roster`."""
        k = game_keys(game.pin)
        reply = self._run("roster", [k.sent, k.roster, k.game], window_ms, game.id)
        if reply is None:
            raise GameNotFound
        first, *changes = reply
        if first >= 0:
            return int(first)
        return [msgspec.json.decode(one, type=tuple[str, Player]) for one in changes]
