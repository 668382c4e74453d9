"""Leaving, coming back by token, being thrown out."""

from __future__ import annotations

import pytest

from quiz.domain.errors import GameFull, GameLocked, Kicked, NicknameTaken, NotJoined, Unauthorized
from quiz.domain.game import Options
from quiz.store.tokens import PLAYER_SECONDS, Tokens
from tests.play.fakes import Table, brief
from tests.play.test_live import opened


def test_a_locked_or_full_game_takes_back_who_was_in_it():
    """Resuming ignores `locked` and `max_players`; joining anew does not."""
    table = Table(max_players=2)
    ann, _ = table.join("Ann"), table.join("Bob")
    token = table.view(ann)["token"]
    with pytest.raises(GameFull):
        table.join("Cat")
    table.lobby.lock(table.game, True)
    with pytest.raises(GameLocked):
        table.join("Cat")
    assert table.lobby.resume(table.game, token).id == ann
    table.lobby.lock(table.game, False)
    with pytest.raises(GameFull):
        table.join("Cat")


def test_a_token_brings_score_and_answers_back():
    """Resuming in the middle of the second question; between questions it is said which one it was."""
    table, ann, bob = opened()
    token = table.view(ann)["token"]
    table.answer(ann, "q1", 1)
    table.answer(bob, "q1", 1)
    table.leave(ann)
    assert (table.state, table.view(bob)["game"]["index"]) == ("reveal", 0)
    table.rounds.next(table.game)
    table.rounds.next(table.game)
    table.turn(3000)
    player = table.lobby.resume(table.game, token)
    assert (player.id, player.nickname) == (ann, "Ann")
    shown = table.view(player.id)
    assert shown["you"] == {"score": 1000, "rank": 1, "answered": ["q1"]}
    assert shown["question"]["id"] == "q2"


def test_tokens_that_are_forged_expired_or_anothers_are_unauthorized():
    """Nobody comes back with anything but a token of this game."""
    table = Table()
    ann = table.join("Ann")
    other = table.lobby.create(table.quiz, "live", Options(), None)
    with pytest.raises(Unauthorized):
        table.lobby.resume(table.game, Tokens(["forged"], 60, table.clock).for_player(table.game, ann))
    with pytest.raises(Unauthorized):
        table.lobby.resume(other, table.tokens.for_player(table.game, ann))
    with pytest.raises(Unauthorized):
        table.lobby.resume(table.game, table.tokens.for_host("Ann"))
    with pytest.raises(NotJoined):
        table.lobby.resume(table.game, table.tokens.for_player(table.game, "nobody"))
    good = table.tokens.for_player(table.game, ann)
    table.clock.now += (PLAYER_SECONDS + 2) * 1000
    with pytest.raises(Unauthorized):
        table.lobby.resume(table.game, good)


def test_a_kicked_player_is_told_leaves_the_board_and_cannot_come_back():
    """Neither by token, nor by nickname, nor by asking for the state or answering."""
    table, ann, bob = opened()
    token = table.view(ann)["token"]
    table.lobby.kick(table.game, ann)
    told = table.say.take()
    assert brief(told)[:3] == [f"dismiss {ann}", "roster", "board"]
    for attempt in (
        lambda: table.lobby.resume(table.game, token),
        lambda: table.lobby.join(table.game, "ANN"),
        lambda: table.view(ann),
        lambda: table.answer(ann, "q1", 1),
    ):
        with pytest.raises(Kicked):
            attempt()
    assert [row["player"] for row in table.view(bob)["leaderboard"]["top"]] == [bob]
    with pytest.raises(NotJoined):
        table.lobby.kick(table.game, "nobody")


def test_a_kicked_player_gets_no_result():
    """The reveal speaks to those who are in the game."""
    table, ann, bob = opened()
    table.answer(ann, "q1", 1)
    table.lobby.kick(table.game, ann)
    table.rounds.close_question(table.game)
    table.deliver()
    assert table.got("result", ann) == []
    assert len(table.got("result", bob)) == 1
    assert table.got("result", bob)[0]["rank"] == 1


def test_nobody_waits_for_a_kicked_player():
    """The others have answered: with the removal it is looked whether the question may close, and it may."""
    table, ann, bob = opened()
    table.answer(ann, "q1", 1)
    table.rounds.close_if_all_answered(table.game, 0)
    assert table.state == "question"
    table.say.take()
    table.lobby.kick(table.game, bob)
    assert ("progress", 0) in table.say.take()
    table.rounds.close_if_all_answered(table.game, 0)
    assert table.state == "reveal"


def test_a_kicked_player_leaves_the_roster_once():
    """Hosts are told `left` once, when the player was connected and when not."""
    table = Table()
    ann, bob = table.join("Ann"), table.join("Bob")
    table.leave(bob)
    table.games.news.take_roster(table.game, 0)
    table.turn(1000)
    table.lobby.kick(table.game, ann)
    table.leave(ann)
    table.lobby.kick(table.game, bob)
    assert [(change, player.nickname) for change, player in table.games.news.take_roster(table.game, 0)] == [
        ("left", "Ann"),
        ("left", "Bob"),
    ]


def test_leaving_keeps_seat_name_and_score():
    """Who left is on the board, and the nickname stays taken."""
    table, ann, bob = opened()
    table.answer(ann, "q1", 1)
    table.answer(bob, "q1", 0)
    table.deliver()
    table.leave(ann)
    assert table.view(bob)["leaderboard"]["top"][0]["player"] == ann
    with pytest.raises(NicknameTaken):
        table.join("ann")
    assert {seat.nickname: seat.connected for seat in table.games.players.roster(table.game)} == {"Ann": False, "Bob": True}
