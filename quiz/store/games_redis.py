"""Games in Redis. What must happen at once is one Lua script (`scripts/`), run where the data is."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from gevent.lock import RLock

from quiz.domain.errors import GameNotFound, ServerBusy, StoreAway
from quiz.domain.game import Game, Phase
from quiz.domain.quiz import SCHEMA
from quiz.store import keys
from quiz.store.alarms_redis import RedisAlarms
from quiz.store.answers_redis import RedisAnswers
from quiz.store.clock import StoreClock
from quiz.store.connection import SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys
from quiz.store.lineage import first_epoch
from quiz.store.news_redis import RedisNews
from quiz.store.phases import FIELDS, flat, phase_now
from quiz.store.players_redis import RedisPlayers
from quiz.store.presence_redis import RedisPresence

log = logging.getLogger("quiz.store")

#: How many games' contents a worker keeps.
REMEMBERED = 500


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
        self._scripts = {name: script(client, "quiz.store", name) for name in ("create", "phase", "move", "expire")}
        self.presence = RedisPresence(client, self.now, self.running)
        self.players = RedisPlayers(client, self.presence)
        self.answers = RedisAnswers(client, self.now)
        self.news = RedisNews(client)
        self.alarms = RedisAlarms(client)

    @property
    def exact(self) -> RedisGames:
        """See `Games.exact`."""
        return self

    def now(self) -> int:
        """See `Games.now`."""
        return self.clock.now()

    def create(self, game: Game) -> bool:
        """See `Games.create`."""
        k = game_keys(game.pin)
        fields = [*flat(game.first_phase()), "id", game.id, "schema", SCHEMA, "created_at", game.created_at]
        fields += ["epoch", first_epoch(self._redis, self.now()), "generation", 1, "board", 1, "stamp", 0, "announced", 1]
        others = [key for key in k.all(len(game.questions)) if key not in (k.game, k.content, k.sent)]
        if not self._scripts["create"](keys=[k.game, k.content, k.sent, *others], args=[msgspec.json.encode(game), *fields]):
            return False
        self.enlist(game)
        return True

    def enlist(self, game: Game) -> None:
        """See `Games.enlist`."""
        self._redis.zadd(keys.GAMES, {game.pin: game.created_at})

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
                if len(self._remembered) > REMEMBERED:
                    self._remembered.popitem(last=False)
            return known

    def phase(self, game: Game) -> tuple[Phase, int]:
        """See `Games.phase`."""
        values = self._scripts["phase"](keys=[game_keys(game.pin).game], args=[game.id, *FIELDS])
        if values is None:
            raise GameNotFound
        return phase_now(values)

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """See `Games.move`."""
        k = game_keys(game.pin)
        leaves = old.asking and not new.asking and old.index not in new.skipped
        poll = leaves and game.questions[old.index].type == "poll"
        on = [k.game, k.leaderboard, k.streaks, k.answers(max(old.index, 0))]
        status = self._scripts["move"](keys=on, args=[game.id, old.version, int(leaves), int(poll), *flat(new)])
        if status == "gone":
            raise GameNotFound
        return bool(status == "ok")

    def archive(self, game: Game, record: bytes) -> None:
        """See `Games.archive`."""
        self._redis.set(keys.archive(game.id), record, ex=self._archive_s)
        self._expire(game, self._finished_ttl_s)

    def _expire(self, game: Game, seconds: int) -> None:
        self._scripts["expire"](keys=game_keys(game.pin).all(len(game.questions)), args=[game.id, seconds])

    def archived(self, game_id: str) -> bytes | None:
        """See `Games.archived`."""
        record = self._redis.get(keys.archive(game_id))
        return None if record is None else record.encode()

    def drop(self, game: Game) -> None:
        """See `Games.drop`."""
        self._expire(game, 0)

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
