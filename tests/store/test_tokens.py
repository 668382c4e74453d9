"""Signed tokens: what lets players and hosts come back."""

from __future__ import annotations

import contextlib
import string
from itertools import islice

import msgspec
import pytest

from quiz.domain.errors import Unauthorized
from quiz.store.tokens import PLAYER_SECONDS, Tokens
from tests.domain.builders import make_game

GAME = make_game()


def tokens_of(*secrets: str, seconds: int = 1_700_000_000) -> Tokens:
    """Tokens of hosts for a minute, by a clock that stands still."""
    return Tokens(secrets, 60, lambda: seconds * 1000)


def test_a_players_token_leads_back_to_the_player():
    """What was made for a player of a game names that player in that game."""
    tokens = tokens_of("secret")
    assert tokens.player(tokens.for_player(GAME, "p1"), GAME) == "p1"


def test_a_players_token_is_no_use_in_another_game():
    """Bound to the game's id, not to its PIN."""
    tokens = tokens_of("secret")
    other = msgspec.structs.replace(GAME, id="other")
    with pytest.raises(Unauthorized):
        tokens.player(tokens.for_player(other, "p1"), GAME)


def test_an_attempts_seat_is_the_same_for_all_workers_and_in_one_game_alone():
    """Whoever knows the attempt, but not the key, can't reckon the player's id, nor recognise the player in another game."""
    other = msgspec.structs.replace(GAME, id="other")
    seats = [tokens_of("secret").player_of(game, attempt) for game in (GAME, other) for attempt in ("a" * 16, "b" * 16)]
    assert len({*seats, tokens_of("changed").player_of(GAME, "a" * 16)}) == 5
    assert tokens_of("old", "secret", seconds=0).player_of(GAME, "a" * 16) == seats[0]


def test_an_attempts_pins_are_the_same_for_all_workers():
    """Six digits each, one after the other; nobody without the key can foresee them."""
    tried = [
        list(islice(tokens_of(key).pins_of(host, attempt), 3))
        for key, host, attempt in (
            ("secret", "ann", "a" * 16),
            ("secret", "ann", "b" * 16),
            ("secret", "bob", "a" * 16),
            ("other", "ann", "a" * 16),
        )
    ]
    assert len({pin for pins in tried for pin in pins}) == 12
    assert all(len(pin) == 6 and int(pin) >= 100_000 for pins in tried for pin in pins)
    assert list(islice(tokens_of("old", "secret").pins_of("ann", "a" * 16), 3)) == tried[0]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "\ud800", "x" * 100_000, "WyJnIiwicDEiXQ.aaaa.bbbb"])
def test_nonsense_is_unauthorized(token):
    """No text, however odd, does more than being refused."""
    tokens = tokens_of("secret")
    with pytest.raises(Unauthorized):
        tokens.player(token, GAME)
    with pytest.raises(Unauthorized):
        tokens.session(token)


def test_a_token_of_another_key_is_forged():
    """Only who has the secret can make one."""
    with pytest.raises(Unauthorized):
        tokens_of("secret").player(tokens_of("other").for_player(GAME, "p1"), GAME)


def test_a_changed_token_is_forged():
    """Not one character may change."""
    tokens = tokens_of("secret")
    made = tokens.for_player(GAME, "p1")
    for place in range(0, len(made) - 1):
        changed = made[:place] + ("A" if made[place] != "A" else "B") + made[place + 1 :]
        with pytest.raises(Unauthorized):
            tokens.player(changed, GAME)


def test_players_and_hosts_tokens_do_not_pass_for_each_other():
    """A player with a host's name is no host."""
    tokens = tokens_of("secret")
    with pytest.raises(Unauthorized):
        tokens.session(tokens.for_player(GAME, "p1"))
    with pytest.raises(Unauthorized):
        tokens.player(tokens.for_host("ann"), GAME)


def test_tokens_expire():
    """A host's after what the settings say, a player's after a month, by the clock that all workers share."""
    host, player = tokens_of("secret", seconds=0).for_host("ann"), tokens_of("secret", seconds=0).for_player(GAME, "p1")
    assert tokens_of("secret", seconds=60).session(host).name == "ann"
    with pytest.raises(Unauthorized):
        tokens_of("secret", seconds=61).session(host)
    assert tokens_of("secret", seconds=PLAYER_SECONDS).player(player, GAME) == "p1"
    with pytest.raises(Unauthorized):
        tokens_of("secret", seconds=PLAYER_SECONDS + 1).player(player, GAME)


def test_who_was_let_in_by_a_worker_whose_clock_is_ahead_is_let_in_by_the_others():
    """A worker that begins without Redis goes by its machine's clock, and that may be an hour off."""
    ahead, now = tokens_of("secret", seconds=1_700_003_600), tokens_of("secret")
    assert now.player(ahead.for_player(GAME, "p1"), GAME) == "p1"


def test_a_hosts_token_is_no_more_ahead_than_clocks_differ():
    """Else it would outlive what signs its host out everywhere."""
    now = tokens_of("secret")
    assert now.session(tokens_of("secret", seconds=1_700_000_005).for_host("ann")).name == "ann"
    with pytest.raises(Unauthorized):
        now.session(tokens_of("secret", seconds=1_700_000_006).for_host("ann"))


def test_what_the_old_key_signed_is_accepted_until_it_is_taken_away():
    """While keys are changed nobody has to join or sign in anew, and what is new is signed with the new one."""
    before, during, after = tokens_of("old"), tokens_of("old", "new"), tokens_of("new")
    token, signed_in = before.for_player(GAME, "p1"), before.for_host("ann")
    assert (during.player(token, GAME), during.session(signed_in).name) == ("p1", "ann")
    assert after.player(during.for_player(GAME, "p1"), GAME) == "p1"
    for late in (lambda: after.player(token, GAME), lambda: after.session(signed_in)):
        with pytest.raises(Unauthorized):
            late()


def test_no_two_sessions_are_one_however_a_token_is_written():
    """Two tokens of one second name two sessions; what can be changed of a token without forging it names the same."""
    tokens = tokens_of("secret")
    one, two = tokens.for_host("ann"), tokens.for_host("ann")
    assert tokens.session(one).id != tokens.session(two).id
    found = []
    for last in string.ascii_letters + string.digits + "-_":
        with contextlib.suppress(Unauthorized):
            found.append(tokens.session(one[:-1] + last).id)
    assert len(found) > 1
    assert set(found) == {tokens.session(one).id}


def test_the_release_before_reads_a_hosts_token():
    """To it, the token is a text: the name."""
    tokens = tokens_of("secret")
    assert tokens._hosts.loads(tokens.for_host("ann")) == "ann"
