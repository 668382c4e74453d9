"""Whatever two instances acknowledged, with Redis and without it: in the end Redis has it once, in whatever order it gets it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quiz.domain import game as machine
from quiz.domain import scoring
from quiz.domain.errors import QuizError
from quiz.domain.game import Game, Mode
from quiz.play.ports import Receipt, Submission
from tests.store.outages import Worker, age, snapshot, turn_back
from tests.store.worlds import ANSWERS, World, game_of, redis_world

KINDS = ("single", "poll", "single", "single")
NAMES = ("ann", "bob", "cat")
Key = tuple[str, int]

workers, names, indexes = st.integers(0, 1), st.sampled_from(NAMES), st.integers(0, len(KINDS) - 1)
given_answers = st.lists(st.tuples(names, indexes, st.booleans(), st.integers(0, 900)), min_size=2, max_size=8)
answers = st.tuples(st.just("answers"), workers, given_answers)
operations = st.one_of(
    answers,
    answers,
    answers,
    answers,
    st.tuples(st.just("twice"), names, indexes, st.integers(0, 900)),
    st.tuples(st.just("deaf"), workers, names, indexes),
    st.tuples(st.just("cut"), workers),
    st.tuples(st.just("heal"), workers),
    st.tuples(st.just("keep")),
    st.tuples(st.just("lose"), st.booleans()),
    st.tuples(st.just("kick"), workers, names),
    st.tuples(st.just("reset"), workers),
    st.tuples(st.just("host"), workers),
    st.tuples(st.just("look"), names),
)


@dataclass
class Play:
    """A game on two instances, and what their clients saw."""

    pair: list[Worker]
    game: Game
    store: redis.Redis
    truth: World = field(init=False)
    acknowledged: dict[tuple[int, str, int], list[Receipt]] = field(default_factory=dict)
    kicked: set[str] = field(default_factory=set)
    judged_twice: set[Key] = field(default_factory=set)
    kept: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kept, self.truth = snapshot(self.store), redis_world(self.store)

    @property
    def whole(self) -> bool:
        """Whether nobody is cut off: only then the host's doings reach everybody."""
        return all(worker.breaker.closed for worker in self.pair)

    def do(self, operation: tuple[Any, ...]) -> None:
        match operation:
            case ["answers", who, some]:
                for one in some:
                    self.answer(self.pair[who], *one)
            case ["twice", name, index, ago]:  # right there, and wrong and later here
                self.answer(self.pair[0], name, index, True, ago)
                self.answer(self.pair[1], name, index, False, ago // 2)
            case ["deaf", who, name, index]:
                self.judged_twice.add((name, index))
                with self.pair[who].deaf():
                    self.answer(self.pair[who], name, index, True, 0)
            case ["cut", who]:
                self.pair[who].cut()
            case ["heal", who]:
                self.pair[who].heal()
            case ["keep"]:
                self.kept = snapshot(self.store)
            case ["lose", everything]:
                turn_back(self.store, {} if everything else self.kept)
                for worker in self.pair:
                    worker.lineage.admit(frozenset({"the one before"}))
                    worker.cut()
            case ["look", name]:
                for worker in self.pair:
                    worker.games.players.view(self.game, name)
            case [what, who, *name] if self.whole:
                self.host(what, self.pair[who], *name)

    def host(self, what: str, worker: Worker, name: str = "") -> None:
        """What reaches all workers, as the bus would tell them."""
        if what == "kick":
            worker.games.players.kick(self.game, name)
            self.kicked.add(name)
        elif what == "reset":
            generation = worker.games.answers.reset(self.game)
            for each in self.pair:
                each.games.bridge.learn_reset(self.game, generation)
        elif self.game.live:
            old, now = worker.games.phase(self.game)
            if old.state == "finished":
                return
            step = {"lobby": machine.start, "question": machine.close}.get(old.state, machine.advance)
            new = step(self.game, old, now)
            assert worker.games.move(self.game, old, new)
            for each in self.pair:
                each.games.bridge.learn_phase(self.game, new)
                each.reach(new)

    def answer(self, worker: Worker, name: str, index: int, right: bool, ago: int) -> None:
        kind = self.game.questions[index].type
        given = Submission(
            player=name,
            index=index,
            answer=ANSWERS[kind],
            right=None if kind == "poll" else right,
            at=worker.games.now() - ago,
        )
        try:
            taken = worker.games.answers.accept(self.game, given)
        except QuizError:
            return
        generation = worker.games.mirror.held(self.game).generation
        self.acknowledged.setdefault((generation, name, index), []).append(taken.receipt)

    def end(self, order: list[int]) -> None:
        """All outages are over, and all of it is brought again by the workers in this order."""
        for who in order:
            self.pair[who].heal()
        for worker in self.pair:
            worker.settle()  # a single call may have failed without an outage
        for who in order:
            self.pair[who].suspect()

    def records(self) -> dict[Key, Receipt]:
        games = self.truth.games
        return {(name, i): one for i in range(len(KINDS)) for name, one in games.answers.receipts(self.game, i).items()}

    def due(self) -> dict[Key, Receipt]:
        """Of what was acknowledged since the last reset, the earliest each."""
        last = int(self.store.hget(f"quiz:{{{self.game.pin}}}:game", "generation"))
        return {
            (name, index): min(receipts, key=lambda receipt: receipt.at)
            for (generation, name, index), receipts in self.acknowledged.items()
            if generation == last
        }


@contextmanager
def two_instances(url: str, client: redis.Redis, mode: Mode, **options: Any) -> Iterator[Play]:
    client.flushall()
    age(client)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        pair = [Worker(url, Path(folder, name), name).begin() for name in ("a", "b")]
        try:
            created = pair[0].games.now() - 10_000
            game = game_of(KINDS, mode, "123456", "g1", created, countdown_ms=0, grace_ms=60_000, time_limit=1800, **options)
            assert pair[0].games.create(game)
            for number, name in enumerate(NAMES):
                pair[number % 2].seat(game, name)
            for worker in pair:
                assert worker.games.game(game.pin) == game
                for name in NAMES:
                    worker.games.players.view(game, name)
            yield Play(pair, game, client)
        finally:
            for worker in pair:
                worker.die()


def check(play: Play) -> None:
    """Each acknowledged answer counts once, the earliest, and all that is shown follows from the records."""
    game, games, found, due = play.game, play.truth.games, play.records(), play.due()
    assert found.keys() == due.keys()
    for key, receipt in found.items():
        if key in play.judged_twice:  # by Redis too, whose clock and the worker's idea of it may differ a little
            assert due[key].at - 50 <= receipt.at <= due[key].at
            continue
        assert receipt.at == due[key].at, key
        assert receipt.points in {one.points for at, one in play_receipts(play, key) if at == receipt.at}
    phase, _ = games.phase(game)
    counting = {key: one for key, one in found.items() if not game.live or phase.counts(key[1])}
    sums = {name: sum(one.points for (who, _), one in counting.items() if who == name) for name in NAMES}
    listed = games.players.scores(game)
    assert dict(listed) == {name: score for name, score in sums.items() if name not in play.kicked}
    reached = {
        name: max((one.stamp for (who, _), one in counting.items() if who == name and one.points), default=0) for name in NAMES
    }
    order = [(-score, reached[name]) for name, score in listed if score]
    assert order == sorted(order)
    board = play.pair[1].board.top(game, 10)
    assert [(place.player, place.score) for place in board.top] == listed
    assert not board.provisional
    for name in set(NAMES) - play.kicked:
        assert games.players.standing(game, name).rank == 1 + sum(score > sums[name] for _, score in listed)
        assert sorted(games.players.standing(game, name).answered) == sorted(index for who, index in found if who == name)
        assert games.players.streaks(game, [name])[name] == streak(
            game, phase, {i: one for (who, i), one in counting.items() if who == name}
        )


def play_receipts(play: Play, key: Key) -> list[tuple[int, Receipt]]:
    """All receipts that clients have of a player's answer to a question."""
    return [(one.at, one) for (_, *of), receipts in play.acknowledged.items() for one in receipts if tuple(of) == key]


def streak(game: Game, phase: Any, given: dict[int, Receipt]) -> int:
    """By the rules of scoring: in a live game question by question, else in the order in which they were answered."""
    if game.live:
        order: list[bool | None] = [
            None if game.questions[i].type == "poll" else i in given and bool(given[i].right)
            for i in range(len(KINDS))
            if phase.counts(i)
        ]
    else:
        order = [one.right for _, one in sorted(given.items(), key=lambda item: (item[1].stamp, item[0]))]
    length = 0
    for right in order:
        length = scoring.streak_after(length, right)
    return length


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    mode=st.sampled_from(["live", "self-paced"]),
    profile=st.sampled_from(["kahoot", "flat"]),
    done=st.lists(operations, min_size=5, max_size=40),
    order=st.lists(workers, max_size=4),
    other=st.lists(workers, max_size=4),
)
@example(mode="live", profile="kahoot", done=[("kick", 0, "cat"), ("deaf", 1, "cat", 0)], order=[], other=[])
def test_what_was_acknowledged_counts_once_in_whatever_order_it_is_brought(
    haste: None, valkey: str, client: redis.Redis, mode, profile, done, order, other
):
    """Cut off, healed, lost and turned back at random, Redis ends with the records that clients saw, and their sums."""
    with two_instances(valkey, client, mode, scoring=profile) as play:
        if mode == "live":
            play.host("host", play.pair[0])
        for operation in done:
            play.do(operation)
        play.end(order)
        check(play)
        first = play.records(), play.truth.games.players.scores(play.game)
        play.end(other)
        check(play)
        assert (play.records(), play.truth.games.players.scores(play.game)) == first


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mode=st.sampled_from(["live", "self-paced"]),
    given_=st.lists(st.tuples(workers, names, indexes, st.booleans(), st.integers(0, 900)), min_size=6, max_size=30),
    orders=st.lists(st.permutations([0, 1]), min_size=2, max_size=2),
)
def test_an_empty_redis_ends_the_same_whoever_is_first(haste: None, valkey: str, client: redis.Redis, mode, given_, orders):
    """Two instances that were cut off from each other bring their answers, the one first or the other: the board is the same."""
    with two_instances(valkey, client, mode, scoring="flat") as play:
        if mode == "live":
            play.host("host", play.pair[0])
        for worker in play.pair:
            worker.cut()
        for who, name, index, right, ago in given_:
            play.answer(play.pair[who], name, index, right, ago)
        ends = []
        for order in orders:
            turn_back(client, {})
            for worker in play.pair:
                worker.lineage.admit(frozenset({"the one before"}))
                worker.cut()
            play.end(list(order))
            check(play)
            scores = play.truth.games.players.scores(play.game)
            listed = [row for row in scores if row[1]]  # those without points: as they were seated
            ends.append((play.records(), listed))
        assert ends[0] == ends[1]
        assert len(ends[0][0]) == len({(name, index) for _, name, index, *_ in given_ if mode == "self-paced" or index == 0})


@pytest.mark.parametrize("mode", ["live", "self-paced"])
def test_of_two_answers_on_both_sides_the_earlier_stands(haste: None, valkey: str, client: redis.Redis, mode: Mode):
    """Both had receipts; the one that came first is the record, also if Redis had the later one already."""
    with two_instances(valkey, client, mode, scoring="flat") as play:
        if mode == "live":
            play.host("host", play.pair[0])
        cut, free = play.pair
        cut.cut()
        play.answer(free, "ann", 0, True, 0)
        play.answer(cut, "ann", 0, False, 500)
        play.answer(free, "bob", 0, False, 500)
        play.answer(cut, "bob", 0, True, 0)
        assert play.records()["ann", 0].right
        cut.heal()
        assert [play.records()[name, 0].right for name in ("ann", "bob")] == [False, False]
        assert set(dict(play.truth.games.players.scores(play.game)).values()) == {0}
        check(play)
