from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from quiz.domain.errors import QuestionNotFound, WrongState
from quiz.domain.game import (
    AUTO_ADVANCE_MS,
    EXTENDED,
    Game,
    Options,
    Phase,
    add_time,
    advance,
    close,
    end,
    extend,
    hide_names,
    lock,
    pause,
    resume,
    skip,
    start,
    tick,
)

from .builders import make_game

NOW = 1_700_000_000_000
MOVES: dict[str, Callable[[Game, Phase, int], Phase]] = {
    "start": start,
    "close": close,
    "advance": advance,
    "pause": pause,
    "resume": resume,
    "end": end,
    "lock": lambda game, phase, now: lock(phase, now, True),
    "skip": skip,
    "add time": lambda game, phase, now: add_time(game, phase, now, 5000),
    "extend": lambda game, phase, now: extend(game, phase, now, "ann", 150),
    "hide names": lambda game, phase, now: hide_names(phase, now, True),
}
#: What never moves the state, in all but the last.
BESIDE = ("lock", "extend", "hide names")


def phase_in(game: Game, state: str) -> Phase:
    """A phase of the first question, reached by the commands that lead there."""
    if state == "open":
        return game.first_phase()
    phase = game.first_phase()
    if state == "lobby":
        return phase
    phase = start(game, phase, NOW)
    if state in ("question", "paused"):
        return phase if state == "question" else pause(game, phase, NOW)
    phase = close(game, phase, NOW)
    if state == "reveal":
        return phase
    if state == "paused reveal":
        return pause(game, phase, NOW)
    phase = advance(game, phase, NOW)
    return phase if state == "leaderboard" else end(game, phase, NOW)


#: What each command makes of each state, None for WrongState. The game has two questions and a leaderboard after each.
TABLE: dict[str, dict[str, str]] = {
    "lobby": {"start": "question", "end": "finished"},
    "question": {"close": "reveal", "skip": "reveal", "add time": "question", "pause": "paused", "end": "finished"},
    "reveal": {"advance": "leaderboard", "pause": "paused", "end": "finished"},
    "leaderboard": {"advance": "question", "pause": "paused", "end": "finished"},
    "paused": {"resume": "question", "skip": "reveal", "add time": "paused", "end": "finished"},
    "paused reveal": {"resume": "reveal", "end": "finished"},
    "finished": {},
    "open": {"end": "finished"},
}


@pytest.mark.parametrize("command", MOVES)
@pytest.mark.parametrize("state", TABLE)
def test_every_command_moves_the_game_or_is_refused(state: str, command: str) -> None:
    """In every state each command leads where the contract says, as a new version, or raises WrongState."""
    game = make_game(20, 20, mode="self-paced" if state == "open" else "live")
    phase = phase_in(game, state)
    expected = phase.state if command in BESIDE and state != "finished" else TABLE[state].get(command)
    if expected is None:
        with pytest.raises(WrongState):
            MOVES[command](game, phase, NOW)
        return
    moved = MOVES[command](game, phase, NOW)
    assert moved.state == expected
    assert moved.version == phase.version + 1


def test_start_opens_the_first_question_after_the_countdown() -> None:
    """The question opens when the countdown ends, is open for its time limit, and the clock acts after the grace."""
    game = make_game(15, countdown_ms=3000, grace_ms=250)
    phase = start(game, game.first_phase(), NOW)
    assert (phase.index, phase.opened_at, phase.closes_at, phase.due) == (0, NOW + 3000, NOW + 18_000, NOW + 18_250)


@pytest.mark.parametrize(
    ("every", "seen"),
    [
        (0, ["question", "reveal"] * 3),
        (1, ["question", "reveal", "leaderboard"] * 3),
        (2, ["question", "reveal", "question", "reveal", "leaderboard", "question", "reveal"]),
        (3, ["question", "reveal"] * 3 + ["leaderboard"]),
        (4, ["question", "reveal"] * 3),
    ],
)
def test_the_leaderboard_comes_as_often_as_the_host_asked(every: int, seen: list[str]) -> None:
    """After each question, each second one, or never; after the last question the game is finished."""
    game = make_game(5, 5, 5, leaderboard_every=every)
    phase = start(game, game.first_phase(), NOW)
    states = [phase.state]
    while phase.state != "finished":
        phase = (close if phase.state == "question" else advance)(game, phase, NOW)
        states.append(phase.state)
    assert states == [*seen, "finished"]


@pytest.mark.parametrize(
    "after_ms",
    [0, 1, 2999, 3000, 3001, 10_000, 22_999, 23_000, 23_200],
    ids=["at once", "countdown", "its end", "opening", "just open", "open", "last ms", "closing", "grace"],
)
def test_a_pause_keeps_the_time_left(after_ms: int) -> None:
    """However long the pause, what was left of the countdown and of the question is left afterwards, to the millisecond."""
    game = make_game(20, countdown_ms=3000)
    asked = start(game, game.first_phase(), NOW)
    at, back = NOW + after_ms, NOW + after_ms + 3_600_123
    paused = pause(game, asked, at)
    assert tick(game, paused, back) is None
    resumed = resume(game, paused, back)
    assert resumed.closes_at - back == max(asked.closes_at - at, 0)
    assert resumed.closes_at - resumed.opened_at == 20_000
    if after_ms <= 23_000:
        assert resumed.opened_at - back == asked.opened_at - at
    assert resumed.due == resumed.closes_at + game.grace_ms


def test_two_pauses_add_up() -> None:
    """A second pause takes nothing off the time either."""
    game = make_game(20, countdown_ms=0)
    phase = start(game, game.first_phase(), NOW)
    phase = resume(game, pause(game, phase, NOW + 4000), NOW + 100_000)
    phase = resume(game, pause(game, phase, NOW + 105_000), NOW + 200_000)
    assert phase.closes_at == NOW + 200_000 + 20_000 - 4000 - 5000


@pytest.mark.parametrize("state", ["reveal", "leaderboard"])
def test_a_pause_keeps_what_is_left_of_a_reveal_that_advances_by_itself(state: str) -> None:
    """The pause holds the clock of auto-advance and gives the rest of it back."""
    game = make_game(5, 5, auto_advance=True)
    phase = phase_in(game, state)
    assert phase.due == NOW + AUTO_ADVANCE_MS
    paused = pause(game, phase, NOW + 1200)
    assert paused.due == 0
    resumed = resume(game, paused, NOW + 60_000)
    assert (resumed.state, resumed.due) == (state, NOW + 60_000 + AUTO_ADVANCE_MS - 1200)


@pytest.mark.parametrize("state", ["reveal", "leaderboard"])
def test_without_auto_advance_nothing_moves_by_itself(state: str) -> None:
    """A reveal waits for the host, before a pause and after it."""
    game = make_game(5, 5)
    phase = phase_in(game, state)
    resumed = resume(game, pause(game, phase, NOW), NOW + 9)
    assert resumed.state == state
    assert tick(game, phase, NOW + 10**9) is None
    assert tick(game, resumed, NOW + 10**9) is None


def test_the_clock_closes_a_question_when_its_grace_is_over() -> None:
    """Not a millisecond earlier."""
    game = make_game(20, grace_ms=250)
    phase = start(game, game.first_phase(), NOW)
    assert tick(game, phase, phase.closes_at + 249) is None
    closed = tick(game, phase, phase.closes_at + 250)
    assert closed is not None
    assert closed.state == "reveal"


def test_the_clock_alone_plays_a_game_that_advances_by_itself() -> None:
    """From the start on, each due time leads on until the game is finished and nothing is due any more."""
    game = make_game(5, 5, auto_advance=True)
    phase, states = start(game, game.first_phase(), NOW), []
    while (following := tick(game, phase, phase.due)) is not None:
        phase = following
        states.append(phase.state)
    assert states == ["reveal", "leaderboard", "question", "reveal", "leaderboard", "finished"]
    assert phase.due == 0


@pytest.mark.parametrize("state", ["lobby", "open", "paused", "finished"])
def test_nothing_is_due_where_a_game_waits(state: str) -> None:
    """Such games are never moved by the clock."""
    game = make_game(mode="self-paced" if state == "open" else "live", auto_advance=True)
    assert tick(game, phase_in(game, state), NOW + 10**9) is None


def test_added_time_moves_the_end_and_survives_a_pause() -> None:
    """So many seconds later for everybody, in its countdown, while it is open and while it is paused; not beyond an hour more."""
    game = make_game(20, countdown_ms=3000, grace_ms=250)
    phase = add_time(game, start(game, game.first_phase(), NOW), NOW, 10_000)
    assert (phase.opened_at, phase.closes_at, phase.due) == (NOW + 3000, NOW + 33_000, NOW + 33_250)
    paused = add_time(game, pause(game, phase, NOW + 8000), NOW + 9000, 5000)
    assert paused.due == 0
    resumed = resume(game, paused, NOW + 60_000)
    assert (resumed.closes_at - resumed.opened_at, resumed.closes_at) == (35_000, NOW + 60_000 + 30_000)
    with pytest.raises(WrongState):
        add_time(game, resumed, NOW, 3_600_000)
    following = start(game, game.first_phase(), NOW)
    assert following.closes_at - following.opened_at == 20_000


def test_a_skipped_question_counts_for_nothing_and_no_leaderboard_follows() -> None:
    """Its points never count, those of the others do."""
    game = make_game(5, 5)
    phase = skip(game, start(game, game.first_phase(), NOW), NOW)
    assert (phase.state, phase.skipped, phase.over(0), phase.counts(0)) == ("reveal", (0,), True, False)
    phase = advance(game, phase, NOW)
    assert (phase.state, phase.index) == ("question", 1)
    phase = close(game, phase, NOW)
    assert [phase.counts(index) for index in (0, 1)] == [False, True]
    assert advance(game, phase, NOW).state == "leaderboard"


def test_a_player_with_more_time_has_their_own_end_and_a_pause_keeps_what_is_left_of_it() -> None:
    """The span is stretched, added time too; a pause after the others' end takes nothing off."""
    game = make_game(20.001, countdown_ms=0)
    phase = extend(game, start(game, game.first_phase(), NOW), NOW, "ann", 125)
    assert (phase.closes_for("ann"), phase.closes_for("bob"), phase.closes_at) == (NOW + 25_001, NOW + 20_001, NOW + 20_001)
    phase = add_time(game, phase, NOW, 10_000)
    assert phase.closes_for("ann") == NOW + 37_501
    resumed = resume(game, pause(game, phase, NOW + 35_000), NOW + 100_000)
    assert resumed.closes_for("ann") == NOW + 102_501
    assert resumed.closes_at == NOW + 100_000 - 4999
    assert extend(game, resumed, NOW, "ann", 100).closes_for("ann") == resumed.closes_at
    assert extend(game, resumed, NOW, "ann", 125) is resumed


def test_more_time_is_bounded_by_the_games_options() -> None:
    """A share above `extra_time` is refused, and so is one player too many; taking it back never is."""
    game = make_game(20, extra_time=1.25)
    phase = extend(game, game.first_phase(), NOW, "ann", 125)
    with pytest.raises(WrongState):
        extend(game, phase, NOW, "bob", 150)
    for number in range(EXTENDED - 1):
        phase = extend(game, phase, NOW, str(number), 125)
    with pytest.raises(WrongState):
        extend(game, phase, NOW, "bob", 125)
    assert extend(game, phase, NOW, "ann", 100).extended.keys() == {str(number) for number in range(EXTENDED - 1)}


def test_names_are_hidden_from_the_start_where_the_options_say_so() -> None:
    """And shown by the host's move."""
    game = make_game(20, hide_names=True)
    assert game.first_phase().names_hidden
    assert not hide_names(game.first_phase(), NOW, False).names_hidden


def test_locking_keeps_the_state_and_its_clock() -> None:
    """A lock in the middle of a question changes who may join, and nothing else."""
    game = make_game(20)
    phase = start(game, game.first_phase(), NOW)
    locked = lock(phase, NOW + 5, True)
    assert locked.locked
    assert msgspec.structs.replace(locked, locked=False, version=phase.version, moved_at=phase.moved_at) == phase
    assert not lock(locked, NOW + 6, False).locked
    assert close(game, locked, NOW + 7).locked


@pytest.mark.parametrize(
    ("state", "asking"),
    [("lobby", False), ("question", True), ("paused", True), ("reveal", False), ("paused reveal", False), ("finished", False)],
)
def test_a_question_is_being_asked_until_it_is_closed(state: str, asking: bool) -> None:
    """Also while its clock is stopped."""
    assert phase_in(make_game(5, 5), state).asking is asking


def test_a_game_begins_by_its_mode() -> None:
    """A live game waits in the lobby, a self-paced one is open at once; no question is asked in either."""
    live, self_paced = make_game(), make_game(mode="self-paced")
    assert live.first_phase().state == "lobby"
    assert self_paced.first_phase().state == "open"
    assert live.first_phase().index == self_paced.first_phase().index == -1


def test_scoring_is_the_modes_unless_the_host_chose() -> None:
    """Speed counts in live games, and not in self-paced ones."""
    assert make_game().scoring == "kahoot"
    assert make_game(mode="self-paced").scoring == "flat"
    assert make_game(scoring="progressive").scoring == "progressive"
    assert [make_game(5, 5, scoring="progressive").worth(index) for index in (0, 1)] == [1, 2]
    assert make_game().worth(0) == 1000
    assert make_game(mode="self-paced").worth(0) == 10


def test_questions_are_found_by_their_id() -> None:
    """An id of another quiz is no question of this one."""
    game = make_game(5, 5)
    assert game.index_of("q2") == 1
    with pytest.raises(QuestionNotFound):
        game.index_of("q3")


@pytest.mark.parametrize(
    "wrong",
    [
        '{"countdown_ms": -1}',
        '{"countdown_ms": 1.5}',
        '{"countdown_ms": true}',
        '{"leaderboard_every": -1}',
        '{"max_players": 0}',
        '{"scoring": "best"}',
        '{"nicknames": "any"}',
        '{"auto_close": 1}',
        '{"compensation_ms": 5001}',
        '{"extra_time": 2.5}',
    ],
)
def test_options_out_of_bounds_are_refused(wrong: str) -> None:
    """What a host sends is checked against the bounds of each option."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(wrong, type=Options)


def test_games_and_phases_survive_being_stored() -> None:
    """What was written as JSON is read back as an equal game, whose answers are judged alike."""
    game = make_game(5, 5.5, auto_advance=True)
    phase = pause(game, start(game, game.first_phase(), NOW), NOW + 1)
    assert msgspec.json.decode(msgspec.json.encode(game), type=Game) == game
    assert msgspec.json.decode(msgspec.json.encode(phase), type=Phase) == phase
