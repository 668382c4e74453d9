"""What a store keeps of a game, and how its phase is replaced."""

from __future__ import annotations

import msgspec
import pytest

from quiz.domain import game as machine
from quiz.domain.errors import GameNotFound, Kicked, NicknameTaken, NotJoined
from quiz.domain.game import Phase
from quiz.domain.player import Player, nickname_key
from quiz.domain.question import TYPES
from quiz.play.ports import Submission
from tests.store.fixtures import without_outages
from tests.store.worlds import ANSWERS, World, game_of


def test_create_reserves_a_pin_once(world: World):
    """Of two games with one PIN the first is kept and the second is told so."""
    game = world.make()
    assert not world.games.create(game_of(("poll",), "live", game.pin, "g2", 5))
    assert world.games.game(game.pin) == game


def test_a_pin_nobody_has_leads_to_no_game(world: World):
    """An unknown PIN is None, not an error."""
    assert world.games.game("999999") is None


@pytest.mark.parametrize("mode", ["live", "self-paced"])
def test_a_game_comes_back_as_it_was_created(world: World, mode):
    """All content and options survive the store, whatever the characters."""
    changes = {"image": "/img/é.png", "explanation": 'Weil "%" \\ 词', "time_limit": 1.25, "points": 0, "host": "ann"}
    options = {"scoring": "progressive", "countdown_ms": 0, "max_players": 3, "shuffle_choices": True, "late_join": False}
    game = world.make(*TYPES, mode=mode, title='A "title" 🦊', **changes, **options)
    # As JSON: there a tuple and a list are the same, and what is right is read as either.
    assert msgspec.json.encode(world.games.game(game.pin)) == msgspec.json.encode(game)


def test_a_live_game_begins_in_its_lobby_and_a_self_paced_one_open(world: World):
    """The first phase follows the mode and comes back whole."""
    live, paced = world.make(), world.make(mode="self-paced", pin="222222", game_id="g2")
    assert world.games.phase(live)[0] == Phase(state="lobby")
    assert world.games.phase(paced)[0] == Phase(state="open")


def test_a_phase_comes_back_as_it_was_moved_to(world: World):
    """Every field of a phase survives the store."""
    game = world.make()
    old, _ = world.games.phase(game)
    new = Phase(state="paused", version=2, index=0, opened_at=-5, closes_at=9, moved_at=8, due=7, locked=True,
                resume_to="question", elapsed_ms=-3000, hold_ms=4, skipped=(0, 2),
                extended={"a-b_1": 150}, names_hidden=True)  # fmt: skip
    assert world.games.move(game, old, new)
    assert world.games.phase(game)[0] == new


def test_the_phase_comes_with_the_stores_clock(world: World):
    """The time beside a phase is the store's own, which a worker knows as well as replies are quick."""
    game = world.make()
    before, (_, now), after = world.games.now(), world.games.phase(game), world.games.now()
    assert before - 50 <= now <= after + 50


def test_move_is_compare_and_set(world: World):
    """Who saw a phase that has passed moves nothing."""
    game = world.make()
    old, now = world.games.phase(game)
    first, late = machine.start(game, old, now), machine.lock(old, now, True)
    assert world.games.move(game, old, first)
    assert not world.games.move(game, old, late)
    assert world.games.phase(game)[0] == first


def test_a_refused_move_puts_nothing_on_the_board(world: World):
    """A second close of one question adds its points no second time."""
    game = world.make()
    world.seat(game, "ann")
    world.ask(game)
    world.answer(game, "ann")
    old, now = world.games.phase(game)
    closed = machine.close(game, old, now)
    assert [world.games.move(game, old, closed), world.games.move(game, old, closed)] == [True, False]
    assert world.games.players.scores(game) == [("ann", 1000)]


@without_outages
def test_calls_for_a_game_whose_pin_is_anothers_are_refused(world: World):
    """After a PIN was used again, what is asked of the old game is game_not_found and touches nothing of the new one."""
    game = world.make()
    world.seat(game, "ann")
    world.ask(game)
    world.answer(game, "ann")
    world.close(game)
    gone, phase = msgspec.structs.replace(game, id="older"), Phase(state="finished", version=99)
    submission = Submission(player="ann", index=0, answer=1, right=True)
    calls = [
        lambda: world.games.phase(gone),
        lambda: world.games.move(gone, world.games.phase(game)[0], phase),
        lambda: world.games.players.join(gone, Player("bob", "bob"), "bob"),
        lambda: world.games.answers.accept(gone, submission),
        lambda: world.games.players.standing(gone, "ann"),
        lambda: world.games.players.kick(gone, "ann"),
        lambda: world.games.players.rename(gone, Player("ann", "bob")),
        lambda: world.games.answers.reset(gone),
        lambda: world.board.top(gone, 5),
        lambda: world.board.claim(gone, 5, 0),
    ]
    players = world.games.players
    before = world.games.phase(game)[0], players.scores(game), players.roster(game), world.listing(game)
    for call in calls:
        with pytest.raises(GameNotFound):
            call()
    assert before == (world.games.phase(game)[0], players.scores(game), players.roster(game), world.listing(game))


def test_nothing_is_made_of_a_game_that_does_not_exist(world: World):
    """Telling that a vanished game was announced does not occupy its PIN."""
    gone = game_of(("single",), "live", "777777", "gone", 0)
    for call in (lambda: world.games.news.announced(gone, 5), lambda: world.games.answers.reset(gone)):
        with pytest.raises(GameNotFound):
            call()
    assert world.games.create(gone)


def test_running_lists_the_newest_game_first(world: World):
    """Every game whose PIN is in use is listed, the newest first."""
    for number in (2, 0, 3, 1):
        world.games.create(game_of(("single",), "live", f"20000{number}", f"g{number}", 1000 + number))
    assert [game.id for game in world.games.running()] == ["g3", "g2", "g1", "g0"]


@pytest.mark.parametrize("kind", TYPES)
def test_an_answer_of_each_type_comes_back_as_it_was_given(world: World, kind):
    """The record of an answer holds it unchanged."""
    game = world.make(kind)
    world.seat(game, "ann", "bob")
    world.ask(game)
    receipt, _ = world.answer(game, "ann", right=None if kind == "poll" else True)
    assert receipt.answer == ANSWERS[kind]
    assert world.games.answers.receipts(game, 0) == {"ann": receipt}
    assert world.games.answers.receipts(game, 0, ["bob", "ann"]) == {"ann": receipt}
    assert world.games.answers.receipts(game, 0, []) == {}
    assert (world.games.answers.answer_count(game, 0), world.games.answers.answered(game, 0)) == (1, {"ann"})


def test_a_standing_names_the_answered_questions_in_the_order_they_were_answered(world: World):
    """`answered` holds indexes as they came; who never joined has no standing."""
    game = world.make("single", "poll", "text", mode="self-paced")
    world.seat(game, "ann")
    for index in (2, 0, 1):
        world.answer(game, "ann", index, right=None if index == 1 else True)
    standing = world.games.players.standing(game, "ann")
    assert (standing.nickname, standing.score, standing.rank, standing.answered) == ("ann", 20, 1, (2, 0, 1))
    with pytest.raises(world.unknown):
        world.games.players.standing(game, "nobody")


@without_outages
def test_a_nickname_that_looks_like_anothers_is_taken(world: World):
    """Letters of other alphabets make no second name of one, whichever came first; who was kicked stays out under such a name."""
    game = world.make()
    world.seat(game, "ann", "cat")
    world.games.players.join(game, Player("p", "Пeтя"), nickname_key("Пeтя"))  # with a Latin e
    world.games.players.kick(game, "cat")
    assert world.games.players.kicked(game) == {"cat"}
    for name, refusal in (("\u0410nn", NicknameTaken), ("Петя", NicknameTaken), ("c\u0430t", Kicked)):
        with pytest.raises(refusal):
            world.games.players.join(game, Player("other", name), nickname_key(name))
    world.games.players.join(game, Player("other", "Anna"), "anna")


@without_outages
def test_a_player_is_renamed(world: World):
    """Everywhere at once, and the board is another; neither name may be taken by somebody else, nor one that looks so."""
    game = world.make()
    world.seat(game, "ann", "bob")
    edition, times = world.board.top(game, 5).edition, []
    for name in ("Zoe", "Zoë", "Zoe"):
        times.append(world.games.players.rename(game, Player("ann", name)))
        assert world.games.players.standing(game, "ann").nickname == name
        assert {seat.id: seat.nickname for seat in world.games.players.roster(game)}["ann"] == name
        assert {place.player: place.nickname for place in world.board.top(game, 5).top}["ann"] == name
    assert times == sorted(set(times))
    assert world.board.top(game, 5).edition > edition
    for name in ("ann", "ZOE", "z\u043ee"):
        with pytest.raises(NicknameTaken):
            world.games.players.join(game, Player("other", name), nickname_key(name))
        with pytest.raises(NicknameTaken):
            world.games.players.rename(game, Player("bob", name))
    with pytest.raises(NotJoined):
        world.games.players.rename(game, Player("nobody", "Cat"))
    world.games.players.rename(game, Player("ann", "Ann"))


def test_a_players_answers_and_names_are_found_at_once(world: World):
    """Of the questions and the players that are asked for, those that there are."""
    game = world.make("single", "poll", "single", mode="self-paced")
    world.seat(game, "p1")
    for index in (0, 2):
        world.answer(game, "p1", index)
    found = world.games.answers.given(game, "p1", [2, 1, 0])
    assert {index: receipt.answer for index, receipt in found.items()} == dict.fromkeys((2, 0), ANSWERS["single"])
    assert world.games.answers.given(game, "p1", []) == {}
    assert world.games.players.names(game, ["p1"]) == {"p1": "p1"}
    assert world.games.players.names(game, []) == {}
