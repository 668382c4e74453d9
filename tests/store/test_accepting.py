"""Which answers are taken, and what the others are told."""

from __future__ import annotations

import time

import msgspec
import pytest

from quiz.domain import game as machine
from quiz.domain.errors import Kicked, QuestionNotOpen, TooLate
from tests.store.worlds import World


def lively(world: World, *kinds: str, **changes):
    game = world.make(*(kinds or ("single", "single", "single")), **changes)
    world.seat(game, "ann", "bob")
    return game


def test_a_first_answer_is_new_and_every_later_one_gets_its_receipt(world: World):
    """The first answer wins: a repeat, even another answer, changes nothing and gets the first receipt."""
    game = lively(world)
    world.ask(game)
    first, again = world.answer(game, "ann", right=False, answer=0)
    assert not again
    assert world.answer(game, "ann", right=True, answer=1) == (first, True)
    assert world.answer(game, "ann", right=False, answer=0) == (first, True)
    assert world.games.answers.receipts(game, 0) == {"ann": first}
    assert world.games.players.standing(game, "ann").answered == (0,)


@pytest.mark.parametrize("leave", [machine.close, machine.pause, machine.end])
def test_a_repeat_gets_the_first_receipt_whatever_came_since(world: World, leave):
    """Closed, paused or over: who answered in time is told the first result."""
    game = lively(world)
    world.ask(game)
    first, _ = world.answer(game, "ann")
    world.step(game, leave)
    assert world.answer(game, "ann", right=False) == (first, True)


def test_a_repeat_gets_the_first_receipt_after_later_questions(world: World):
    """Two questions on, a repeat still gets its first result and the board stays."""
    game = lively(world)
    world.ask(game)
    first, _ = world.answer(game, "ann")
    world.close(game)
    world.ask(game, 1)
    world.close(game)
    assert world.answer(game, "ann") == (first, True)
    assert world.games.players.scores(game) == [("ann", 1000), ("bob", 0)]


def test_strangers_and_kicked_players_are_refused_before_anything_else(world: World):
    """not_joined and kicked do not depend on the question; a kicked player's repeat is refused too."""
    game = lively(world)
    for ready in (lambda: None, lambda: world.ask(game)):
        ready()
        with pytest.raises(world.unknown):
            world.answer(game, "nobody")
    world.answer(game, "ann")
    world.games.players.kick(game, "ann")
    with pytest.raises(Kicked):
        world.answer(game, "ann")


def test_a_question_that_was_never_opened_is_not_open(world: World):
    """In the lobby, before its turn, and even when the game is over."""
    game = lively(world)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann")
    world.ask(game)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann", 1)
    world.close(game)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann", 2)
    world.step(game, machine.end)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann", 2)


def test_a_question_is_not_open_in_its_countdown(world: World):
    """`opened_at` ahead means not yet."""
    game = lively(world, countdown_ms=60_000)
    world.step(game, machine.start)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann")


def test_a_paused_question_is_not_open_and_opens_again(world: World):
    """While paused an answer is question_not_open; after resuming it counts without the pause's time."""
    game = lively(world, time_limit=100)
    world.ask(game, ago=30_000)
    world.step(game, machine.pause)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann")
    world.step(game, machine.resume)
    receipt, _ = world.answer(game, "ann")
    assert 30_000 <= receipt.elapsed_ms <= 35_000


def test_a_pause_in_the_reveal_leaves_the_question_closed(world: World):
    """Paused after the question was closed, an answer to it is too late."""
    game = lively(world)
    world.ask(game)
    world.close(game)
    world.step(game, machine.pause)
    with pytest.raises(TooLate):
        world.answer(game, "ann")


def test_a_closed_question_is_too_late(world: World):
    """In the reveal, on the leaderboard, during the next question and after the end."""
    game = lively(world, "single", "single")
    world.ask(game)
    for step in (machine.close, machine.advance, lambda *_: world.ask(game, 1), machine.end):
        if step in (machine.close, machine.advance, machine.end):
            world.step(game, step)
        else:
            step()
        with pytest.raises(TooLate):
            world.answer(game, "ann")


def test_the_grace_alone_decides_after_the_deadline(world: World):
    """Within the grace an answer counts with the full time; past it the question is too late though nobody closed it yet."""
    game = lively(world, grace_ms=60_000)
    world.ask(game, ago=21_000)
    receipt, _ = world.answer(game, "ann")
    assert (receipt.elapsed_ms, receipt.points) == (20_000, 500)
    strict = world.make(grace_ms=100, pin="222222", game_id="g2")
    world.seat(strict, "ann")
    world.ask(strict, ago=20_200)
    with pytest.raises(TooLate):
        world.answer(strict, "ann")
    assert world.games.answers.answer_count(strict, 0) == 0


def test_a_refused_answer_does_not_use_the_question_up(world: World):
    """Who answered too early may answer in time."""
    game = lively(world, countdown_ms=60_000)
    world.step(game, machine.start)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann")
    world.ask(game)
    assert world.answer(game, "ann")[1] is False


def test_self_paced_questions_are_open_in_any_order_without_being_asked_for(world: World):
    """Any question, at any time; points move the board at once."""
    game = lively(world, mode="self-paced")
    receipts = [world.answer(game, "ann", index)[0] for index in (2, 0)]
    assert [(r.points, r.score, r.rank, r.streak) for r in receipts] == [(10, 10, 1, 1), (10, 20, 1, 2)]
    assert world.listing(game) == [(1, "ann", 20), (2, "bob", 0)]
    assert world.answer(game, "ann", 2) == (receipts[0], True)


def test_a_finished_self_paced_game_is_too_late_except_for_repeats(world: World):
    """After the end only what was answered before gets a result."""
    game = lively(world, mode="self-paced")
    first, _ = world.answer(game, "ann")
    world.step(game, machine.end)
    assert world.answer(game, "ann") == (first, True)
    with pytest.raises(TooLate):
        world.answer(game, "ann", 1)
    with pytest.raises(TooLate):
        world.answer(game, "bob")


def test_self_paced_time_starts_with_the_question_and_ends_nothing(world: World):
    """Without `time_limits` a question seen long ago still counts; unseen, its time is 0."""
    game = lively(world, mode="self-paced", scoring="kahoot", time_limit=1)
    game = brief(world, game, 0.05)
    assert world.answer(game, "ann")[0].elapsed_ms == 0
    world.games.answers.open_for(game, "bob", 0)
    time.sleep(0.06)
    receipt, _ = world.answer(game, "bob")
    assert receipt.elapsed_ms == 50


def brief(world: World, game, seconds: float, **fields):
    """The same game with questions shorter than authors may make them, so that tests need not wait."""
    questions = tuple(msgspec.structs.replace(q, time_limit=seconds) for q in game.questions)
    other = msgspec.structs.replace(game, questions=questions, id="brief", pin="333333", **fields)
    assert world.games.create(other)
    world.seat(other, "ann", "bob")
    return other


def test_self_paced_time_limits_count_where_the_game_says_so(world: World):
    """With `time_limits` a question has to be asked for first, is open for its limit plus the grace, and is too late after."""
    game = brief(world, lively(world, mode="self-paced", time_limits=True), 0.02, grace_ms=0)
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "ann")
    world.games.answers.open_for(game, "ann", 0)
    time.sleep(0.03)
    with pytest.raises(TooLate):
        world.answer(game, "ann")
    with pytest.raises(QuestionNotOpen):
        world.answer(game, "bob")


def test_self_paced_time_limits_have_their_grace(world: World):
    """Within the grace after its limit a question is still taken, with its full time."""
    game = brief(world, lively(world, mode="self-paced", time_limits=True), 0.02, grace_ms=60_000)
    world.games.answers.open_for(game, "ann", 0)
    time.sleep(0.2)  # on a busy machine what is known of Redis's clock may be late by some of it
    assert world.answer(game, "ann")[0].elapsed_ms == 20


def test_a_question_opens_once_for_each_player(world: World):
    """Asking again for a question does not start its clock again."""
    game = lively(world, mode="self-paced")
    first = world.games.answers.open_for(game, "ann", 0)
    time.sleep(0.003)
    assert world.games.answers.open_for(game, "ann", 0) == first
    other = world.games.answers.open_for(game, "ann", 2)
    assert other > first
    assert dict(world.games.answers.opened_for(game, "ann")) == {0: first, 2: other}
    assert dict(world.games.answers.opened_for(game, "bob")) == {}


def test_a_missed_question_ends_the_streak_once_and_stays_too_late(world: World):
    """Noted again and again, a miss counts when it happened: the streak that came after it stays."""
    game = lively(world, mode="self-paced", time_limits=True)
    for index in (0, 1):
        world.games.answers.open_for(game, "ann", index)
    world.answer(game, "ann")
    assert world.games.players.streaks(game, ["ann"]) == {"ann": 1}
    world.games.answers.miss(game, "ann", 1)
    assert world.games.players.streaks(game, ["ann"]) == {"ann": 0}
    assert world.games.answers.opened_for(game, "ann")[1] < 0
    world.games.answers.open_for(game, "ann", 2)
    world.answer(game, "ann", index=2)
    world.games.answers.miss(game, "ann", 1)
    assert world.games.players.streaks(game, ["ann"]) == {"ann": 1}
    with pytest.raises(TooLate):
        world.answer(game, "ann", index=1)
