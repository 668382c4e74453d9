"""Redis compared with the records, and mended."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.domain.game import Game
from quiz.resilience.records import Answered, Joined, answered
from quiz.resilience.replay import Remains
from quiz.store.keys import game_keys
from quiz.store.reconciler import RedisReconciler
from tests.store.test_differential import KINDS, indexes, names, operations, outcome
from tests.store.worlds import World, game_of

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
modes = st.sampled_from(["live", "self-paced"])
# In a live game somebody can answer only once a question is open.
histories = st.lists(operations, min_size=3, max_size=40).map(lambda done: [("ask", 0, False), *done])


def _played(world: World, mode: Any, done: list[Any], **options: Any) -> Game:
    """A game in an empty Redis to which all of this happened."""
    world.client.flushall()
    game = game_of(KINDS, mode, "123456", "g", world.games.now(), countdown_ms=0, time_limit=1800, **options)
    assert world.games.create(game)
    world.seat(game, "ann", "bob")
    for operation in done:
        outcome(world, game, operation)
    return game


def _falsify(world: World, game: Game, damage: tuple[Any, ...]) -> None:
    """What nobody should do by hand."""
    k = game_keys(game.pin)
    match damage:
        case ["score", name, points]:
            world.client.zadd(k.leaderboard, {name: points + 0.25})
        case ["unlist", name]:
            world.client.zrem(k.leaderboard, name)
        case ["unsay", name]:
            world.client.hdel(k.answered, name)
        case ["say", name, index]:
            world.client.hset(k.answered, name, f"{index},{index}")
        case ["lose", name, index]:
            world.client.hdel(k.answers(index), name)


damages = st.one_of(
    st.tuples(st.just("score"), names, st.integers(0, 5000)),
    st.tuples(st.just("unlist"), names),
    st.tuples(st.just("unsay"), names),
    st.tuples(st.just("say"), names, indexes),
    st.tuples(st.just("lose"), names, indexes),
)


@quick
@given(mode=modes, bonus=st.booleans(), done=histories)
def test_the_board_of_a_game_agrees_with_its_records_whatever_happened(redis_store: World, mode, bonus, done):
    """What the scripts add up is what the records say at each moment: in a question, paused, revealed, reset or finished."""
    game = _played(redis_store, mode, done, streak_bonus=bonus)
    audit = RedisReconciler(redis_store.client).audit(game)
    assert audit.differences == []
    assert audit.answers == sum(redis_store.games.answers.answer_count(game, index) for index in range(len(KINDS)))


@quick
@given(mode=modes, done=histories, harm=st.lists(damages, min_size=1, max_size=5))
def test_a_board_that_was_falsified_is_found_wrong_and_mended(redis_store: World, mode, done, harm):
    """After mending, board, ranks and what is said to be answered follow from the records; what was right is left alone."""
    game = _played(redis_store, mode, done)
    reconciler, games, phase = RedisReconciler(redis_store.client), redis_store.games, redis_store.games.phase
    for damage in harm:
        _falsify(redis_store, game, damage)
    scores, kicked = dict(games.players.scores(game)), redis_store.client.smembers(game_keys(game.pin).kicked)
    right = {}
    for seat in games.players.roster(game):
        receipts = {i: r for i in range(len(KINDS)) if (r := games.answers.receipts(game, i, [seat.id]).get(seat.id))}
        right[seat.id] = sum(r.points for i, r in receipts.items() if not game.live or phase(game)[0].counts(i))
        assert seat.id not in kicked
    found = {one.player for one in reconciler.audit(game).differences}
    answered = {one: games.players.standing(game, one).answered for one in right}
    untold = {one for one in right if sorted(answered[one]) != sorted(_recorded(redis_store, game, one))}
    assert found == untold | {player for player in right.keys() | scores.keys() if right.get(player) != scores.get(player)}

    reconciler.mend(game)
    assert reconciler.audit(game).differences == []
    assert dict(games.players.scores(game)) == right
    for player in right:
        standing = games.players.standing(game, player)
        assert set(standing.answered) == {i for i in range(len(KINDS)) if games.answers.receipts(game, i, [player])}
        assert len(set(standing.answered)) == len(standing.answered)


def _recorded(world: World, game: Game, player: str) -> list[int]:
    """The questions that a player has an answer to."""
    return [index for index in range(len(KINDS)) if world.client.hexists(game_keys(game.pin).answers(index), player)]


def test_an_answer_without_points_that_its_player_is_not_told_of_is_found(redis_store: World):
    """A script that stopped half-way wrote the record and nothing else: the board is right, and the question seems open."""
    game = redis_store.make("single", mode="self-paced")
    redis_store.seat(game, "ann")
    redis_store.answer(game, "ann", right=False)
    redis_store.client.hdel(game_keys(game.pin).answered, "ann")
    reconciler = RedisReconciler(redis_store.client)
    (found,) = reconciler.audit(game).differences
    assert (found.player, found.board, found.records, found.answered) == ("ann", 0, 0, "wrong")
    reconciler.mend(game)
    assert reconciler.audit(game).differences == []
    assert redis_store.games.players.standing(game, "ann").answered == (0,)


def test_a_score_of_the_same_points_keeps_its_place(redis_store: World):
    """Mending one player does not change who got there first among the others."""
    game = redis_store.make("single", mode="self-paced")
    redis_store.seat(game, "ann", "bob", "cat")
    for name in ("bob", "ann", "cat"):
        redis_store.answer(game, name)
    before = redis_store.listing(game)
    redis_store.client.zadd(game_keys(game.pin).leaderboard, {"cat": 0.5})
    RedisReconciler(redis_store.client).mend(game)
    assert redis_store.listing(game) == before


@quick
@given(mode=modes, done=histories, harm=st.lists(damages, max_size=8), late=st.booleans())
def test_what_a_comparison_foretells_is_what_bringing_does(redis_store: World, mode, done, harm, late):
    """The counts are the same, and afterwards nothing is missing; done again, everything is known."""
    game = _played(redis_store, mode, done)
    reconciler, of = RedisReconciler(redis_store.client), _remains(redis_store, game)
    if redis_store.client.exists(f"quiz:archive:{game.id}"):
        return
    for damage in harm:
        _falsify(redis_store, game, damage)
    if late:
        redis_store.client.flushall()
    foretold = reconciler.compare(game, of)
    assert foretold.whole == late
    assert len(foretold.answers) == foretold.counts["new"] + foretold.counts["replaced"]
    now = redis_store.games.now()
    assert reconciler.bring(game, of, now).counts == foretold.counts
    after = reconciler.compare(game, of)
    assert (after.answers, after.seats, after.whole) == ([], [], False)
    again = reconciler.bring(game, of, now).counts
    assert (again["new"], again["replaced"], again["known"]) == (0, 0, sum(foretold.counts.values()))
    reconciler.mend(game)
    assert reconciler.audit(game).differences == []


def _remains(world: World, game: Game) -> Remains:
    """What a journal would hold of a game as it stands."""
    of = Remains(content=game, phase=world.games.phase(game)[0])
    generation = int(world.client.hget(game_keys(game.pin).game, "generation"))
    of.add_generation(generation)
    k = game_keys(game.pin)
    for player, nickname in world.client.hgetall(k.names).items():
        of.add(Joined(game.id, player, nickname, player, 1))
    of.removed = set(world.client.smembers(k.kicked))
    for index in range(len(game.questions)):
        for player, json in world.client.hgetall(k.answers(index)).items():
            of.add(Answered(game.id, player, index, generation, msgspec.Raw(json.encode())))
    return of


def test_an_earlier_record_replaces_a_later_one_and_a_later_one_is_known(redis_store: World):
    """Of two answers of a player to a question the earlier stands, in the comparison as in the replay."""
    game = redis_store.make("single", "single", mode="self-paced")
    redis_store.seat(game, "ann")
    receipt, _ = redis_store.answer(game, "ann")
    reconciler = RedisReconciler(redis_store.client)
    for change, counts in ((5, (0, 0, 1, 0)), (-5, (0, 1, 0, 0))):
        of = Remains(content=game)
        moved = msgspec.structs.replace(receipt, at=receipt.at + change, points=7)
        of.add(answered(game.id, "ann", 0, 1, moved))
        compared = reconciler.compare(game, of)
        assert tuple(compared.counts.values()) == counts
        assert tuple(reconciler.bring(game, of, redis_store.games.now()).counts.values()) == counts
    assert redis_store.listing(game) == [(1, "ann", 7)]


def test_answers_from_before_a_reset_are_not_missing(redis_store: World):
    """A journal that does not know of the reset has nothing to bring."""
    game = redis_store.make("single", mode="self-paced")
    redis_store.seat(game, "ann")
    redis_store.answer(game, "ann")
    of = _remains(redis_store, game)
    redis_store.games.answers.reset(game)
    reconciler = RedisReconciler(redis_store.client)
    assert reconciler.compare(game, of).answers == []
    assert reconciler.bring(game, of, redis_store.games.now()).counts["new"] == 0
    assert redis_store.listing(game) == [(1, "ann", 0)]


def test_points_of_an_open_question_are_not_due_yet(redis_store: World):
    """In a live game they are when it is left; of a kicked player none ever are."""
    game = redis_store.make("single")
    redis_store.seat(game, "ann", "bob")
    redis_store.ask(game)
    redis_store.answer(game, "ann")
    redis_store.answer(game, "bob")
    reconciler = RedisReconciler(redis_store.client)
    assert reconciler.audit(game).differences == []
    redis_store.client.zadd(game_keys(game.pin).leaderboard, {"ann": 1000.5})
    redis_store.games.players.kick(game, "bob")
    redis_store.client.zadd(game_keys(game.pin).leaderboard, {"bob": 1000.5})
    assert [(one.player, one.board, one.records) for one in reconciler.audit(game).differences] == [
        ("ann", 1000, 0),
        ("bob", 1000, None),
    ]
    reconciler.mend(game)
    assert redis_store.listing(game) == [(1, "ann", 0)]


def test_a_reset_that_redis_lost_is_brought_with_the_answers_since(redis_store: World):
    """What stands in Redis from before it does not count as there, though it is earlier."""
    game = redis_store.make("single", mode="self-paced")
    redis_store.seat(game, "ann")
    receipt, _ = redis_store.answer(game, "ann")
    of = Remains(content=game)
    of.add(answered(game.id, "ann", 0, 2, msgspec.structs.replace(receipt, at=receipt.at + 5, points=7)))
    reconciler = RedisReconciler(redis_store.client)
    assert reconciler.compare(game, of).counts["new"] == 1
    assert reconciler.bring(game, of, redis_store.games.now()).counts["new"] == 1
    assert redis_store.listing(game) == [(1, "ann", 7)]
