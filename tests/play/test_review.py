"""A self-paced game's own order, its end, its review; games that show players no board; phones that don't show the question."""

from __future__ import annotations

import pytest

from quiz.domain.errors import InvalidPayload, QuestionNotFound, TooLate, WrongState
from quiz.play.views import ahead
from tests.play.fakes import NOON, Table
from tests.play.test_live import opened
from tests.play.test_self_paced import asked, paced

HOUR = 3_600_000


def going(table: Table, player: str, **wish: str):
    told = table.answering.next_question(table.game, player, **wish)
    return "finished" if told == {"finished": True} else told["question"]["id"]


def test_a_player_skips_a_question_and_comes_back_to_it():
    """`after` leads on from a question, and at the end back to what was skipped."""
    table, ann, _ = paced()
    assert asked(table, ann) == "q1"
    assert going(table, ann, after="q1") == "q2"
    table.answer(ann, "q2", 1)
    assert going(table, ann, after="q2") == "q3"
    assert going(table, ann, after="q3") == "q1"
    table.answer(ann, "q1", 1)
    table.answer(ann, "q3", 1)
    assert going(table, ann, after="q3") == "finished"


def test_a_player_goes_to_any_question_that_is_left():
    """`question` names it; one that was answered, or whose time is over, is refused."""
    table, ann, _ = paced(time_limits=True, time_limit=5)
    assert going(table, ann, question="q3") == "q3"
    table.answer(ann, "q3", 1)
    with pytest.raises(WrongState):
        going(table, ann, question="q3")
    assert going(table, ann, question="q2") == "q2"
    table.turn(6000)
    with pytest.raises(TooLate):
        going(table, ann, question="q2")
    with pytest.raises(QuestionNotFound):
        going(table, ann, question="q9")


def test_what_was_right_is_shown_of_what_is_over_alone():
    """The overview lists all questions, and how those fared that were answered; the others can't be reviewed."""
    table, ann, bob = paced(explanation="Because.")
    table.answer(ann, "q2", 0)
    lines = table.answering.reviewing.overview(table.game, ann)["questions"]
    assert lines == [
        {"question": "q1", "answered": False, "over": False},
        {"question": "q2", "answered": True, "over": True, "correct": False, "points": 0},
        {"question": "q3", "answered": False, "over": False},
    ]
    seen = table.answering.reviewing.review(table.game, ann, "q2")
    assert (seen["question"]["id"], seen["question"]["closes_at"]) == ("q2", None)
    assert seen["result"] == {"correct": False, "points": 0, "answer": 0, "right_answer": 1, "explanation": "Because."}
    for player, question in ((ann, "q1"), (bob, "q2")):
        with pytest.raises(WrongState):
            table.answering.reviewing.review(table.game, player, question)
    table.rounds.end(table.game)
    assert table.answering.reviewing.review(table.game, bob, "q2")["result"] == {
        "correct": False, "points": 0, "right_answer": 1, "explanation": "Because.",
    }  # fmt: skip


def test_a_question_that_a_player_let_pass_may_be_reviewed():
    """Where time limits count, one that was missed is over for that player."""
    table, ann, _ = paced(time_limits=True, time_limit=5)
    asked(table, ann)
    table.turn(6000)
    with pytest.raises(WrongState):
        table.answering.reviewing.review(table.game, ann, "q2")
    assert asked(table, ann) == "q2"
    assert table.answering.reviewing.review(table.game, ann, "q1")["result"]["right_answer"] == 1


def test_of_a_live_game_only_what_was_revealed_is_in_the_review():
    """Neither the open question nor those that were never asked."""
    table, ann, _ = opened()
    table.answer(ann, "q1", 1)
    assert table.answering.reviewing.overview(table.game, ann) == {"questions": []}
    with pytest.raises(WrongState):
        table.answering.reviewing.review(table.game, ann, "q1")
    table.rounds.close_question(table.game)
    table.rounds.end(table.game)
    lines = table.answering.reviewing.overview(table.game, ann)["questions"]
    assert lines == [{"question": "q1", "answered": True, "over": True, "correct": True, "points": 1000}]
    with pytest.raises(WrongState):
        table.answering.reviewing.review(table.game, ann, "q2")


def test_a_game_with_an_end_closes_by_itself():
    """Answers count until then, plus the grace; a repeat is told its result; the clock ends the game, whoever is there."""
    closes_at = NOON + HOUR
    table, ann, bob = paced(closes_at=closes_at)
    assert table.view(ann)["game"]["closes_at"] == closes_at
    assert table.games.alarms.overdue(closes_at) == []
    table.clock.now = closes_at + 200
    first = table.answer(ann, "q1", 1)
    table.clock.now = closes_at + 251
    with pytest.raises(TooLate):
        table.answer(bob, "q1", 1)
    with pytest.raises(TooLate):
        asked(table, bob)
    assert table.answer(ann, "q1", 0) == {**first, "duplicate": True}
    table.turn(200)
    assert table.state == "finished"
    assert table.games.archived(table.game.id) is not None


@pytest.mark.parametrize("early", [0, 1000])
def test_a_game_that_is_over_says_when_it_ended(early):
    """So that players can be told whether time was up, or their host ended it before."""
    closes_at = NOON + HOUR
    table, ann, _ = paced(closes_at=closes_at)
    assert "finished_at" not in table.view(ann)["game"]
    table.clock.now = closes_at - early
    if early:
        table.rounds.end(table.game)
    table.turn(300)
    ended = table.view(ann)["game"]["finished_at"]
    assert (ended >= closes_at) is (early == 0)
    table.deliver()
    assert [event.get("finished_at") for event in table.got("game")] == [ended]


@pytest.mark.parametrize(("mode", "ahead_ms"), [("self-paced", 0), ("self-paced", 400 * 24 * HOUR), ("live", HOUR)])
def test_an_end_that_can_not_be_kept_is_refused(mode, ahead_ms):
    """One that is over, that is years away, or of a game that its host ends."""
    with pytest.raises(InvalidPayload, match="closes_at"):
        Table(mode=mode, closes_at=NOON + ahead_ms)


def test_a_result_names_who_is_just_ahead():
    """The nearest with more points, whoever else is level; nobody for the first."""
    assert ahead([("a", 9), ("b", 5), ("c", 5), ("d", 1)]) == {"b": ("a", 9), "c": ("a", 9), "d": ("c", 5)}
    table, ann, bob = opened()
    table.answer(bob, "q1", 1)
    table.rounds.close_question(table.game)
    table.deliver()
    assert table.got("result", ann)[0]["ahead"] == {"nickname": "Bob", "score": 1000}
    assert "ahead" not in table.got("result", bob)[0]


def test_a_game_without_a_leaderboard_shows_players_neither_boards_nor_ranks():
    """In acknowledgements, results and pace: after the reveal comes the next question; the host sees all."""
    table, ann, bob = opened(leaderboard=False)
    table.answer(bob, "q1", 1)
    table.rounds.close_question(table.game)
    table.deliver()
    result = table.got("result", ann)[0]
    assert (result["rank"], "ahead" in result) == (None, False)
    view = table.view(ann)
    assert (view["game"]["leaderboard"], view["you"]["rank"], view["leaderboard"]["top"]) == (False, None, [])
    assert len(table.lobby.watch(table.game)["leaderboard"]["top"]) == 2
    table.rounds.next(table.game)
    assert table.state == "question"
    paces, cho, _ = paced(leaderboard=False)
    assert paces.answer(cho, "q1", 1)["rank"] is None


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_question_is_on_the_hosts_screen_alone_where_the_host_wants_it(shuffle):
    """Players get choices and clock without text and image, also when they come back; the host gets all."""
    table, ann, _ = opened(show_on_phones=False, image="/i.png", image_alt="A map", shuffle_choices=shuffle)
    whom = ann if shuffle else "players"
    for shown in (table.got("question", whom)[0], table.view(ann)["question"]):
        assert (shown["text"], "image" in shown, "image_alt" in shown, len(shown["choices"])) == ("", False, False, 3)
    for shown in (table.got("question", "hosts")[0], table.lobby.watch(table.game)["question"]):
        assert (shown["text"], shown["image"], shown["image_alt"]) == ("What?", "/i.png", "A map")
