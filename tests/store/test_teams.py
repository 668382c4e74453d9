"""Teams of games in both stores, in a Redis that has forgotten, and through an outage."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz.domain import game as machine
from quiz.domain.errors import Kicked, NicknameTaken, TeamUnknown
from quiz.domain.game import Game
from quiz.domain.player import Player
from quiz.domain.teams import TeamBoard, team_places, totals
from quiz.play.archive import archive, so_far
from quiz.store.keys import game_keys
from tests.store.fixtures import unguarded, without_outages
from tests.store.test_backup import bring, save
from tests.store.worlds import World, redis_world

TEAMS = ("Red", "Blue", "Green")
HOUR = 3_600_000


def make(world: World, choice: str = "chosen", mode: str = "self-paced", **more) -> Game:
    return world.make(*["single"] * 3, mode=mode, teams=TEAMS, team_choice=choice, **more)


def seat(world: World, game: Game, **teams: int | None) -> None:
    for name, team in teams.items():
        world.games.players.join(game, Player(name, name, team), name)


def board(world: World, game: Game) -> list[tuple[int, str, float | None, int]]:
    return [(one.rank, one.team, one.score, one.players) for one in world.board.teams(game).teams]


def teams_of(world: World, game: Game) -> dict[str, int | None]:
    return {one.id: one.team for one in world.games.players.roster(game)}


def test_a_players_team_is_theirs_for_good(world: World):
    """The one that was chosen: told at joining, again, in standings and the roster; a retry doesn't change it."""
    game = make(world)
    view = world.games.players.join(game, Player("ann", "ann", 1), "ann")
    again = world.games.players.join(game, Player("ann", "ann", 2), "ann")
    assert (view.standing.team, again.standing.team) == (1, 1)
    assert world.games.players.standing(game, "ann").team == world.games.players.view(game, "ann").standing.team == 1
    world.games.players.rename(game, Player("ann", "Anne"))
    assert teams_of(world, game) == world.games.players.teams(game, ["ann", "nobody"]) == {"ann": 1}


def test_who_chooses_no_team_is_told_which_there_are_but_only_if_nothing_else_keeps_them_out(world: World):
    """And takes no seat by that; whose name is taken, or who was kicked, hears of that first."""
    game = make(world)
    seat(world, game, ann=0, eve=0)
    world.games.players.kick(game, "eve")
    with pytest.raises(TeamUnknown) as refused:
        seat(world, game, bob=None)
    assert refused.value.payload()["teams"] == list(TEAMS)
    with pytest.raises(NicknameTaken):
        world.games.players.join(game, Player("other", "Ann"), "ann")
    with pytest.raises(Kicked):
        world.games.players.join(game, Player("other", "Eve"), "eve")
    assert set(teams_of(world, game)) == {"ann"}
    seat(world, game, bob=2)


def test_a_game_without_teams_knows_none(world: World):
    """Whatever somebody says they are in."""
    game = world.make(mode="self-paced")
    seat(world, game, ann=1)
    assert world.games.players.standing(game, "ann").team is None
    assert teams_of(world, game) == {"ann": None}


@unguarded
def test_assigned_teams_are_even(world: World):
    """Each comes to the smallest, also after some were kicked; what somebody wishes for doesn't count."""
    game = make(world, "assigned")
    seat(world, game, **{f"p{number}": 0 for number in range(7)})
    sizes = [sorted(teams_of(world, game).values()).count(team) for team in range(3)]
    assert sizes == [3, 2, 2]
    for one in [one for one, team in teams_of(world, game).items() if team == 1]:
        world.games.players.kick(game, one)
    seat(world, game, **{f"q{number}": 0 for number in range(3)})
    assert sorted(sorted(teams_of(world, game).values()).count(team) for team in range(3)) == [2, 3, 3]


def test_a_team_board_shows_the_averages_of_those_who_are_there(world: World):
    """With every answer; who was kicked counts no more, and after a reset all begin at 0."""
    game = make(world)
    seat(world, game, ann=0, bob=1, cat=1, eve=1)
    assert board(world, game) == [(1, "Red", 0, 1), (1, "Blue", 0, 3), (3, "Green", None, 0)]
    for name in ("ann", "bob", "cat"):
        world.answer(game, name)
    world.answer(game, "ann", 1, False)
    assert board(world, game) == [(1, "Red", 10, 1), (2, "Blue", 6.7, 3), (3, "Green", None, 0)]


@without_outages
def test_kicks_and_resets_change_team_boards(world: World):
    """Who was kicked counts no more, and after a reset all begin at 0, in the teams that they were in."""
    game = make(world)
    seat(world, game, ann=0, bob=1, cat=1)
    world.answer(game, "ann", 1)
    world.answer(game, "bob")
    world.games.players.kick(game, "cat")
    assert board(world, game)[:2] == [(1, "Red", 10, 1), (1, "Blue", 10, 1)]
    world.games.answers.reset(game)
    assert board(world, game) == [(1, "Red", 0, 1), (1, "Blue", 0, 1), (3, "Green", None, 0)]


@without_outages
def test_in_a_live_game_points_reach_the_teams_at_the_reveal(world: World):
    """Not before: nothing tells how an answer fared."""
    game = make(world, mode="live", scoring="flat")
    seat(world, game, ann=0, bob=1)
    world.ask(game)
    world.answer(game, "ann")
    assert [one[2] for one in board(world, game)] == [0, 0, None]
    world.close(game)
    assert board(world, game)[0] == (1, "Red", 1000, 1)


def test_team_boards_are_claimed_once_for_each_change(world: World):
    """By whoever asks first; within the window a change waits, and the last one is told."""
    game = make(world)
    seat(world, game, ann=0)
    first = world.board.claim_teams(game, 0)
    assert isinstance(first, TeamBoard)
    assert first == world.board.teams(game)
    assert world.board.claim_teams(game, 0) == 0
    world.answer(game, "ann")
    wait = world.board.claim_teams(game, HOUR)
    assert isinstance(wait, int)
    assert wait > 0
    time.sleep(0.002)  # past the window, by Redis's own clock, which nobody can inject
    last = world.board.claim_teams(game, 1)
    assert isinstance(last, TeamBoard)
    assert (last.edition > first.edition, last.teams[0].score) == (True, 10)
    assert world.board.top(game, 1).edition == last.edition


@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_team_boards_are_what_the_players_board_says(redis_store: World, data: st.DataObject):
    """After any joins, answers and kicks: the totals of Redis are those of its board, added up here."""
    redis_store.client.flushall()
    game = make(redis_store)
    teams = data.draw(st.lists(st.integers(0, 2), min_size=1, max_size=8))
    seat(redis_store, game, **{f"p{number}": team for number, team in enumerate(teams)})
    for number in range(len(teams)):
        for index in data.draw(st.sets(st.integers(0, 2))):
            redis_store.answer(game, f"p{number}", index)
    for number in data.draw(st.sets(st.integers(0, len(teams) - 1))):
        redis_store.games.players.kick(game, f"p{number}")
    scores = [(teams[int(player[1:])], score) for player, score in redis_store.games.players.scores(game)]
    time.sleep(0.003)  # what was read a moment ago is kept for a fifth of a millisecond for each player
    assert redis_store.board.teams(game).teams == team_places(TEAMS, totals(3, scores))


def test_an_emptied_redis_gets_the_teams_back(workers, client):
    """From the journal, once and again; the next who is assigned still comes to the smallest team."""
    worker = workers()
    game = make(worker, "assigned")
    seat(worker, game, ann=None, bob=None, cat=None, eve=None)
    worker.games.players.kick(game, "bob")
    worker.answer(game, "ann")
    before, places = teams_of(worker, game), board(worker, game)
    assert before == {"ann": 0, "cat": 2, "eve": 0}
    for _ in range(2):
        client.flushall()
        worker.settle()
        worker.suspect()
        fresh = redis_world(client)
        assert (teams_of(fresh, game), board(fresh, game)) == (before, places)
    seat(worker, game, bea=None)
    assert worker.games.players.standing(game, "bea").team == 1


def test_an_outage_shows_teams_by_what_was_told_last_and_who_plays_here(workers):
    """Those of other instances count as they stood last; the team of who comes back is known; all is exact afterwards."""
    here, there = workers("w1", "i1"), workers("w2", "i2")
    game = make(here)
    there.games.game(game.pin)
    seat(here, game, ann=0)
    seat(there, game, bob=0, cat=1)
    there.answer(game, "bob")
    told = here.board.teams(game)
    assert [one.score for one in told.teams] == [5, 0, None]
    here.games.bridge.learn_teams(game.id, msgspec.json.encode(["team_board", told.payload(game.pin)]).decode())
    here.cut()
    here.accept(game, "ann")
    shown = here.board.teams(game)
    assert (shown.provisional, shown.edition > told.edition) == (True, True)
    assert board(here, game) == [(1, "Red", 10, 2), (2, "Blue", 0, 1), (3, "Green", None, 0)]
    assert here.games.players.view(game, "ann").standing.team == 0
    here.heal()
    exact = here.board.teams(game)
    assert (exact.provisional, exact.edition > shown.edition) == (False, True)
    assert board(here, game) == [(1, "Red", 10, 2), (2, "Blue", 0, 1), (3, "Green", None, 0)]


def test_another_worker_of_the_instance_learns_teams_from_its_journal(workers):
    """In an outage a player may come back to whichever worker."""
    one, other = workers("w1"), workers("w2")
    game = make(one)
    seat(one, game, ann=2)
    other.games.game(game.pin)
    for worker in (one, other):
        worker.cut()
    assert other.games.players.view(game, "ann").standing.team == 2


def test_a_backup_holds_teams(redis_store: World, client, tmp_path):
    """Who is in which, how many in each, and the board of them."""
    game = make(redis_store, "assigned")
    seat(redis_store, game, ann=None, bob=None)
    redis_store.answer(game, "bob")
    before = teams_of(redis_store, game), board(redis_store, game)
    file = save(client, tmp_path / "backup")
    client.flushall()
    bring(client, file)
    world = redis_world(client)
    assert (teams_of(world, game), board(world, game)) == before
    seat(world, game, cat=None)
    assert teams_of(world, game)["cat"] == 2


@unguarded
def test_a_record_keeps_teams_whoever_is_removed_from_it(world: World):
    """And nothing of a forgotten player's stays in the store."""
    game = make(world, mode="live")
    seat(world, game, ann=0, bob=1)
    world.step(game, machine.end)
    record = archive(world.games, game, 1)
    assert {one.id: one.team for one in record.players} == {"ann": 0, "bob": 1}
    assert so_far(world.games, game).players == record.players
    less = record.without("ann")
    assert less is not None
    assert {one.id: one.team for one in less.players} == {"bob": 1}
    world.games.players.kick(game, "ann")
    world.games.players.forget(game, "ann")
    assert world.games.players.teams(game, ["ann", "bob"]) == {"bob": 1}
    if world.client:
        assert world.client.hkeys(game_keys(game.pin).teams) == ["bob"]
