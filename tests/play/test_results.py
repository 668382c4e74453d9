"""What came of a game, counted from its record."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.domain.errors import GameNotFound, PlayerNotFound, QuestionNotFound, WrongState
from quiz.play.archive import Archive, so_far, unfolded
from quiz.play.records import Records
from quiz.play.results import GameResult, comparison, game_result, player_answers, question_answers
from tests.play.counting import Sent, Tally, told_players, told_questions
from tests.play.fakes import Table

KINDS = ("single", "multiple", "true_false", "text", "number", "order", "poll")
#: Of each kind: answers, and whether they are right.
ANSWERS: dict[str, list[tuple[Any, bool | None]]] = {
    "single": [(1, True), (0, False), (2, False)],
    "multiple": [([0, 2], True), ([0], False), ([], False)],
    "true_false": [(False, True), (True, False)],
    "text": [("Colour", True), ("grey", False)],
    "number": [(0.4, True), (7, False)],
    "order": [([2, 0, 1], True), ([0, 1, 2], False)],
    "poll": [(0, None), (2, None)],
}


def nothing() -> None:
    """Nobody waits here."""


def kept(table: Table) -> Archive:
    """The record of the table's game, as it is read from the store."""
    stored = table.games.archived(table.game.id)
    assert stored is not None
    return unfolded(stored, nothing)


def result_of(record: Archive) -> GameResult:
    return game_result(record, record.summary(), nothing)


def as_json(result: Any) -> Any:
    return json.loads(msgspec.json.encode(result))


def records(table: Table) -> Records:
    return Records(table.games, table.results, table.lobby, nothing)


@settings(max_examples=25)
@given(
    players=st.integers(1, 5),
    choices=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), st.integers(0, 2), st.integers(0, 3000)), max_size=40),
)
def test_a_self_paced_games_results_are_those_of_its_answers(players: int, choices: list[tuple[int, int, int, int]]):
    """Score, rank, right, streak and distribution equal a second count, of answers of all types in any order."""
    table = Table(*KINDS, mode="self-paced")
    ids = [table.join(f"P{n}") for n in range(players)]
    tally = Tally({one: table.seated[one].nickname for one in ids}, [f"q{n}" for n in range(1, 8)])
    given_: set[tuple[str, str]] = set()
    for who, index, what, pause in choices:
        table.turn(pause)
        player, kind, question = ids[who % players], KINDS[index], f"q{index + 1}"
        answer, right = ANSWERS[kind][what % len(ANSWERS[kind])]
        ack = table.answer(player, question, answer)
        if (player, question) not in given_:  # the first counts
            given_.add((player, question))
            tally.sent.append(Sent(player, question, answer, right, 10 if right else 0))
            assert ack["points"] == tally.sent[-1].points
    going_on = so_far(table.games, table.game)
    table.rounds.end(table.game)
    told = as_json(result_of(kept(table)))
    assert told_players(told) == tally.players()
    wanted = tally.of_questions()
    wanted[6]["right"] = None  # a poll that nobody answered is one as well
    assert told_questions(told) == wanted
    assert as_json(result_of(going_on))["players"] == told["players"]


def live_game(*kinds: str) -> tuple[Table, dict[str, str]]:
    """A game of Ann, Bob and Cy that has begun."""
    table = Table(*kinds, auto_close=False, leaderboard_every=0)
    players = {name: table.join(name) for name in ("Ann", "Bob", "Cy")}
    table.rounds.start(table.game)
    table.turn(3000)
    return table, players


def next_question(table: Table) -> None:
    table.rounds.close_question(table.game)
    table.rounds.next(table.game)
    table.turn(3000)


def test_times_streaks_and_the_hardest_questions_of_a_live_game():
    """Times add up, a missed question ends a streak, the hardest is what most of those who answered had wrong; polls are none."""
    table, players = live_game("single", "single", "poll", "single", "single")
    table.turn(1000)
    table.answer(players["Ann"], "q1", 1)
    table.turn(2000)
    table.answer(players["Bob"], "q1", 0)
    next_question(table)
    table.turn(500)
    table.answer(players["Ann"], "q2", 1)
    next_question(table)
    table.answer(players["Ann"], "q3", 0)
    next_question(table)
    table.answer(players["Ann"], "q4", 0)
    table.answer(players["Bob"], "q4", 0)
    next_question(table)
    table.answer(players["Ann"], "q5", 1)
    table.rounds.end(table.game)
    result = result_of(kept(table))
    by_name = {one.nickname: one for one in result.players}
    assert (by_name["Ann"].time_ms, by_name["Ann"].streak, by_name["Ann"].right, by_name["Ann"].answered) == (1500, 2, 3, 5)
    assert (by_name["Bob"].time_ms, by_name["Bob"].streak, by_name["Bob"].right) == (3000, 0, 0)
    assert (by_name["Cy"].answered, by_name["Cy"].score, by_name["Cy"].rank) == (0, 0, 2)
    assert [(one.answered, one.right, one.time_ms) for one in result.questions] == [
        (2, 1, 2000),
        (1, 1, 500),
        (1, None, 0),
        (2, 0, 0),
        (1, 1, 0),
    ]
    assert result.hardest == ["q4", "q1"]


def test_who_answered_what():
    """Of a question in the order of the board, of a player in the order of the questions; what is not there is said to be so."""
    table, players = live_game("single", "text")
    table.answer(players["Bob"], "q1", 1)
    table.answer(players["Ann"], "q1", 2)
    next_question(table)
    table.answer(players["Ann"], "q2", "Color")
    table.rounds.end(table.game)
    record = kept(table)
    told = question_answers(record, 0)
    assert [(one.nickname, one.answer, one.right, one.points) for one in told.answers] == [
        ("Bob", 1, True, 1000),
        ("Ann", 2, False, 0),
    ]
    own = player_answers(record, result_of(record), players["Ann"])
    assert [(one.question, one.answer, one.right) for one in own.answers] == [("q1", 2, False), ("q2", "Color", True)]
    for index in (-1, 2):
        with pytest.raises(QuestionNotFound):
            question_answers(record, index)
    with pytest.raises(PlayerNotFound):
        player_answers(record, result_of(record), "nobody")


def test_a_kicked_player_is_in_no_number():
    """Their answers were taken, and count nowhere."""
    table, players = live_game("single")
    for player in players.values():
        table.answer(player, "q1", 1)
    table.lobby.kick(table.game, players["Bob"])
    table.rounds.end(table.game)
    result = result_of(kept(table))
    assert {one.nickname for one in result.players} == {"Ann", "Cy"}
    assert (result.questions[0].answered, result.game.players) == (2, 2)


def test_the_report_of_a_live_game_that_goes_on_tells_nothing_of_the_open_question():
    """Points of a question are out at its reveal, and not before."""
    table, players = live_game("single", "single")
    table.answer(players["Ann"], "q1", 1)
    next_question(table)
    table.answer(players["Ann"], "q2", 1)
    record = so_far(table.games, table.game)
    result = result_of(record)
    assert (result.players[0].nickname, result.players[0].score) == ("Ann", 1000)
    assert [one.answered for one in result.questions] == [1, 0]


def test_games_of_one_quiz_beside_each_other():
    """The newest first, by question; one that reads otherwise in an older game is not the same."""
    made = []
    for text, right in (("What?", 1), ("Why?", 0)):
        table = Table("single", "poll", "single", mode="self-paced", text=text)
        ann, bob = table.join("Ann"), table.join("Bob")
        table.answer(ann, "q1", 1)
        table.answer(bob, "q1", right)
        table.rounds.end(table.game)
        made.append(result_of(kept(table)))
    same = comparison([made[0], made[0]])
    assert [(one.answered, one.right, one.mean_score) for one in same.games] == [(2, 2, 10.0)] * 2
    assert [(one.id, [(share.answered, share.right) for share in one.games if share]) for one in same.questions] == [
        ("q1", [(2, 2), (2, 2)]),
        ("q3", [(0, 0), (0, 0)]),
    ]
    other = comparison([made[1], made[0]])
    assert [one.games[1] for one in other.questions] == [None, None]
    assert comparison([]).questions == []


def test_a_removed_players_name_and_answers_are_gone_and_all_numbers_are_those_of_the_others():
    """Everywhere: in the record, and in the game while its PIN is still in use. Making the record again brings nothing back."""
    table, players = live_game("single", "single")
    for name, answer in (("Bob", 1), ("Ann", 1), ("Cy", 0)):
        table.turn(200)
        table.answer(players[name], "q1", answer)
    table.rounds.end(table.game)
    shelf = records(table)
    with pytest.raises(PlayerNotFound):
        shelf.forget_player(table.game.id, "nobody")
    shelf.forget_player(table.game.id, players["Bob"])
    stored = table.games.archived(table.game.id).decode()
    assert "Bob" not in stored
    assert players["Bob"] not in stored
    record, summary = shelf.find(table.game.id)
    result = shelf.result(record, summary)
    assert [(one.nickname, one.rank) for one in result.players] == [("Ann", 1), ("Cy", 2)]
    assert (result.removed, summary.players, result.questions[0].answered, result.questions[0].right) == (1, 2, 2, 1)
    assert shelf.page(None, None, None, 9)[0].players == 2
    held = table.games.held(table.game)
    assert held.kicked == {players["Bob"]}
    assert not any(players["Bob"] in part for part in (held.names, held.answers[0], held.answered, held.streaks))
    table.rounds.archive(table.game)
    assert "Bob" not in table.games.archived(table.game.id).decode()
    with pytest.raises(PlayerNotFound):
        shelf.forget_player(table.game.id, players["Bob"])


def test_a_removal_that_others_get_in_before_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch):
    """An answer that is brought late and a removal change one record: both are in it."""
    table, players = live_game("single", "single")
    table.answer(players["Bob"], "q1", 1)
    table.rounds.end(table.game)
    shelf, real = records(table), table.results.replace
    late = msgspec.structs.replace(kept(table).answers["q1"][players["Bob"]], points=5)

    def late_answer(game_id: str, old: bytes, new: bytes) -> bool:
        monkeypatch.setattr(table.results, "replace", real)
        with_late = unfolded(old, nothing).with_late([(players["Ann"], 1, late)])
        assert real(game_id, old, msgspec.json.encode(with_late))
        return real(game_id, old, new)

    monkeypatch.setattr(table.results, "replace", late_answer)
    shelf.forget_player(table.game.id, players["Bob"])
    assert [(one.nickname, one.score) for one in kept(table).players] == [("Ann", 5), ("Cy", 0)]


def test_of_a_deleted_game_nothing_is_left_and_nothing_comes_back():
    """Neither record nor PIN; what stays for a while says that there is nothing to be brought back, and nothing of anybody."""
    table, players = live_game("single")
    table.answer(players["Ann"], "q1", 1)
    table.rounds.end(table.game)
    shelf, before = records(table), kept(table)
    assert [one.id for one in shelf.page(["host"], None, None, 9)] == [table.game.id]
    shelf.delete(table.game.id)
    assert table.games.game(table.game.pin) is None
    for look in (shelf.find, shelf.delete, lambda game: shelf.forget_player(game, players["Ann"])):
        with pytest.raises(GameNotFound):
            look(table.game.id)
    assert shelf.page(None, None, None, 9) == []
    stored = table.games.archived(table.game.id)
    assert stored is not None
    assert "Ann" not in stored.decode()
    table.games.records["spoilt"] = b"{"
    table.games.recorded_at["spoilt"] = table.clock.now
    with pytest.raises(GameNotFound, match="can't be read"):
        shelf.find("spoilt")
    assert unfolded(stored, nothing).with_late([(players["Ann"], 0, before.answers["q1"][players["Ann"]])]) is None


def test_only_what_is_over_has_results():
    """A game that goes on has none yet; its players are removed by its host, not from its record."""
    table, players = live_game("single")
    with pytest.raises(GameNotFound):
        records(table).forget_player(table.game.id, players["Ann"])
    assert records(table).so_far(table.game)[1].players == 3
    with pytest.raises(WrongState):
        table.rounds.start(table.game)
