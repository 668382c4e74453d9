"""How a game moves on: by its host, by its clock, or because all have answered. Any worker can do it for any game."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from quiz.domain import game as machine
from quiz.domain.errors import ServerBusy, WrongState
from quiz.domain.game import Game, Phase
from quiz.play.announcer import Announcer
from quiz.play.archive import archive
from quiz.play.holdings import Results
from quiz.play.ports import Games
from quiz.play.views import open_question_view, reveal_view, state_view

Step = Callable[[Game, Phase, int], Phase]

#: If the worker that moved a game has told nobody after so long, another one does.
RESCUE_MS = 1500
#: Attempts at a move that others get in before.
ATTEMPTS = 10
#: How often it is looked whether those who have more time than the others have answered.
AWAITING_MS = 500


class Rounds:
    """Moves games through their phases; each move is made once, however many ask for it."""

    def __init__(self, games: Games, announcer: Announcer, results: Results) -> None:
        self._games, self._announcer, self._results = games, announcer, results

    def move(self, game: Game, step: Step) -> Phase:
        """Makes one step of the state machine and tells everybody; raises what the step raises."""
        for _ in range(ATTEMPTS):
            old, now = self._games.phase(game)
            new = step(game, old, now)
            if new == old:
                return old
            if self._swap(game, old, new, now):
                return new
        raise ServerBusy

    def _swap(self, game: Game, old: Phase, new: Phase, now: int) -> bool:
        # Armed before the move: should this worker die after it, another finds a phase that nobody was told.
        self._games.alarms.arm(game, now + RESCUE_MS)
        if not self._games.move(game, old, new):
            self._games.alarms.arm(game, now)  # the clock that was set is the winner's: a look puts it right
            return False
        self._announcer.moved(game, new)
        ask = old.state != "question" or (old.index, old.closes_at) != (new.index, new.closes_at)
        self._tell(game, new, now, reveal=old.asking and not new.asking, ask=ask)
        return True

    def _tell(self, game: Game, phase: Phase, now: int, *, reveal: bool, ask: bool) -> None:
        say = self._announcer
        say.everyone(game, "game", state_view(game, phase))
        if phase.state == "question" and ask:
            say.hosts(game, "question", open_question_view(game, phase, now, host=True))
            if game.options.shuffle_choices or phase.extended:
                say.personally(game, "question", phase.index)
            else:
                say.players(game, "question", open_question_view(game, phase, now))
            say.progress_changed(game, phase.index)
        if reveal:
            receipts = self._games.exact.answers.receipts(game, phase.index)
            say.everyone(game, "reveal", reveal_view(game, phase, receipts))
            say.personally(game, "result", phase.index)
            say.board_changed(game)
        if phase.state == "finished":
            self.archive(game)
            say.board_changed(game)
        self._games.news.announced(game, phase.version)
        self._rearm(game, phase)

    def _rearm(self, game: Game, phase: Phase) -> None:
        if phase.due:
            self._games.alarms.arm(game, phase.due)
        else:
            self._games.alarms.disarm(game.pin)
        newest, now = self._games.phase(game)
        if newest.version != phase.version:
            self._games.alarms.arm(game, now)  # another worker moved on meanwhile, and this may have undone its clock

    def archive(self, game: Game) -> None:
        """Keeps the record of a game that is over, in place of one that was kept before."""
        for _ in range(ATTEMPTS):
            record = archive(self._games, game, self._games.answers.generation(game))
            self._games.archive(game, msgspec.json.encode(record))
            self._results.note(record.summary())
            # An instance that was cut off may have brought answers meanwhile; those that come from now on find the record.
            if self._answered(game) == sum(map(len, record.answers.values())):
                return

    def _answered(self, game: Game) -> int:
        return sum(self._games.exact.answers.answer_count(game, index) for index in range(len(game.questions)))

    def start(self, game: Game) -> None:
        """Opens the first question."""
        self.move(game, machine.start)

    def close_question(self, game: Game) -> None:
        """Closes the open question."""
        self.move(game, machine.close)

    def skip(self, game: Game, question: str | None = None) -> None:
        """Ends the open question without points for anybody; with `question` only that one, and once."""
        index = None if question is None else game.index_of(question)

        def step(game: Game, phase: Phase, now: int) -> Phase:
            if index in phase.skipped:
                return phase
            if index not in (None, phase.index):
                raise WrongState("this question is not open")
            return machine.skip(game, phase, now)

        self.move(game, step)

    def add_time(self, game: Game, ms: int, question: str | None = None, until: int | None = None) -> Phase:
        """Gives everybody more time for the open question; with `question` for that one only.

        With `until`, in epoch milliseconds, only if it closes before that: a retry adds nothing more.
        """
        index = None if question is None else game.index_of(question)

        def step(game: Game, phase: Phase, now: int) -> Phase:
            if index not in (None, phase.index):
                raise WrongState("this question is not open")
            if phase.asking and until is not None and phase.closes_at >= until:
                return phase
            return machine.add_time(game, phase, now, ms)

        return self.move(game, step)

    def next(self, game: Game, after: str | None = None, state: str | None = None) -> None:
        """Goes on; with `after`, from that question only, and with `state` from its reveal or its leaderboard only: if the game
        is past that already, nothing happens.
        """
        if after is None:
            self.move(game, machine.advance)
            return
        index = game.index_of(after)

        def step(game: Game, phase: Phase, now: int) -> Phase:
            if index < phase.index or (index == phase.index and phase.state == "finished"):
                return phase
            if index > phase.index:
                raise WrongState("the game has not come to this question yet")
            if state == "reveal" and phase.state == "leaderboard":
                return phase
            if state == "leaderboard" and phase.state == "reveal":
                raise WrongState("the game has not come to this leaderboard yet")
            return machine.advance(game, phase, now)

        self.move(game, step)

    def pause(self, game: Game) -> None:
        """Stops the clock."""
        self.move(game, machine.pause)

    def resume(self, game: Game) -> None:
        """Goes on with the time that was left."""
        self.move(game, machine.resume)

    def end(self, game: Game) -> None:
        """Ends the game now."""
        self.move(game, machine.end)

    def look(self, game: Game) -> None:
        """Somebody left: perhaps all who are still here have answered."""
        if game.live and game.options.auto_close:
            phase, _ = self._games.phase(game)
            if phase.state == "question":
                self._announcer.progress_changed(game, phase.index)

    def close_if_all_answered(self, game: Game, index: int) -> None:
        """Closes the question if it is open, and at least one player is connected and all who are have answered."""
        if not (game.live and game.options.auto_close):
            return
        phase, now = self._games.phase(game)
        if phase.state != "question" or phase.index != index or now < phase.opened_at:
            return
        present = self._games.presence.present(game)
        if not present or self._games.answers.answer_count(game, index) < len(present):
            return
        if len(self._games.answers.receipts(game, index, sorted(present))) == len(present):
            self._swap(game, phase, machine.close(game, phase, now), now)

    def tick(self, pin: str) -> None:
        """What the clock asks of a game: tell what a dead worker could not, close what is over, go on where that is automatic."""
        game = self._games.game(pin)
        if game is None:
            self._games.alarms.disarm(pin)
            return
        phase, now = self._games.phase(game)
        if self._games.news.announced(game) < phase.version:
            # One worker rescues; should it die too, another may after a window.
            mine = f"{phase.version}:{now}"
            if now >= phase.moved_at + RESCUE_MS and self._games.news.claim(game, "rescue", mine, RESCUE_MS) < 0:
                reveal = phase.state in ("reveal", "finished") and phase.index >= 0
                self._tell(game, phase, now, reveal=reveal, ask=True)
            return
        new = machine.tick(game, phase, now)
        if new is None:
            self._rearm(game, phase)
        elif phase.state == "question" and (until := self._awaited(game, phase, now)):
            self._games.alarms.arm(game, min(until, now + AWAITING_MS))
        else:
            self._swap(game, phase, new, now)

    def _awaited(self, game: Game, phase: Phase, now: int) -> int:
        """Until when a question stays open whose time is over for most: somebody connected has more, and has not answered."""
        untils = {player: phase.closes_for(player) + game.grace_ms for player in phase.extended}
        due = [player for player, until in untils.items() if until > now]
        due = sorted(self._games.presence.present(game).intersection(due)) if due else []
        given = self._games.answers.receipts(game, phase.index, due) if due else {}
        return max((untils[player] for player in due if player not in given), default=0)
