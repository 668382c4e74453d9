"""Records of any times and points, brought in any order, in any pieces, any number of times."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.domain import scoring
from quiz.domain.game import Game, Phase
from quiz.play.ports import Receipt
from quiz.resilience.records import Answered, answered
from quiz.store.restorer import Restorer
from tests.store.worlds import World, game_of, redis_world

KINDS = ("single", "poll", "single", "single")
NAMES = ("ann", "bob", "cat")
encode = msgspec.json.encode

receipts = st.builds(
    Receipt,
    answer=st.integers(0, 2),
    right=st.booleans(),
    points=st.sampled_from([0, 10, 10, 20]),
    elapsed_ms=st.just(0),
    streak=st.integers(0, 3),  # what it says of the streak may be wrong: it was given without Redis
    stamp=st.integers(1, 40),
    at=st.integers(1, 5),
)
facts = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 3), receipts), min_size=1, max_size=24)
phases = st.builds(
    Phase,
    state=st.sampled_from(["question", "reveal", "finished", "paused"]),
    resume_to=st.sampled_from(["question", "reveal"]),
    index=st.integers(0, 3),
    version=st.just(2),
    skipped=st.sampled_from([(), (), (0,), (1, 2)]),
)


def records(game: Game, given_: list[tuple[str, int, Receipt]]) -> list[Answered]:
    made = []
    for player, index, one in given_:
        poll = game.questions[index].type == "poll"
        receipt = msgspec.structs.replace(one, right=None, points=0) if poll else one
        made.append(answered(game.id, player, index, 1, receipt))
    return made


def due(brought: list[Answered]) -> dict[tuple[str, int], Receipt]:
    """The record that stands of each player and question: the earliest; of two of one time always the same one."""
    best: dict[tuple[str, int], tuple[int, bytes]] = {}
    for one in brought:
        json = bytes(one.receipt)
        key, rank = (one.player, one.index), (msgspec.json.decode(json, type=Receipt).at, json)
        best[key] = min(best.get(key, rank), rank)
    return {key: msgspec.json.decode(json, type=Receipt) for key, (_, json) in best.items()}


def board(game: Game, phase: Phase, standing: dict[tuple[str, int], Receipt], kicked: set[str]) -> Any:
    """Points with those who have some in listing order, and streaks, put together from the records alone."""
    rows, streaks = [], {}
    for name in NAMES:
        if name in kicked:
            continue
        mine = {i: one for (who, i), one in standing.items() if who == name and (not game.live or phase.counts(i))}
        points = sum(one.points for one in mine.values())
        rows.append((points, max((one.stamp for one in mine.values() if one.points), default=0), name))
        if game.live:
            order: list[bool | None] = [
                None if KINDS[i] == "poll" else i in mine and bool(mine[i].right) for i in range(4) if phase.counts(i)
            ]
        else:
            order = [one.right for _, one in sorted(mine.items(), key=lambda item: (item[1].stamp, item[0]))]
        length = 0
        for right in order:
            length = scoring.streak_after(length, right)
        streaks[name] = length
    rows.sort(key=lambda row: row[2], reverse=True)  # as Redis lists what is equal in all
    rows.sort(key=lambda row: (-row[0], row[1]))
    return [(name, points) for points, _, name in rows if points], {name for points, _, name in rows if not points}, streaks


def shown(world: World, game: Game, kicked: set[str]) -> Any:
    players = world.games.players
    scores = players.scores(game)
    some = {name for name, points in scores if not points}
    return [row for row in scores if row[1]], some, players.streaks(game, [name for name in NAMES if name not in kicked])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mode=st.sampled_from(["live", "self-paced"]),
    phase=phases,
    given_=facts,
    data=st.data(),
    kicked=st.sets(st.sampled_from(NAMES), max_size=1),
    kick_first=st.booleans(),
    twice=st.booleans(),
)
def test_the_board_follows_from_the_records_and_not_from_their_order(
    haste: None, client: redis.Redis, mode, phase, given_, data, kicked, kick_first, twice
):
    """Sums, order among equals, streaks and records are those that the earliest records make, in both orders."""
    other = data.draw(st.permutations(given_))
    pieces = data.draw(st.integers(1, len(given_)))
    for order in (given_, other):
        client.flushall()
        world = redis_world(client)
        game = game_of(KINDS, mode, "123456", "g1", 0)
        assert world.games.create(game)
        world.seat(game, *NAMES)
        if game.live:
            assert world.games.move(game, world.games.phase(game)[0], phase)
        if kick_first:
            for name in kicked:
                world.games.players.kick(game, name)
        brought, restorer = records(game, order), Restorer(client)
        for turn in range(1 + twice):
            for start in range(0, len(brought), pieces):
                restorer.answers(game, 1, brought[start : start + pieces][:: -1 if turn else 1])
        for name in kicked:
            world.games.players.kick(game, name)
        standing = due(brought)
        assert {(name, i): one for i in range(4) for name, one in world.games.answers.receipts(game, i).items()} == standing
        assert shown(world, game, kicked) == board(game, phase, standing, kicked)
        for name in NAMES:
            assert sorted(world.games.players.standing(game, name).answered) == sorted(i for who, i in standing if who == name)
        restorer.add_up(game, 1)
        assert shown(world, game, kicked) == board(game, phase, standing, kicked)
        counts = restorer.answers(game, 1, brought)
        assert (counts["new"], counts["replaced"], counts["mended"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        ([("ann", 0, 30, 5), ("ann", 0, 3, 1), ("bob", 0, 10, 2)], ["ann", "bob"]),
        ([("ann", 0, 20, 1), ("ann", 2, 5, 2), ("bob", 0, 10, 1), ("bob", 2, 15, 2)], ["bob", "ann"]),
    ],
    ids=["the earlier of two records", "the last of what makes the points"],
)
def test_who_got_there_first_is_first_whatever_came_last(client: redis.Redis, brought, expected):
    """Equal points, brought one by one in every order; each record is (player, question, stamp, at)."""
    for number, order in enumerate(itertools.permutations(brought)):
        world = redis_world(client)
        game = game_of(KINDS, "self-paced", str(200_000 + number), f"g{number}", 0)
        assert world.games.create(game)
        world.seat(game, "ann", "bob")
        for player, index, stamp, at in order:
            receipt = Receipt(answer=1, right=True, points=10, elapsed_ms=0, streak=1, stamp=stamp, at=at)
            Restorer(client).answers(game, 1, [answered(game.id, player, index, 1, receipt)])
        assert [player for player, _ in world.games.players.scores(game)] == expected, order


def test_records_of_another_generation_or_of_strangers_change_nothing(client: redis.Redis):
    """Those from before a reset, and those of a player without a seat."""
    world = redis_world(client)
    game, restorer = world.make(mode="self-paced"), Restorer(client)
    world.seat(game, "ann")
    receipt = Receipt(answer=1, right=True, points=10, elapsed_ms=0, streak=1, stamp=5, at=5)
    world.games.answers.reset(game)
    before = world.board.top(game, 5)
    restorer.answers(game, 1, [answered(game.id, "ann", 0, 1, receipt)])
    restorer.answers(game, 2, [answered(game.id, "ann", 0, 1, receipt)])
    assert restorer.answers(game, 2, [answered(game.id, "eve", 0, 2, receipt)])["unseated"] == 1
    assert world.board.top(game, 5) == before
    assert restorer.answers(game, 2, [answered(game.id, "ann", 0, 2, receipt)])["new"] == 1
    assert world.listing(game) == [(1, "ann", 10)]
