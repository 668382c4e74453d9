"""Games in this process's memory, by the same rules as in Redis: for tests of play, and the ground of the fallback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from quiz.domain import scoring
from quiz.domain.errors import (
    GameFull,
    GameLocked,
    GameNotFound,
    Kicked,
    NicknameTaken,
    NotJoined,
    QuestionNotOpen,
    TeamUnknown,
    TooLate,
    WrongState,
)
from quiz.domain.game import Game, Phase
from quiz.domain.player import Player, nickname_key, nickname_look
from quiz.domain.ranking import sort_score
from quiz.domain.teams import Total, totals
from quiz.play.ports import OVERDUE, Acceptance, Receipt, Seat, Standing, Submission, View
from quiz.store.held import Held

#: How long ago an answer may have come, in milliseconds, to count from then on.
BELIEVED_MS = 1000


class MemoryGames:
    """`play.ports.Games` in dicts. `clock` gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._held: dict[str, Held] = {}
        #: Of finished games, by id, and when they were made.
        self.records: dict[str, bytes] = {}
        self.recorded_at: dict[str, int] = {}
        self._workers: dict[str, int] = {}
        self._clocks: dict[str, int] = {}
        self._epoch = clock() // 1000

    def held(self, game: Game) -> Held:
        """What is kept of a game; raises GameNotFound."""
        found = self._held.get(game.pin)
        if found is None or found.game.id != game.id:
            raise GameNotFound
        return found

    @property
    def exact(self) -> MemoryGames:
        """See `Games.exact`."""
        return self

    def now(self) -> int:
        """See `Games.now`."""
        return self._clock()

    def create(self, game: Game) -> bool:
        """See `Games.create`."""
        if game.pin in self._held:
            return False
        self._held[game.pin] = Held(game, game.first_phase(), self._epoch)
        return True

    def game(self, pin: str) -> Game | None:
        """See `Games.game`."""
        found = self._held.get(pin)
        return found.game if found else None

    def phase(self, game: Game) -> tuple[Phase, int]:
        """See `Games.phase`."""
        return self.held(game).phase, self.now()

    def move(self, game: Game, old: Phase, new: Phase) -> bool:
        """See `Games.move`."""
        held = self.held(game)
        if held.phase.version != old.version:
            return False
        held.phase = new
        if old.asking and not new.asking and old.index not in new.skipped:
            self._settle(held, old.index)
        return True

    def _settle(self, held: Held, index: int) -> None:
        streaks = {}
        for player, receipt in held.answers.get(index, {}).items():
            if player in held.leaderboard:
                if receipt.points:
                    held.leaderboard[player] = sort_score(int(held.leaderboard[player]) + receipt.points, receipt.stamp)
                if receipt.right:
                    streaks[player] = receipt.streak
        if held.game.questions[index].type != "poll":
            held.streaks = streaks
        held.board += 1

    def join(self, game: Game, player: Player, key: str, worker: str | None = None) -> View:
        """See `Games.join`."""
        held, options = self.held(game), game.options
        other, look = held.folded.get(key), nickname_look(player.nickname)
        alike = held.folded.get(look)
        if not held.kicked.isdisjoint((other, alike, player.id)):
            raise Kicked
        if player.id in held.names:
            return replace(self.view(game, player.id), again=True)
        if held.phase.state == "finished":
            raise WrongState("the game is over")
        if other or alike:
            raise NicknameTaken
        if held.phase.locked:
            raise GameLocked
        if not options.late_join and held.phase.state not in ("lobby", "open"):
            raise GameLocked("the game has begun, and its host lets nobody in late")
        if options.max_players and len(held.leaderboard) >= options.max_players:
            raise GameFull
        team = self._team(held, player)
        if team is not None:
            held.teams[player.id] = team
        held.names[player.id] = player.nickname
        held.numbers[player.id] = len(held.names)
        held.folded[key] = held.folded[look] = player.id
        held.stamp = held.next_stamp(self.now())
        held.leaderboard[player.id] = sort_score(0, held.stamp)
        held.board += 1
        if worker is not None:
            self.arrive(game, player.id, worker)
            self.note_roster(game, "joined", player)
        return self.view(game, player.id)

    @staticmethod
    def _team(held: Held, player: Player) -> int | None:
        options = held.game.options
        if options.teams and options.team_choice == "assigned":
            return held.smallest_team()
        if options.teams and player.team is None:
            raise TeamUnknown(options.teams)
        return player.team if options.teams else None

    def accept(self, game: Game, submission: Submission) -> Acceptance:
        """See `Games.accept`."""
        held = self.held(game)
        first = self.first(held, submission.player, submission.index)
        if first:
            return Acceptance(first, True, None)
        receipt = self.judge(held, submission)
        before = held.board
        self.record(held, submission.player, submission.index, receipt)
        return Acceptance(receipt, False, (held.epoch, held.board) if held.board > before else None)

    def first(self, held: Held, player: str, index: int) -> Receipt | None:
        """The receipt of the player's answer to a question; raises Kicked or NotJoined."""
        if player in held.kicked:
            raise Kicked
        if player not in held.names:
            raise NotJoined
        return held.answers.get(index, {}).get(player)

    def judge(self, held: Held, s: Submission) -> Receipt:
        """The receipt that a first answer to a question would get; raises QuestionNotOpen or TooLate. Changes nothing."""
        game, now = held.game, self.now()
        limit = held.phase.stretched(game.questions[s.index].time_limit_ms, s.player)
        at = now if s.at is None or now - s.at > BELIEVED_MS else min(s.at, now)
        opened = self._open_since(held, s, now, at, limit)
        elapsed = min(max(at - opened - s.credit_ms, 0), limit)
        streak = scoring.streak_after(held.streaks.get(s.player, 0), s.right)
        points = scoring.points(game.scoring, game.worth(s.index), s.right, elapsed, limit)
        if game.options.streak_bonus:
            points += scoring.streak_bonus(streak, s.right)
        score = rank = 0
        if not game.live:
            score = int(held.leaderboard[s.player]) + points
            rank = held.rank(score)
        return Receipt(
            answer=s.answer,
            right=s.right,
            points=points,
            elapsed_ms=elapsed,
            streak=streak,
            stamp=held.next_stamp(at),
            at=at,
            score=score,
            rank=rank,
        )

    def record(self, held: Held, player: str, index: int, receipt: Receipt) -> None:
        """Puts a receipt where it belongs."""
        self.count(held, player, index, receipt)
        held.answers.setdefault(index, {})[player] = receipt

    @staticmethod
    def count(held: Held, player: str, index: int, receipt: Receipt) -> None:
        """All that follows from a receipt."""
        held.stamp = max(held.stamp, receipt.stamp)
        if not held.game.live:
            if receipt.points:
                held.leaderboard[player] = sort_score(receipt.score, receipt.stamp)
                held.board += 1
            held.streaks[player] = receipt.streak
        answered = held.answered.setdefault(player, [])
        if index not in answered:
            answered.append(index)

    def _open_since(self, held: Held, s: Submission, now: int, at: int, limit: int) -> int:
        game, phase = held.game, held.phase
        if not game.live:
            if phase.state == "finished":
                raise TooLate
            opened = held.opened.get((s.player, s.index))
            if game.options.time_limits:
                if opened is None:
                    raise QuestionNotOpen
                if at > opened + limit + game.grace_ms:
                    raise TooLate
            return at if opened is None else opened
        if s.index > phase.index or (s.index == phase.index and phase.state == "paused" and phase.resume_to == "question"):
            raise QuestionNotOpen
        if s.index < phase.index or phase.state != "question" or at > phase.closes_for(s.player) + game.grace_ms:
            raise TooLate
        if now < phase.opened_at:
            raise QuestionNotOpen
        return phase.opened_at

    def standing(self, game: Game, player: str) -> Standing:
        """See `Games.standing`."""
        held = self.held(game)
        if player not in held.names:
            raise NotJoined
        score = int(held.leaderboard.get(player, 0))
        return Standing(
            nickname=held.names[player],
            score=score,
            rank=held.rank(score),
            answered=tuple(held.answered.get(player, ())),
            kicked=player in held.kicked,
            team=held.teams.get(player),
        )

    def view(self, game: Game, player: str) -> View:
        """See `Games.view`."""
        return View(self.standing(game, player), *self.phase(game))

    def open_for(self, game: Game, player: str, index: int) -> int:
        """See `Games.open_for`."""
        return self.held(game).opened.setdefault((player, index), self.now())

    def opened_for(self, game: Game, player: str) -> Mapping[int, int]:
        """See `Games.opened_for`."""
        return {index: at for (who, index), at in self.held(game).opened.items() if who == player}

    def miss(self, game: Game, player: str, index: int) -> None:
        """See `Games.miss`."""
        held = self.held(game)
        opened = held.opened.get((player, index), 0)
        if opened > 0:
            held.stamp = held.next_stamp(self.now())
            held.opened[player, index] = -game.created_at - held.stamp
            held.streaks[player] = 0

    def receipts(self, game: Game, index: int, players: Sequence[str] | None = None) -> dict[str, Receipt]:
        """See `Games.receipts`."""
        answers = self.held(game).answers.get(index, {})
        return {p: r for p, r in answers.items() if players is None or p in players}

    def given(self, game: Game, player: str, indexes: Sequence[int]) -> dict[int, Receipt]:
        """See `Games.given`."""
        found = {index: self.receipts(game, index, [player]).get(player) for index in indexes}
        return {index: receipt for index, receipt in found.items() if receipt}

    def answer_count(self, game: Game, index: int) -> int:
        """See `Games.answer_count`."""
        return len(self.held(game).answers.get(index, {}))

    def answered(self, game: Game, index: int) -> set[str]:
        """See `Games.answered`."""
        return set(self.held(game).answers.get(index, {}))

    def scores(self, game: Game) -> list[tuple[str, int]]:
        """See `Games.scores`."""
        return self.held(game).listing()

    def streaks(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.streaks`."""
        held = self.held(game)
        return {player: held.streaks.get(player, 0) for player in players}

    def names(self, game: Game, players: Sequence[str]) -> dict[str, str]:
        """See `Games.names`."""
        names = self.held(game).names
        return {player: names[player] for player in players if player in names}

    def roster(self, game: Game) -> list[Seat]:
        """See `Games.roster`."""
        held, present = self.held(game), self.present(game)
        there = ((player, name) for player, name in held.names.items() if player not in held.kicked)
        return [Seat(player, name, player in present, held.teams.get(player), held.numbers.get(player)) for player, name in there]

    def numbers(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.numbers`."""
        numbers = self.held(game).numbers
        return {player: numbers[player] for player in players if player in numbers}

    def teams(self, game: Game, players: Sequence[str]) -> dict[str, int]:
        """See `Games.teams`."""
        teams = self.held(game).teams
        return {player: teams[player] for player in players if player in teams}

    def team_totals(self, game: Game) -> list[Total]:
        """How each team stands."""
        held = self.held(game)
        return totals(
            len(game.options.teams), ((held.teams.get(player), int(score)) for player, score in held.leaderboard.items())
        )

    def kick(self, game: Game, player: str) -> str:
        """See `Games.kick`."""
        held = self.held(game)
        if player not in held.names:
            raise NotJoined
        if player not in held.kicked:
            held.kicked.add(player)
            held.leaderboard.pop(player, None)
            held.board += 1
        return held.names[player]

    def kicked(self, game: Game) -> set[str]:
        """See `Games.kicked`."""
        return set(self.held(game).kicked)

    def rename(self, game: Game, player: Player) -> int:
        """See `Games.rename`."""
        held = self.held(game)
        if player.id not in held.names:
            raise NotJoined
        forms = nickname_key(player.nickname), nickname_look(player.nickname)
        if any(held.folded.get(form, player.id) != player.id for form in forms):
            raise NicknameTaken
        at = max(self.now(), held.renamed.get(player.id, 0) + 1)
        self.call_by(held, player, at)
        held.board += 1
        return at

    @staticmethod
    def call_by(held: Held, player: Player, at: int) -> None:
        """The player is called so from `at` on."""
        held.names[player.id], held.renamed[player.id] = player.nickname, at
        held.folded[nickname_key(player.nickname)] = held.folded[nickname_look(player.nickname)] = player.id

    def reset(self, game: Game) -> int:
        """See `Games.reset`."""
        held = self.held(game)
        for forgotten in (held.streaks, held.answers, held.answered, held.opened):
            forgotten.clear()
        held.leaderboard = dict.fromkeys(held.leaderboard, 0.0)
        held.board += 1
        held.generation += 1
        return held.generation

    def generation(self, game: Game) -> int:
        """See `Games.generation`."""
        return self.held(game).generation

    def arrive(self, game: Game, player: str, worker: str) -> None:
        """See `Games.arrive`."""
        with suppress(GameNotFound):
            self.held(game).presence.add((player, worker))

    def depart(self, game: Game, player: str, worker: str) -> None:
        """See `Games.depart`."""
        with suppress(GameNotFound):
            self.held(game).presence.discard((player, worker))

    def present_here(self, game: Game, worker: str, players: Sequence[str]) -> None:
        """See `Games.present_here`."""
        with suppress(GameNotFound):
            held = self.held(game)
            held.presence = {one for one in held.presence if one[1] != worker} | {(player, worker) for player in players}

    def present(self, game: Game) -> set[str]:
        """See `Games.present`."""
        held = self.held(game)
        return {player for player, _ in held.presence} - held.kicked

    def is_present(self, game: Game, player: str) -> bool:
        """See `Games.is_present`."""
        return player in self.present(game)

    def beat(self, worker: str) -> bool:
        """See `Games.beat`."""
        new = worker not in self._workers
        self._workers[worker] = self.now()
        return new

    def bury(self, silent_ms: int) -> list[Game]:
        """See `Games.bury`."""
        dead = {worker for worker, at in self._workers.items() if at <= self.now() - silent_ms}
        bereft = []
        for held in self._held.values():
            lost = {one for one in held.presence if one[1] in dead}
            if lost:
                held.presence -= lost
                held.board += 1
                bereft.append(held.game)
        for worker in dead:
            del self._workers[worker]
        return bereft

    def arm(self, game: Game, due: int) -> None:
        """See `Games.arm`."""
        self._clocks[game.pin] = due

    def disarm(self, pin: str) -> None:
        """See `Games.disarm`."""
        self._clocks.pop(pin, None)

    def overdue(self, now: int | None = None, most: int = OVERDUE) -> list[str]:
        """See `Games.overdue`."""
        now = self.now() if now is None else now
        return sorted((pin for pin, due in self._clocks.items() if due <= now), key=self._clocks.__getitem__)[:most]

    def announced(self, game: Game, version: int | None = None) -> int:
        """See `Games.announced`."""
        held = self.held(game)
        if version is not None:
            held.announced = max(held.announced, version)
        return held.announced

    def archive(self, game: Game, record: bytes) -> None:
        """See `Games.archive`."""
        self.records[game.id], self.recorded_at[game.id] = record, self.now()

    def archived(self, game_id: str) -> bytes | None:
        """See `Games.archived`."""
        return self.records.get(game_id)

    def forget(self, game: Game, player: str) -> None:
        """See `Games.forget`."""
        held = self.held(game)
        by_player: list[dict[str, Any]] = [held.leaderboard, held.names, held.numbers, held.teams, held.renamed]
        by_player += [held.streaks, held.answered]
        for kept in (*by_player, *held.answers.values()):
            kept.pop(player, None)
        held.folded = {form: who for form, who in held.folded.items() if who != player}
        held.opened = {(who, index): at for (who, index), at in held.opened.items() if who != player}
        held.presence = {one for one in held.presence if one[0] != player}
        held.roster = []

    def drop(self, game: Game) -> None:
        """See `Games.drop`."""
        with suppress(GameNotFound):
            self.held(game)
            del self._held[game.pin]

    def running(self) -> list[Game]:
        """See `Games.running`."""
        return sorted((h.game for h in self._held.values()), key=lambda g: g.created_at, reverse=True)

    def claim(self, game: Game, topic: str, value: str, window_ms: int) -> int:
        """See `Games.claim`."""
        sent, now = self.held(game).sent, self.now()
        told, at = sent.get(topic, ("", 0))
        if told == value:
            return 0
        if 0 <= now - at < window_ms:
            return window_ms - (now - at)
        sent[topic] = (value, now)
        return -1

    def note_roster(self, game: Game, change: str, player: Player) -> None:
        """See `Games.note_roster`."""
        self.held(game).roster.append((change, player))

    def take_roster(self, game: Game, window_ms: int) -> int | list[tuple[str, Player]]:
        """See `Games.take_roster`."""
        held, changes = self.held(game), self.held(game).roster
        if not changes:
            return 0
        times, _ = held.sent.get("roster", ("0", 0))
        wait = self.claim(game, "roster", str(int(times) + 1), window_ms)
        if wait >= 0:
            return wait
        held.roster = []
        return changes
