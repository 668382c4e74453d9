"""The answers to the questions of games, in Redis. To take one is one script (`scripts/accept.lua`), run where the data is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from quiz.domain.errors import GameNotFound
from quiz.domain.game import Game
from quiz.play.ports import Acceptance, Receipt, Submission
from quiz.store.connection import Prepared, SharedRedis, busy_if_unreachable, script
from quiz.store.keys import game_keys
from quiz.store.refusals import refused

#: Questions whose answers are prepared for, a kilobyte each.
PREPARED = 2000
_receipt = msgspec.json.Decoder(Receipt).decode
_encode = msgspec.json.encode


@busy_if_unreachable
class RedisAnswers:
    """`play.ports.Answers` over a Redis. `now` gives epoch milliseconds."""

    def __init__(self, client: SharedRedis, now: Callable[[], int]) -> None:
        self._redis: Any = client
        self._now = now
        self._scripts = {name: script(client, "quiz.store", name) for name in ("accept", "given", "reset", "miss")}
        self._acceptors: dict[tuple[str, int], tuple[Game, Prepared]] = {}  # by game and question

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """See `Answers.accept`."""
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
            raise refused(status)
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

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Answers.receipts`."""
        key = game_keys(game.pin).answers(index)
        if players is None:
            return {player: _receipt(one) for player, one in self._redis.hgetall(key).items()}
        found = self._redis.hmget(key, list(players)) if players else []
        return {player: _receipt(one) for player, one in zip(players, found, strict=True) if one is not None}

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """See `Answers.given`."""
        of = game_keys(game.pin)
        found = self._scripts["given"](keys=[of.answers(index) for index in indexes], args=[player]) if indexes else []
        return {index: _receipt(one) for index, one in zip(indexes, found, strict=True) if one}

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Answers.answered`."""
        return set(self._redis.hkeys(game_keys(game.pin).answers(index)))

    def answer_count(self, game: Game, index: int) -> int:
        """See `Answers.answer_count`."""
        return int(self._redis.hlen(game_keys(game.pin).answers(index)))

    def generation(self, game: Game) -> int:
        """See `Answers.generation`."""
        return int(self._redis.hget(game_keys(game.pin).game, "generation") or 1)

    def reset(self, game: Game) -> int:
        """See `Answers.reset`."""
        k = game_keys(game.pin)
        forgotten = [k.streaks, k.answered, k.opened, *(k.answers(i) for i in range(len(game.questions)))]
        generation = self._scripts["reset"](keys=[k.game, k.leaderboard, *forgotten], args=[game.id])
        if generation == "gone":
            raise GameNotFound
        return int(generation)

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Answers.open_for`."""
        k, field = game_keys(game.pin), f"{player}|{index}"
        self._redis.hsetnx(k.opened, field, self._now())
        return int(self._redis.hget(k.opened, field))

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """See `Answers.opened_for`."""
        fields = [f"{player}|{i}" for i in range(len(game.questions))]
        found = self._redis.hmget(game_keys(game.pin).opened, fields)
        return {i: int(at) for i, at in enumerate(found) if at is not None}

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Answers.miss`."""
        k = game_keys(game.pin)
        self._scripts["miss"](keys=[k.game, k.streaks, k.opened], args=[game.id, player, f"{player}|{index}"])
