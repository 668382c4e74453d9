"""Many at once, against a real server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import gevent

from quiz.domain import game as machine
from quiz.domain.errors import GameFull, NicknameTaken, QuizError
from quiz.domain.player import Player
from quiz.play.ports import View
from tests.store.worlds import World, game_of


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act` gave or raised, called by `count` greenlets whose commands to Redis mingle."""

    def one(number: int) -> Any:
        try:
            return act(number)
        except QuizError as error:
            return error

    callers = [gevent.spawn(one, number) for number in range(count)]
    gevent.joinall(callers, timeout=60)
    return [caller.get(block=False) for caller in callers]


def test_twenty_who_want_one_pin_reserve_it_once(redis_store: World):
    """One of twenty creations wins, and the game of the PIN is the winner's."""
    games = [game_of(("single",), "live", "123456", f"g{n}", 0) for n in range(20)]
    won = at_once(20, lambda n: redis_store.games.create(games[n]))
    assert Counter(won) == {True: 1, False: 19}
    assert redis_store.games.game("123456").id == f"g{won.index(True)}"


def test_twenty_who_want_one_nickname_get_one_seat(redis_store: World):
    """One is seated, nineteen are told that the nickname is taken."""
    game = redis_store.make()
    replies = at_once(20, lambda n: redis_store.games.players.join(game, Player(f"p{n}", "Ann"), "ann"))
    assert Counter(type(reply) for reply in replies) == {View: 1, NicknameTaken: 19}
    assert len(redis_store.games.players.scores(game)) == 1


def test_twenty_who_want_the_last_five_seats_get_five(redis_store: World):
    """`max_players` holds under a rush."""
    game = redis_store.make(max_players=5)
    replies = at_once(20, lambda n: redis_store.games.players.join(game, Player(f"p{n}", f"p{n}"), f"p{n}"))
    assert Counter(type(reply) for reply in replies) == {View: 5, GameFull: 15}
    assert len(redis_store.games.players.scores(game)) == 5


def test_two_hundred_copies_of_one_answer_are_one_record(redis_store: World):
    """One is new, the others get its receipt, and the board has its points once."""
    for mode, pin in (("self-paced", "111111"), ("live", "222222")):
        game = redis_store.make(mode=mode, pin=pin, game_id=pin)
        redis_store.seat(game, "ann")
        if game.live:
            redis_store.ask(game)
        replies = at_once(200, lambda n, game=game: redis_store.answer(game, "ann", right=n % 2 == 0, answer=n))
        assert Counter(duplicate for _, duplicate in replies) == {False: 1, True: 199}
        assert len({str(receipt) for receipt, _ in replies}) == 1
        if game.live:
            redis_store.close(game)
        assert redis_store.games.players.scores(game) == [("ann", replies[0][0].points)]
        assert redis_store.games.players.standing(game, "ann").answered == (0,)


def test_two_hundred_players_answer_at_once_and_all_get_their_points(redis_store: World):
    """Nothing is lost and no two share a stamp."""
    game = redis_store.make(mode="self-paced")
    redis_store.seat(game, *(f"p{n}" for n in range(200)))
    replies = at_once(200, lambda n: redis_store.answer(game, f"p{n}"))
    assert [receipt.points for receipt, _ in replies] == [10] * 200
    assert len({receipt.stamp for receipt, _ in replies}) == 200
    in_order = sorted(range(200), key=lambda n: replies[n][0].stamp)
    assert [player for player, _ in redis_store.games.players.scores(game)] == [f"p{n}" for n in in_order]


def test_twenty_who_close_one_question_close_it_once(redis_store: World):
    """One move is made and the points are on the board once."""
    game = redis_store.make()
    redis_store.seat(game, "ann")
    redis_store.ask(game)
    redis_store.answer(game, "ann")
    old, now = redis_store.games.phase(game)
    new = machine.close(game, old, now)
    assert Counter(at_once(20, lambda _: redis_store.games.move(game, old, new))) == {True: 1, False: 19}
    assert redis_store.games.players.scores(game) == [("ann", 1000)]


def test_a_close_among_answers_loses_none_that_was_taken(redis_store: World):
    """Every answer that was accepted is on the board, every other one was refused."""
    game = redis_store.make()
    redis_store.seat(game, *(f"p{n}" for n in range(60)))
    redis_store.ask(game)
    replies = at_once(61, lambda n: redis_store.close(game) if n == 30 else redis_store.answer(game, f"p{n % 60}"))
    taken = sum(1 for reply in replies if isinstance(reply, tuple) and not reply[1])
    scored = sum(1 for _, score in redis_store.games.players.scores(game) if score)
    assert scored == taken == redis_store.games.answers.answer_count(game, 0)


def test_a_change_is_claimed_by_one_of_twenty(redis_store: World):
    """Of all workers one tells a topic, one a board, and one the roster."""
    game = redis_store.make()
    redis_store.seat(game, "ann")
    redis_store.games.news.note_roster(game, "joined", Player("ann", "ann"))
    told = at_once(20, lambda _: redis_store.games.news.claim(game, "progress", "0:1", 60_000))
    assert Counter(told) == {-1: 1, 0: 19}
    boards = at_once(20, lambda _: redis_store.board.claim(game, 5, 60_000))
    assert sum(not isinstance(board, int) for board in boards) == 1
    rosters = at_once(20, lambda _: redis_store.games.news.take_roster(game, 60_000))
    assert sum(isinstance(changes, list) for changes in rosters) == 1
