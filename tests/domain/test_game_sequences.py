from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from quiz.domain.errors import WrongState
from quiz.domain.game import Game, Phase, add_time, advance, close, end, lock, pause, resume, skip, start, tick

from .builders import make_game

COMMANDS = {"start": start, "close": close, "advance": advance, "pause": pause, "resume": resume, "skip": skip}


class AnyHost(RuleBasedStateMachine):
    """A host who presses anything at any time, and a clock that runs beside."""

    game: Game
    phase: Phase
    now = 1_700_000_000_000
    #: The time for which the current question has been open, counted apart; negative in its countdown.
    open_for = 0
    #: What was added to its time.
    added = 0

    @initialize(
        limits=st.lists(st.sampled_from([1.0, 2.5, 20.0, 1.0005]), min_size=1, max_size=4),
        countdown_ms=st.sampled_from([0, 1, 3000]),
        every=st.integers(0, 3),
        auto_advance=st.booleans(),
        grace_ms=st.sampled_from([0, 250]),
    )
    def create(self, limits: list[float], countdown_ms: int, every: int, auto_advance: bool, grace_ms: int) -> None:
        self.game = make_game(
            *limits, countdown_ms=countdown_ms, leaderboard_every=every, auto_advance=auto_advance, grace_ms=grace_ms
        )
        self.phase = self.game.first_phase()

    def moved(self, phase: Phase) -> None:
        assert phase.version == self.phase.version + 1
        assert phase.index in (self.phase.index, self.phase.index + 1)
        if phase.index != self.phase.index:
            self.open_for, self.added = -self.game.options.countdown_ms, 0
        if self.phase.state == "question" and phase.state == "paused":
            # The grace is no time of the question's.
            self.open_for = min(self.open_for, self.game.questions[phase.index].time_limit_ms + self.added)
        self.phase = phase

    @rule(command=st.sampled_from(sorted(COMMANDS)))
    def press(self, command: str) -> None:
        try:
            moved = COMMANDS[command](self.game, self.phase, self.now)
        except WrongState:
            return
        self.moved(moved)

    @rule(locked=st.booleans())
    def press_lock(self, locked: bool) -> None:
        if self.phase.state != "finished":
            self.moved(lock(self.phase, self.now, locked))

    @rule(ms=st.sampled_from([1000, 30_000]))
    def press_add_time(self, ms: int) -> None:
        if self.phase.asking:
            self.moved(add_time(self.game, self.phase, self.now, ms))
            self.added += ms

    @rule(sure=st.integers(0, 9))
    def press_end(self, sure: int) -> None:
        if sure == 0 and self.phase.state != "finished":
            self.moved(end(self.game, self.phase, self.now))

    @rule(ms=st.sampled_from([1, 40, 250, 999, 3000, 4999, 20_000]))
    def time_passes(self, ms: int) -> None:
        while self.phase.due and self.phase.due <= self.now + ms:
            step = max(self.phase.due - self.now, 0)
            self.pass_time(step)
            ms -= step
            assert tick(self.game, self.phase, self.now - 1) is None or step == 0
            following = tick(self.game, self.phase, self.now)
            assert following is not None
            self.moved(following)
        self.pass_time(ms)
        assert tick(self.game, self.phase, self.now) is None

    def pass_time(self, ms: int) -> None:
        self.now += ms
        if self.phase.state == "question":
            self.open_for += ms

    @invariant()
    def an_open_question_has_its_whole_time(self) -> None:
        if self.phase.state == "question":
            limit = self.game.questions[self.phase.index].time_limit_ms
            assert self.phase.closes_at - self.phase.opened_at == limit + self.added
            assert self.phase.due == self.phase.closes_at + self.game.grace_ms
            assert self.now - self.phase.opened_at == self.open_for
        if self.phase.state == "paused":
            assert self.phase.due == 0

    @invariant()
    def the_state_is_one_of_a_live_game(self) -> None:
        assert self.phase.state in ("lobby", "question", "reveal", "leaderboard", "paused", "finished")
        assert (self.phase.index == -1) <= (self.phase.state in ("lobby", "finished"))
        assert bool(self.phase.resume_to) == (self.phase.state == "paused")


def test_no_order_of_commands_breaks_a_game() -> None:
    """Whatever a host presses and whenever: versions only grow, and pauses take nothing off a question's time."""
    run_state_machine_as_test(AnyHost, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))
