"""Creating games, getting in, coming back, being thrown out."""

from __future__ import annotations

import random
from itertools import islice
from types import SimpleNamespace

import msgspec
import pytest

from quiz.domain.errors import (
    GameNotFound,
    NicknameInvalid,
    NicknameTaken,
    PinTaken,
    ServerBusy,
    WrongState,
)
from quiz.domain.game import Options
from quiz.play import lobby as module
from tests.play.fakes import Table, brief
from tests.play.test_live import opened


def test_a_game_gets_a_six_digit_pin_and_an_id_of_its_own():
    """Two games of one quiz share neither, and each keeps what it was made with."""
    table = Table()
    other = table.lobby.create(table.quiz, "self-paced", Options(), None)
    assert {len(table.game.pin), len(other.pin)} == {6}
    assert table.game.pin.isdecimal()
    assert (table.game.pin, table.game.id) != (other.pin, other.id)
    assert (other.title, other.quiz, other.mode, other.host, other.grace_ms) == ("T", "s", "self-paced", None, 250)
    assert table.lobby.find(other.pin) == other
    with pytest.raises(GameNotFound):
        table.lobby.find("000000")


def test_a_pin_that_was_asked_for_is_used_or_refused():
    """Free: the game has it; another game's: pin_taken."""
    table = Table()
    assert table.lobby.create(table.quiz, "live", Options(), None, "654321").pin == "654321"
    with pytest.raises(PinTaken, match="654321"):
        table.lobby.create(table.quiz, "live", Options(), None, "654321")


def test_a_drawn_pin_that_is_taken_is_drawn_again():
    """Until the search is given up as server_busy."""
    table = Table()
    draws = iter([int(table.game.pin)] * 3 + [777777] + [int(table.game.pin)] * module.DRAWS)
    table.lobby._random = SimpleNamespace(randrange=lambda *_: next(draws))
    assert table.lobby.create(table.quiz, "live", Options(), None).pin == "777777"
    with pytest.raises(ServerBusy):
        table.lobby.create(table.quiz, "live", Options(), None)


def test_a_wish_that_is_made_again_comes_to_the_same_game():
    """As long as that has its PIN, and whatever else is wrong by then; another host's of the same name is another wish."""
    table, wish = Table(), "a wish of sixteen"

    def create(host: str | None = "host", attempt: str | None = wish, **options: int) -> str:
        return table.lobby.create(table.quiz, "self-paced", Options(**options), host, attempt=attempt).id

    made = create(closes_at=table.clock() + 1000)
    table.clock.now += 2000
    assert create(closes_at=table.clock() - 1000) == made
    assert len({made, create("another"), create(attempt="another wish of us"), create(attempt=None), create(attempt=None)}) == 5
    assert create(None) != create(None)
    assert create() == made


def test_a_wish_whose_first_pin_is_taken_comes_to_its_second():
    """Also if both are fulfilled at the same moment; one that finds none at all is server_busy."""
    table, wish = Table(), "a wish of sixteen"
    first, second = islice(table.tokens.pins_of("host", wish), 2)
    table.lobby.create(table.quiz, "live", Options(), None, first)
    made = table.lobby.create(table.quiz, "live", Options(), "host", attempt=wish)
    assert made.pin == second
    too_early = iter([True])
    look, table.games.game = table.games.game, lambda pin: None if next(too_early, False) else look(pin)
    assert table.lobby.create(table.quiz, "live", Options(), "host", attempt=wish) == made
    table.games.create = lambda game: False
    with pytest.raises(ServerBusy):
        table.lobby.create(table.quiz, "live", Options(), "host", attempt="another wish of us")


def test_a_wish_is_fulfilled_for_as_long_as_its_game_has_the_pin():
    """Made again when the game is over it comes to that one; when the PIN is free, it makes another."""
    table, wish = Table(), "a wish of sixteen"
    made = table.lobby.create(table.quiz, "live", Options(), "host", attempt=wish)
    table.rounds.end(made)
    assert table.lobby.create(table.quiz, "live", Options(), "host", attempt=wish) == made
    table.games.drop(made)
    again = table.lobby.create(table.quiz, "live", Options(), "host", attempt=wish)
    assert (again.pin, again.id != made.id) == (made.pin, True)


def test_a_wish_whose_fulfilment_was_cut_short_is_made_whole():
    """The store went away before the game was listed and its end was on the clocks: made again, the wish brings both about."""
    table, wish = Table(), "a wish of sixteen"
    ends, listed = table.clock() + 1000, []
    made = table.lobby.create(table.quiz, "self-paced", Options(closes_at=ends), "host", attempt=wish)
    table.games.alarms.disarm(made.pin)
    table.games.enlist = listed.append
    assert table.lobby.create(table.quiz, "self-paced", Options(closes_at=ends), "host", attempt=wish) == made
    assert listed == [made]
    assert table.games.alarms.overdue(ends + 1000) == [made.pin]


def test_who_joins_is_told_everything_and_moves_board_and_roster():
    """The acknowledgement of `join`, and what follows for the others."""
    table = Table()
    ann = table.join(" Ann \u2003 B. ")
    shown = table.got("join", ann)[0]
    assert shown["player"] == {"id": ann, "nickname": "Ann B."}
    assert shown["game"]["pin"] == table.game.pin
    assert shown["game"].items() >= {"title": "T", "mode": "live", "state": "lobby", "question_count": 2}.items()
    assert shown["you"] == {"score": 0, "rank": 1, "answered": []}
    assert shown["leaderboard"]["players"] == 1
    assert shown["leaderboard"]["top"] == [{"rank": 1, "player": ann, "nickname": "Ann B.", "score": 0}]
    assert "question" not in shown
    assert brief(table.say.take()) == ["board", "roster"]


def test_nicknames_are_unique_without_their_case_and_kept_as_typed():
    """Markup stays markup; the same name in other letters is taken."""
    table = Table()
    ann = table.join("<b>Straße</b>")
    assert table.view(ann)["player"]["nickname"] == "<b>Straße</b>"
    with pytest.raises(NicknameTaken):
        table.join("<B>STRASSE</B>")


@pytest.mark.parametrize("name", ["", "   ", "x" * 21, "a\x00b", "a\nb", "\u200b", "\u202eabc"])
def test_an_impossible_nickname_takes_no_seat(name):
    """nickname_invalid, and nobody is told of anything."""
    table = Table()
    with pytest.raises(NicknameInvalid):
        table.join(name)
    assert table.say.take() == []
    assert table.games.players.roster(table.game) == []


@pytest.mark.parametrize("name", ["damn", "DAMN", "xxDamnxx", "d a m n", "ｄａｍｎ", "odd ball", "OddBall"])
def test_blocked_words_are_found_in_any_dress(name):
    """Whatever case, width or spaces a nickname hides a blocked word in."""
    table = Table(blocked=("Damn", "Odd Ball"))
    with pytest.raises(NicknameInvalid):
        table.join(name)


def test_other_nicknames_pass_the_filter():
    """A filter that is empty, or holds empty words, keeps nobody out."""
    Table(blocked=("damn",)).join("Dan Mann")
    Table(blocked=("", " ")).join("Dan")


def test_generated_nicknames_are_drawn_and_what_was_typed_is_ignored():
    """Whatever somebody types, even nonsense, they get two words and a number; each another one."""
    table = Table(nicknames="generated", blocked=("a",))
    names = {table.seated[table.join(typed)].nickname for typed in ("", "x" * 99, "Ann", "Ann")}
    assert len(names) == 4
    assert all(len(name.split()) == 3 for name in names)


def test_a_drawn_nickname_that_is_taken_or_a_kicked_players_is_drawn_again():
    """Nobody is refused for a nickname that they did not choose."""
    table = Table(nicknames="generated")
    seeds = iter([1, 1, 2, 1, 2, 3])

    class Seeded:
        """Draws the nickname of the next seed."""

        def choice(self, items):
            if "Amber" in items:
                self.rng = random.Random(next(seeds))
            return self.rng.choice(items)

        def randrange(self, *bounds):
            return self.rng.randrange(*bounds)

    table.lobby._random = Seeded()
    first = table.join("")
    second = table.join("")
    assert table.seated[first].nickname != table.seated[second].nickname
    table.lobby.kick(table.game, first)
    third = table.join("")
    assert len({table.seated[player].nickname for player in (first, second, third)}) == 3


def test_a_game_without_a_free_nickname_is_busy():
    """The search ends."""
    table = Table(nicknames="generated")
    table.lobby._random = SimpleNamespace(choice=lambda items: items[0], randrange=lambda *_: 10)
    table.join("")
    with pytest.raises(ServerBusy):
        table.join("")


def test_the_state_of_every_phase_shows_what_there_is_to_see():
    """Lobby, question, paused, reveal, leaderboard, finished: what `state` and `watch` hold."""
    table = Table("single", explanation="Because")
    ann, _ = table.join("Ann"), table.join("Bob")
    base = {"player", "token", "game", "you", "leaderboard"}
    watched = {"now", "game", "players", "leaderboard"}
    open_question = {"question", "progress"}

    def seen() -> tuple[set[str], set[str]]:
        return set(table.view(ann)), set(table.lobby.watch(table.game))

    assert seen() == (base, watched)
    table.rounds.start(table.game)
    assert seen() == (base | {"question"}, watched | open_question)
    table.turn(3000)
    table.answer(ann, "q1", 1)
    assert table.view(ann)["you"] == {"score": 0, "rank": 1, "answered": ["q1"]}
    assert table.lobby.watch(table.game)["progress"] == {"question": "q1", "answered": 1, "players": 2}
    table.leave(ann)
    assert table.lobby.watch(table.game)["progress"]["players"] == 2
    table.rounds.pause(table.game)
    assert seen() == (base, watched | open_question)
    assert table.view(ann)["you"]["score"] == 0
    table.rounds.resume(table.game)
    table.rounds.close_question(table.game)
    assert seen() == (base | {"result"}, watched | open_question | {"reveal"})
    assert table.view(ann)["result"]["points"] == 1000
    assert table.lobby.watch(table.game)["reveal"]["explanation"] == "Because"
    table.rounds.pause(table.game)
    assert seen() == (base | {"result"}, watched | open_question | {"reveal"})
    table.rounds.resume(table.game)
    table.rounds.next(table.game)
    assert seen() == (base, watched | open_question)
    table.rounds.next(table.game)
    assert seen() == (base, watched)
    assert table.view(ann)["game"]["state"] == "finished"
    with pytest.raises(WrongState):
        table.join("Cat")


def test_a_host_sees_options_lock_and_players():
    """What `watch` tells of the game itself."""
    table = Table(streak_bonus=True)
    table.join("Ann")
    table.lobby.lock(table.game, True)
    told = table.lobby.watch(table.game)
    assert told["game"]["locked"] is True
    assert told["game"]["options"].items() >= {"streak_bonus": True, "scoring": "kahoot", "countdown_ms": 3000}.items()
    assert [(player["nickname"], player["connected"]) for player in told["players"]] == [("Ann", True)]


def test_a_reset_takes_all_back_to_nothing():
    """Scores are 0, and a new board follows."""
    table, ann, _ = opened()
    table.answer(ann, "q1", 1)
    table.rounds.close_question(table.game)
    table.deliver()
    table.lobby.reset(table.game)
    assert brief(table.deliver()) == ["board"]
    assert {row["score"] for row in table.got("leaderboard")[-1]["top"]} == {0}
    assert table.view(ann)["you"]["answered"] == []


def test_no_results_are_worked_out_for_nobody():
    """A worker without players of the game asks the store nothing."""
    table = Table()
    gone = msgspec.structs.replace(table.game, id="gone")
    assert table.lobby.results(gone, 0, []) == {}
