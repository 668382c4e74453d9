"""A game: one run of a quiz. `Game` is what never changes, `Phase` what does; the functions are its state machine.

Each takes the phase and the server's time in milliseconds and gives the next phase, or raises WrongState. Nothing here
waits or reads a clock, so any worker can move any game on.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from quiz.domain.errors import QuestionNotFound, WrongState
from quiz.domain.question import Question
from quiz.domain.quiz import SCHEMA
from quiz.domain.scoring import Scoring, worth

Mode = Literal["live", "self-paced"]
State = Literal["lobby", "question", "reveal", "leaderboard", "paused", "finished", "open"]

TeamChoice = Literal["chosen", "assigned"]

#: How long the reveal and the leaderboard stay when a game advances by itself.
AUTO_ADVANCE_MS = 5000
#: How much time a player may have, in percent of what the others have; and how many players of a game may have more than they.
SHARES, EXTENDED = (100, 125, 150, 200), 200
#: Milliseconds that may be added to a question's time, all in all.
ADDED_MS = 3_600_000


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a host may choose for a game (contract §3). `scoring` None means the default of the mode.

    `show_on_phones` False: in a live game players see a question's text and image on the host's screen alone. `leaderboard`
    False: players are shown neither boards nor ranks. `closes_at`: when a self-paced game ends by itself, in epoch milliseconds.
    """

    scoring: Scoring | None = None
    countdown_ms: Annotated[int, Meta(ge=0, le=60_000)] = 3000
    auto_close: bool = True
    auto_advance: bool = False
    leaderboard_every: Annotated[int, Meta(ge=0, le=1000)] = 1
    late_join: bool = True
    streak_bonus: bool = False
    max_players: Annotated[int, Meta(ge=1)] | None = None
    nicknames: Literal["free", "generated"] = "free"
    compensation_ms: Annotated[int, Meta(ge=0, le=5000)] = 0
    shuffle_choices: bool = False
    time_limits: bool = False
    #: 2 to 20 names (`teams.team_names`), or none: no teams. Players choose theirs, or come to the smallest.
    teams: Annotated[tuple[Annotated[str, Meta(max_length=240)], ...], Meta(max_length=20)] = ()
    team_choice: TeamChoice = "chosen"
    extra_time: Annotated[float, Meta(ge=1, le=2, description="The most time that the host may give a single player")] = 2.0
    hide_names: bool = False
    show_on_phones: bool = True
    leaderboard: bool = True
    closes_at: Annotated[int, Meta(ge=0)] | None = None


class Source(msgspec.Struct, frozen=True):
    """Where a question is from: the quiz of an owner (None: a shared one), and its id there."""

    owner: str | None
    quiz: str
    question: str


class Draw(msgspec.Struct, frozen=True):
    """How a game's questions were drawn: so many, by this seed, of the quizzes with all the tags or, without any, of one quiz."""

    count: int
    seed: int
    tags: tuple[str, ...]
    sources: tuple[Source, ...]


class Game(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What a game keeps from its creation on. `created_at` is in epoch milliseconds; `host` is None if any host may run it.

    `attempt` is its host's own name for the wish that it fulfils, if that had one.
    """

    id: str
    pin: str
    quiz: str
    title: str
    language: str = ""  # of the quiz, as its author said
    mode: Mode
    questions: tuple[Question, ...]
    created_at: int
    options: Options = Options()
    host: str | None = None
    grace_ms: int = 250
    schema: int = SCHEMA
    draw: Draw | None = None
    attempt: str | None = None

    @property
    def live(self) -> bool:
        """Whether the host paces the game."""
        return self.mode == "live"

    @property
    def scoring(self) -> Scoring:
        """The scoring profile in force."""
        return self.options.scoring or ("kahoot" if self.live else "flat")

    def index_of(self, question_id: str) -> int:
        """The place of a question, from 0; raises QuestionNotFound."""
        try:
            return self._indexes[question_id]
        except KeyError:
            raise QuestionNotFound from None

    @cached_property
    def _indexes(self) -> dict[str, int]:
        return {question.id: index for index, question in enumerate(self.questions)}

    def worth(self, index: int) -> int:
        """The full points of a question."""
        return worth(self.scoring, self.questions[index].points, self.mode, index + 1)

    def first_phase(self) -> Phase:
        """The phase that the game begins in."""
        closes_at, hidden = self.options.closes_at, self.options.hide_names
        if self.live:
            return Phase(state="lobby", names_hidden=hidden)
        return Phase(state="open", due=closes_at + self.grace_ms if closes_at else 0, names_hidden=hidden)


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """Where a game stands. Times are epoch milliseconds of the store's clock, 0 for none.

    `index` is the question's, -1 before the first. `moved_at` is when this phase began, `due` when the game moves on by
    itself. While paused, `resume_to` is the state to come back to, `elapsed_ms` how long the question had been open (negative
    in its countdown), and `hold_ms` how much was left of a reveal or leaderboard that advances by itself.

    `skipped` are the indexes of questions that give nobody points, `extended` the players who have more time, and how much in
    percent. While `names_hidden`, the host's screen shows no nicknames.
    """

    state: State
    version: int = 1
    index: int = -1
    opened_at: int = 0
    closes_at: int = 0
    moved_at: int = 0
    due: int = 0
    locked: bool = False
    resume_to: str = ""
    elapsed_ms: int = 0
    hold_ms: int = 0
    skipped: tuple[int, ...] = ()
    extended: dict[str, int] = {}
    names_hidden: bool = False

    @property
    def asking(self) -> bool:
        """Whether a question is open or its clock is stopped: its answers are recorded and not yet on the board."""
        return self.state == "question" or (self.state == "paused" and self.resume_to == "question")

    @property
    def revealing(self) -> bool:
        """Whether a question's reveal is shown, or was when the game was paused."""
        return self.state == "reveal" or (self.state == "paused" and self.resume_to == "reveal")

    def over(self, index: int) -> bool:
        """In a live game: whether the question at `index` is closed."""
        return index < self.index or (index == self.index and not self.asking)

    def counts(self, index: int) -> bool:
        """In a live game: whether the points of the question at `index` are on the board."""
        return self.over(index) and index not in self.skipped

    def stretched(self, ms: int, player: str | None) -> int:
        """A time as this player has it."""
        return ms * self.extended.get(player, 100) // 100 if player else ms

    def closes_for(self, player: str | None) -> int:
        """When the question closes for this player."""
        return self.opened_at + self.stretched(self.closes_at - self.opened_at, player)


def _to(phase: Phase, now: int, state: State, **changes: Any) -> Phase:
    cleared = {"due": 0, "resume_to": "", "elapsed_ms": 0, "hold_ms": 0}
    return msgspec.structs.replace(phase, state=state, version=phase.version + 1, moved_at=now, **{**cleared, **changes})


def _ask(game: Game, phase: Phase, index: int, now: int) -> Phase:
    opened_at = now + game.options.countdown_ms
    closes_at = opened_at + game.questions[index].time_limit_ms
    return _to(phase, now, "question", index=index, opened_at=opened_at, closes_at=closes_at, due=closes_at + game.grace_ms)


def _hold(game: Game, now: int) -> int:
    return now + AUTO_ADVANCE_MS if game.options.auto_advance else 0


def start(game: Game, phase: Phase, now: int) -> Phase:
    """Opens the first question."""
    if phase.state != "lobby":
        raise WrongState("the game has started already" if game.live else "a self-paced game needs no start")
    return _ask(game, phase, 0, now)


def close(game: Game, phase: Phase, now: int) -> Phase:
    """Closes the open question and reveals it."""
    if phase.state != "question":
        raise WrongState("no question is open")
    return _to(phase, now, "reveal", due=_hold(game, now))


def skip(game: Game, phase: Phase, now: int) -> Phase:
    """Reveals the question that is open or paused, without points for anybody."""
    if not phase.asking:
        raise WrongState("no question is open")
    return _to(phase, now, "reveal", due=_hold(game, now), skipped=(*phase.skipped, phase.index))


def add_time(game: Game, phase: Phase, now: int, ms: int) -> Phase:
    """Has the question that is open or paused close so much later."""
    if not phase.asking:
        raise WrongState("no question is open")
    closes_at = phase.closes_at + ms
    if closes_at - phase.opened_at > game.questions[phase.index].time_limit_ms + ADDED_MS:
        raise WrongState("a question can't be open for so long")
    due = phase.due + ms if phase.due else 0
    return _beside(phase, now, closes_at=closes_at, due=due)


def advance(game: Game, phase: Phase, now: int) -> Phase:
    """From the reveal to the leaderboard where one is due, from there or else at once to the next question or the end."""
    every = game.options.leaderboard_every if game.options.leaderboard else 0
    if phase.state == "reveal" and every and (phase.index + 1) % every == 0 and phase.index not in phase.skipped:
        return _to(phase, now, "leaderboard", due=_hold(game, now))
    if phase.state not in ("reveal", "leaderboard"):
        raise WrongState("close the question first" if phase.asking else "there is nothing to go on from")
    if phase.index + 1 < len(game.questions):
        return _ask(game, phase, phase.index + 1, now)
    return _to(phase, now, "finished")


def pause(game: Game, phase: Phase, now: int) -> Phase:
    """Stops the game's clock."""
    if phase.state not in ("question", "reveal", "leaderboard"):
        raise WrongState("there is nothing to pause")
    if phase.state == "question":
        last = max(map(phase.closes_for, (None, *phase.extended)))
        return _to(phase, now, "paused", resume_to=phase.state, elapsed_ms=min(now, last) - phase.opened_at)
    return _to(phase, now, "paused", resume_to=phase.state, hold_ms=max(phase.due - now, 1) if phase.due else 0)


def resume(game: Game, phase: Phase, now: int) -> Phase:
    """Goes on with the time that was left."""
    if phase.state != "paused":
        raise WrongState("the game is not paused")
    if phase.resume_to == "question":
        opened_at = now - phase.elapsed_ms
        closes_at = opened_at + phase.closes_at - phase.opened_at
        return _to(phase, now, "question", opened_at=opened_at, closes_at=closes_at, due=closes_at + game.grace_ms)
    state: State = "reveal" if phase.resume_to == "reveal" else "leaderboard"
    return _to(phase, now, state, due=now + phase.hold_ms if phase.hold_ms else 0)


def end(game: Game, phase: Phase, now: int) -> Phase:
    """Ends the game; answers to an open question still count."""
    if phase.state == "finished":
        raise WrongState("the game is over")
    return _to(phase, now, "finished")


def _beside(phase: Phase, now: int, **changes: Any) -> Phase:
    """A change of what is beside the state, which stays."""
    if phase.state == "finished":
        raise WrongState("the game is over")
    return msgspec.structs.replace(phase, version=phase.version + 1, moved_at=now, **changes)


def lock(phase: Phase, now: int, locked: bool) -> Phase:
    """Lets new players in, or no longer; the state and its clock stay."""
    return _beside(phase, now, locked=locked)


def hide_names(phase: Phase, now: int, hidden: bool) -> Phase:
    """Keeps nicknames off the host's screen, or shows them again."""
    return phase if phase.names_hidden == hidden else _beside(phase, now, names_hidden=hidden)


def extend(game: Game, phase: Phase, now: int, player: str, share: int) -> Phase:
    """Gives a player so much of every time limit, in percent: more than the others, or as much again."""
    if share > game.options.extra_time * 100:
        raise WrongState("this game gives single players no more time" if game.options.extra_time < 1.25 else "not so much time")
    extended = {**phase.extended, player: share}
    if share == 100:
        del extended[player]
    if len(extended) > EXTENDED:
        raise WrongState(f"{EXTENDED} players have more time already")
    return phase if extended == phase.extended else _beside(phase, now, extended=extended)


def tick(game: Game, phase: Phase, now: int) -> Phase | None:
    """What the clock makes of the phase at `now`; None while nothing is due."""
    if not phase.due or now < phase.due:
        return None
    if phase.state == "open":
        return end(game, phase, now)
    return close(game, phase, now) if phase.state == "question" else advance(game, phase, now)
