"""When games are to be looked at."""

from __future__ import annotations

from tests.store.worlds import World, peopled

HOUR = 3_600_000


def test_those_that_have_been_due_for_the_longest_are_looked_at_first(world: World):
    """So many at a time; who leaves some alone for a while asks for more."""
    for number in range(3):
        world.games.alarms.arm(world.make(pin=f"{number + 1}" * 6, game_id=f"g{number}"), 3000 - number)
    assert world.games.alarms.overdue(most=2) == world.games.alarms.overdue(HOUR, most=2) == ["333333", "222222"]
    assert len(world.games.alarms.overdue(most=4)) == 3


def test_a_clock_is_overdue_from_its_time_on(world: World):
    """Arming sets the one time of a game, disarming takes it away."""
    game = peopled(world)
    world.games.alarms.arm(game, 1000)
    assert world.games.alarms.overdue(999) == []
    assert world.games.alarms.overdue() == [game.pin]
    assert world.games.alarms.overdue(1000) == world.games.alarms.overdue(HOUR) == [game.pin]
    world.games.alarms.arm(game, 2000)
    assert world.games.alarms.overdue(1999) == []
    world.games.alarms.disarm(game.pin)
    assert world.games.alarms.overdue(HOUR) == []
