"""Whatever is done to both stores, they agree."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.domain import game as machine
from quiz.domain.errors import QuizError
from quiz.domain.player import Player
from tests.store.worlds import World, game_of, memory_world

KINDS = ("single", "poll", "single", "single")
NAMES = ("ann", "bob", "cat", "dan", "eve")

names, indexes = st.sampled_from(NAMES), st.integers(0, len(KINDS) - 1)
plain_steps = st.sampled_from(["start", "close", "advance", "pause", "resume", "end", "skip"])
operations = st.one_of(
    st.tuples(st.just("join"), names),
    st.tuples(st.just("answer"), names, indexes, st.booleans()),
    st.tuples(st.just("answer"), names, indexes, st.booleans()),
    # Opened now, or so long ago that the time is the full limit: the two stores' clocks differ by less than that.
    st.tuples(st.just("ask"), indexes, st.booleans()),
    st.tuples(st.just("step"), plain_steps),
    st.tuples(st.just("lock"), st.booleans()),
    st.tuples(st.just("extend"), names, st.sampled_from([100, 150, 200])),
    st.tuples(st.just("add time")),
    st.tuples(st.just("hide"), st.booleans()),
    st.tuples(st.just("kick"), names),
    st.tuples(st.just("reset")),
    st.tuples(st.just("arrive"), names, st.sampled_from(["w1", "w2"])),
    st.tuples(st.just("depart"), names, st.sampled_from(["w1", "w2"])),
    st.tuples(st.just("open"), names, indexes),
    st.tuples(st.just("note"), names),
    st.tuples(st.just("take")),
    st.tuples(st.just("claim"), st.integers(0, 2), st.sampled_from([0, 3_600_000])),
    st.tuples(st.just("claim board"), st.sampled_from([0, 3_600_000])),
)


def without_times(receipt: Any) -> dict[str, Any]:
    kept = msgspec.structs.asdict(receipt)
    del kept["stamp"], kept["at"], kept["elapsed_ms"]
    return kept


def do(world: World, game: Any, operation: tuple[Any, ...]) -> Any:
    """What an operation gives, as far as the stores can agree on it."""
    games = world.games
    match operation:
        case ["join", name]:
            return games.players.join(game, Player(name, name.upper()), name).standing
        case ["answer", name, index, right]:
            receipt, again = world.answer(game, name, index, None if KINDS[index] == "poll" else right)
            return without_times(receipt), again
        case ["ask", index, long_ago]:
            if game.live:
                world.ask(game, index, ago=3_000_000 if long_ago else 0, left=3_000_000)
        case ["step", name]:
            world.step(game, getattr(machine, name))
        case ["lock", locked]:
            world.step(game, lambda _, phase, now: machine.lock(phase, now, locked))
        case ["extend", name, share]:
            beside(world, game, lambda game, phase, now: machine.extend(game, phase, now, name, share))
        case ["add time"]:
            beside(world, game, lambda game, phase, now: machine.add_time(game, phase, now, 1000))
        case ["hide", hidden]:
            beside(world, game, lambda _, phase, now: machine.hide_names(phase, now, hidden))
        case ["kick", name]:
            return games.players.kick(game, name)
        case ["reset"]:
            return games.answers.reset(game)
        case ["arrive" | "depart" as way, name, worker]:
            getattr(games.presence, way)(game, name, worker)
        case ["open", name, index]:
            games.answers.open_for(game, name, index)
        case ["note", name]:
            games.news.note_roster(game, "joined", Player(name, name))
        case ["take"]:
            return games.news.take_roster(game, 0)
        case ["claim", value, window]:
            return min(games.news.claim(game, "topic", str(value), window), 1)
        case ["claim board", window]:
            board = world.board.claim(game, 3, window)
            return min(board, 1) if isinstance(board, int) else (board.version, board.players, board.top)
    return None


def beside(world: World, game: Any, step: Any) -> None:
    """A step that may leave all as it is."""
    old, now = world.games.phase(game)
    new = step(game, old, now)
    assert new is old or world.games.move(game, old, new)


def outcome(world: World, game: Any, operation: tuple[Any, ...]) -> Any:
    try:
        return do(world, game, operation)
    except QuizError as error:
        return type(error), error.message


def seen(world: World, game: Any) -> dict[str, Any]:
    """All that can be read of a game, without times."""
    games, board = world.games, world.board.top(game, 100)
    phase = games.phase(game)[0]
    standings = {seat.id: games.players.standing(game, seat.id) for seat in games.players.roster(game)}
    return {
        "phase": (phase.state, phase.version, phase.index, phase.locked, phase.resume_to),
        "beside": (phase.skipped, phase.extended, phase.names_hidden),
        "board": (board.version, board.players, board.top),
        "scores": games.players.scores(game),
        "standings": standings,
        "streaks": games.players.streaks(game, NAMES),
        "receipts": [{p: without_times(r) for p, r in games.answers.receipts(game, i).items()} for i in range(len(KINDS))],
        "counts": [games.answers.answer_count(game, i) for i in range(len(KINDS))],
        "roster": sorted((seat.id, seat.nickname, seat.connected, seat.number) for seat in games.players.roster(game)),
        "present": games.presence.present(game),
        "opened": {name: set(games.answers.opened_for(game, name)) for name in NAMES},
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mode=st.sampled_from(["live", "self-paced"]),
    scoring=st.sampled_from(["kahoot", "flat", "progressive"]),
    bonus=st.booleans(),
    most=st.sampled_from([None, 3]),
    late=st.booleans(),
    limits=st.booleans(),
    done=st.lists(operations, max_size=40),
)
def test_both_stores_give_the_same_answers(redis_store: World, mode, scoring, bonus, most, late, limits, done):
    """A random sequence of operations gives the same receipts, refusals, standings and boards in memory and in Redis."""
    redis_store.client.flushall()
    options = {"scoring": scoring, "streak_bonus": bonus, "max_players": most, "late_join": late, "time_limits": limits}
    memory = memory_world()
    # Half an hour's limit and no countdown: what is opened now counts as answered at once, within what a slow machine needs.
    game = game_of(KINDS, mode, "123456", "g", memory.games.now(), countdown_ms=0, time_limit=1800, **options)
    for world in (memory, redis_store):
        assert world.games.create(game)
        world.seat(game, "ann", "bob")
    for operation in done:
        assert outcome(memory, game, operation) == outcome(redis_store, game, operation), operation
    assert seen(memory, game) == seen(redis_store, game)
