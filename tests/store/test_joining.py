"""Who is let in, and who is thrown out."""

from __future__ import annotations

import msgspec
import pytest

from quiz.domain import game as machine
from quiz.domain.errors import GameFull, GameLocked, Kicked, NicknameTaken, NotJoined, WrongState
from quiz.domain.game import Phase
from quiz.domain.player import Player
from tests.store.worlds import World


def seat_again(world: World, game):
    world.games.players.join(game, Player("other", "Ann"), "ann")


def test_who_joined_is_on_the_roster_and_the_board_with_no_points(world: World):
    """A board holds every player, those without points too, the first who joined first."""
    game = world.make()
    world.games.players.join(game, Player("p1", "Änn"), "änn")
    world.games.players.join(game, Player("p0", "<b>Bob</b>"), "<b>bob</b>")
    assert {(seat.id, seat.nickname, seat.connected) for seat in world.games.players.roster(game)} == {
        ("p1", "Änn", False),
        ("p0", "<b>Bob</b>", False),
    }
    assert world.listing(game) == [(1, "p1", 0), (1, "p0", 0)]


def test_a_number_says_in_which_place_somebody_came(world: World):
    """It stays after somebody was kicked or renamed, and among more than fit a small hash; no two have the same."""
    game = world.make()
    players = [f"p{number}" for number in range(1, 601)]
    world.seat(game, *players)
    world.games.players.kick(game, "p2")
    world.games.players.rename(game, Player("p3", "Somebody else"))
    world.seat(game, "late")
    wanted = {player: number for number, player in enumerate([*players, "late"], 1)}
    assert world.games.players.numbers(game, [*players, "late", "nobody"]) == wanted
    numbers = {seat.id: seat.number for seat in world.games.players.roster(game)}
    assert numbers == {who: at for who, at in wanted.items() if who != "p2"}


def test_a_nickname_is_taken_by_its_comparison_form(world: World):
    """The second of two who'd be the same to a reader is refused, and leaves no trace."""
    game = world.make()
    world.seat(game, "ann")
    with pytest.raises(NicknameTaken):
        seat_again(world, game)
    assert world.games.players.scores(game) == [("ann", 0)]
    with pytest.raises(world.unknown):
        world.games.players.standing(game, "other")


def test_a_kicked_nickname_is_never_free_again(world: World):
    """Whoever comes with the nickname of a kicked player is told that it was kicked, also when the game is over."""
    game = world.make()
    world.seat(game, "ann")
    world.games.players.kick(game, "ann")
    with pytest.raises(Kicked):
        seat_again(world, game)
    world.step(game, machine.end)
    with pytest.raises(Kicked):
        seat_again(world, game)


def test_a_finished_game_lets_nobody_in(world: World):
    """Joining a game that is over is wrong_state, even under a nickname that is taken."""
    game = world.make()
    world.seat(game, "ann")
    world.step(game, machine.end)
    with pytest.raises(WrongState):
        seat_again(world, game)
    with pytest.raises(WrongState):
        world.seat(game, "bob")


def test_a_locked_game_lets_nobody_in_until_it_is_unlocked(world: World):
    """Lock comes after the nickname and before the number of seats in what is told."""
    game = world.make(max_players=1)
    world.seat(game, "ann")
    world.step(game, lambda _, phase, now: machine.lock(phase, now, True))
    with pytest.raises(NicknameTaken):
        seat_again(world, game)
    with pytest.raises(GameLocked):
        world.seat(game, "bob")
    world.step(game, lambda _, phase, now: machine.lock(phase, now, False))
    with pytest.raises(GameFull):
        world.seat(game, "bob")


@pytest.mark.parametrize("state", ["question", "reveal", "leaderboard", "paused"])
def test_without_late_joining_only_the_lobby_is_open(world: World, state):
    """`late_join` off keeps everybody out once the game has begun, before the number of seats is looked at."""
    game, open_to_all = world.make(late_join=False, max_players=1), world.make(pin="222222", game_id="g2")
    world.seat(game, "ann")
    for one in (game, open_to_all):
        world.step(one, lambda _, phase, now: Phase(state=state, index=0, version=phase.version + 1))
    with pytest.raises(GameLocked, match="late"):
        world.seat(game, "bob")
    world.seat(open_to_all, "bob")


def test_a_self_paced_game_knows_no_being_late(world: World):
    """A self-paced game is open to all, `late_join` or not."""
    game = world.make(mode="self-paced", late_join=False)
    world.seat(game, "ann")
    assert world.games.players.scores(game) == [("ann", 0)]


def test_a_full_game_has_room_again_when_somebody_is_kicked(world: World):
    """`max_players` counts those who are in the game."""
    game = world.make(max_players=2)
    world.seat(game, "ann", "bob")
    with pytest.raises(GameFull):
        world.seat(game, "cat")
    world.games.players.kick(game, "ann")
    world.seat(game, "cat")


def test_kicking_takes_a_player_off_the_board_for_good(world: World):
    """A kicked player keeps nickname and answers on record, and is on no board, roster or ranking any more."""
    game = world.make(mode="self-paced")
    world.seat(game, "ann", "bob", "cat")
    world.answer(game, "ann")
    world.answer(game, "cat")
    assert world.games.players.kick(game, "ann") == "ann"
    assert [seat.id for seat in world.games.players.roster(game)] == ["bob", "cat"]
    assert world.listing(game) == [(1, "cat", 10), (2, "bob", 0)]
    assert world.games.players.standing(game, "ann").kicked
    assert not world.games.players.standing(game, "bob").kicked
    assert set(world.games.answers.receipts(game, 0)) == {"ann", "cat"}


def test_kicking_again_changes_nothing(world: World):
    """A repeated kick gives the nickname and no new board; kicking nobody is not_joined."""
    game = world.make()
    world.seat(game, "ann")
    world.games.players.kick(game, "ann")
    version = world.board.top(game, 1).version
    assert world.games.players.kick(game, "ann") == "ann"
    assert world.board.top(game, 1).version == version
    with pytest.raises(NotJoined):
        world.games.players.kick(game, "nobody")


def test_the_refusal_of_one_player_is_no_object_of_another(world: World):
    """Two refusals are two errors, so that no traceback grows over the life of a worker."""
    game = world.make(max_players=1)
    world.seat(game, "ann")
    found = []
    for name in ("bob", "cat"):
        with pytest.raises(GameFull) as caught:
            world.seat(game, name)
        found.append(caught.value)
    assert found[0] is not found[1]


def test_a_game_keeps_what_it_was_created_with(world: World):
    """Joining reads the options of the stored game's own copy."""
    game = world.make(max_players=1)
    assert msgspec.structs.asdict(world.games.game(game.pin).options)["max_players"] == 1


def test_a_join_whose_reply_got_lost_may_be_done_again(world: World):
    """The same player with the same nickname has the seat, whatever has come in between, and nothing changes."""
    game = world.make(max_players=1)
    world.games.players.join(game, Player("p1", "Ann"), "ann", "w1")
    world.step(game, machine.end)
    world.games.players.join(game, Player("p1", "Ann"), "ann", "w1")
    assert world.games.players.scores(game) == [("p1", 0)]
    assert len(world.games.news.take_roster(game, 100)) == 1
    with pytest.raises(WrongState):
        world.games.players.join(game, Player("p2", "Ann"), "ann")


def test_a_reset_begins_the_next_generation(world: World):
    """Which is told, and known from then on."""
    game = world.make()
    assert world.games.answers.generation(game) == 1
    assert [world.games.answers.reset(game), world.games.answers.reset(game), world.games.answers.generation(game)] == [2, 3, 3]
