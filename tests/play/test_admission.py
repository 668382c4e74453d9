"""PINs and who asks for them, without a server: what is looked at, what is refused, and who goes on."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.errors import QuizError, RateLimited
from quiz.play.admission import TRIES, Admission, Caller, Rules
from quiz.play.contest import KEPT, LASTING, PINS, Contest
from quiz.store.guesses import MemoryGuesses, Rate

RATE = Rate(per_address=60, in_all=2000, seconds=180)
CLASS = "111111"


class School:
    """An admission before games with some PINs, a clock that tests turn, and how often it was looked whether there is a game."""

    def __init__(self, pins: tuple[str, ...] = (CLASS,), per_address: bool = True) -> None:
        self.now, self.looks, self._pins = 0.0, 0, pins
        self.guesses = MemoryGuesses(RATE, lambda: self.now)
        rules = Rules(
            per_address=per_address, joins_per_address=3, joins_per_pin=5, looks_per_address=100, guess_seconds=RATE.seconds
        )
        self.admission = Admission(self, self.guesses, rules, lambda: self.now)

    @property
    def exact(self) -> SimpleNamespace:
        """As `Games.exact`."""
        return SimpleNamespace(game=lambda pin: None)

    def game(self, pin: str) -> SimpleNamespace | None:
        """As `Games.game`."""
        self.looks += 1
        return SimpleNamespace(pin=pin) if pin in self._pins else None

    def ask(self, address: str, pin: str, caller: Caller | None = None, **shown: bool) -> str:
        """`found`, or the error's code."""
        own = (lambda game: shown["own"]) if shown else None
        try:
            self.admission.find(pin, caller or Caller(address), own)
        except QuizError as error:
            return error.code
        return "found"

    def forget(self) -> None:
        """All games are over."""
        self._pins = ()

    def spend(self, address: str) -> None:
        """Uses up all guesses of an address."""
        pins = count(500_000)
        while self.ask(address, str(next(pins))) != "rate_limited":
            pass


@pytest.mark.parametrize("per_address", [True, False])
def test_a_hall_that_joins_at_once_looks_for_its_game_four_times_a_second(per_address: bool):
    """And whoever comes after the game has gone hears so, at the next look."""
    school = School(per_address=per_address)
    school.ask("hall", CLASS)
    school.looks = 0
    for _ in range(1000):
        assert school.ask("hall", CLASS) == "found"
        school.now += 0.001
    assert 3 <= school.looks <= 4
    school.forget()
    school.now += 0.25
    assert school.ask("hall", CLASS) == "game_not_found"


def test_20_000_guesses_are_looked_at_only_as_often_as_guesses_come_back():
    """Each on a connection of its own, 50 a second: the first 60, and then one each 3 s."""
    school = School(pins=tuple(str(100_000 + 50 * n) for n in range(400)))
    codes = []
    for number in range(20_000):
        school.now = number / 50
        codes.append(school.ask("a", str(100_000 + number)))
    found, missed = codes.count("found"), codes.count("game_not_found")
    assert missed <= 60 + 400 / 3 + 1
    # Right ones cost nothing, but none is looked at without a guess; as dense as they lie here, that is 2 % of what is looked at.
    assert found <= 10
    assert school.looks == found + missed


def test_a_right_pin_costs_nothing_and_a_wrong_one_the_address_alone():
    """A hall full of players who type rightly is never refused."""
    games = tuple(str(400_000 + number) for number in range(200))
    school = School((CLASS, *games))
    assert {school.ask("a", CLASS) for _ in range(500)} == {"found"}
    assert {school.ask("a", pin) for pin in games} == {"found"}
    school.spend("a")
    assert school.ask("b", "999999") == "game_not_found"


def test_where_guesses_are_spent_a_class_goes_on_but_not_who_has_tried_others():
    """With the same PIN, from the same address, at the same time."""
    school = School()
    assert school.ask("a", CLASS) == "found"
    school.spend("a")
    assert school.ask("a", CLASS) == "found"
    guesser = Caller("a")
    assert [school.ask("a", str(700_000 + n), guesser) for n in range(TRIES)] == ["rate_limited"] * TRIES
    assert school.ask("a", CLASS, guesser) == "rate_limited"
    assert school.ask("b", CLASS) == "found"


def test_a_game_that_is_played_at_an_address_is_compared_only_so_often_with_what_a_neighbour_tries():
    """On ever new connections, also while a guess is coming back; where somebody has just been let in others follow."""
    school = School(("222222", CLASS))
    assert school.ask("a", CLASS) == "found"
    school.spend("a")
    school.now = 100.0
    school.spend("a")
    school.now += 3.5  # there is a guess again, and nobody gets it yet
    assert {school.ask("a", str(number)) for number in range(600_000, 600_200)} == {"rate_limited"}
    assert school.ask("a", CLASS) == "rate_limited"
    school.now += 30
    assert school.ask("a", CLASS) == "found"
    assert {school.ask("a", str(number)) for number in range(600_000, 600_200)} == {"game_not_found", "rate_limited"}
    assert {school.ask("a", CLASS) for _ in range(200)} == {"found"}


def test_who_has_something_to_show_goes_on_and_who_only_says_so_does_not():
    """Where guesses are spent, a token opens its game, and a forged one is not even compared often."""
    school = School(("222222", CLASS))
    school.spend("a")
    assert school.ask("a", CLASS, own=True) == "found"
    school.spend("b")
    before = school.looks
    assert {school.ask("b", CLASS, own=False) for _ in range(1000)} == {"rate_limited"}
    assert school.looks - before <= 100
    guesser = Caller("b")
    before = school.looks
    assert {school.ask("b", str(n), guesser, own=False) for n in range(100_000, 100_100)} == {"rate_limited"}
    assert school.looks - before <= TRIES


def test_a_neighbour_who_takes_every_guess_does_not_get_the_one_that_a_class_wants():
    """Whenever one comes back the guesser is there first, on ever new connections; still the class is in with the next."""
    school = School()
    school.spend("a")
    pins = count(600_000)
    pupils = [Caller("a") for _ in range(30)]
    assert {school.ask("a", CLASS, pupil) for pupil in pupils} == {"rate_limited"}
    for _ in range(40):
        school.now += 0.1
        school.ask("a", str(next(pins)))
    assert {school.ask("a", CLASS, pupil) for pupil in pupils} == {"found"}


def test_many_addresses_together_find_no_more_than_the_service_allows_and_each_guess_costs_them_more():
    """A botnet; players with tokens, and classes, notice nothing."""
    school = School()
    assert school.ask("school", CLASS) == "found"
    looked = [sum(school.ask(f"bot-{bot}", str(n)) == "game_not_found" for n in range(600_000, 600_060)) for bot in range(500)]
    assert sum(looked) <= RATE.in_all
    assert looked[0] > 55
    assert 0 < looked[100] < 10 < looked[50] < 20
    assert school.ask("newcomer", CLASS) == "rate_limited"
    assert school.ask("newcomer", CLASS, own=True) == "found"
    assert school.ask("school", CLASS) == "found"
    school.now += RATE.seconds
    assert school.ask("another", CLASS) == "found"


def test_new_seats_have_an_allowance_by_address_and_by_game():
    """Three from an address and five of a game here; it says when there is a place again."""
    school = School()
    game, other = SimpleNamespace(pin=CLASS), SimpleNamespace(pin="222222")
    for _ in range(3):
        school.admission.seat(game, Caller("a"))
    with pytest.raises(RateLimited) as limited:
        school.admission.seat(other, Caller("a"))
    assert 0 < limited.value.retry_after_ms <= 20_000
    for address in "bc":
        school.admission.seat(game, Caller(address))
    with pytest.raises(RateLimited):
        school.admission.seat(game, Caller("d"))
    assert school.admission.rejected == {"joins_per_address": 1, "joins_per_pin": 1}
    assert school.admission.fullest["joins_per_pin"] == 1


def test_with_limits_by_address_off_nothing_is_counted_by_address():
    """For load tests from one machine: any number of wrong PINs, and of seats up to the game's own limit."""
    school = School(per_address=False)
    assert {school.ask("a", str(n)) for n in range(100_000, 101_000)} == {"game_not_found"}
    for _ in range(5):
        school.admission.seat(SimpleNamespace(pin=CLASS), Caller("a"))


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.floats(0, 4)), max_size=60))
def test_the_pin_that_most_ask_for_is_never_kept_waiting_by_others(asked: list[tuple[int, bool, float]]):
    """And where nobody was refused lately everybody goes first."""
    now = 0.0
    contest = Contest(lambda: now)
    for pin, first, later in asked:
        now += later
        contest.refused("a", str(pin), 3, first=first)
    for _ in range(len(asked) + 2):
        contest.refused("a", "most", 3, first=True)
    assert contest.goes_first("a", "most", believed=True)
    assert not contest.goes_first("a", "none", believed=True)
    assert not contest.goes_first("a", "most", believed=False)
    assert contest.goes_first("b", "none", believed=False)
    now += LASTING + 0.001
    assert contest.goes_first("a", "none", believed=False)


def test_a_guess_that_comes_back_is_kept_for_a_moment_for_a_pin_that_several_want():
    """They may be on another worker, which alone knows that they are several; then anybody may have it."""
    now = 0.0
    contest = Contest(lambda: now)
    for pin, times in (("alone", 1), ("wanted", 2)):
        for _ in range(times):
            contest.refused("a", pin, 3, first=True)
    contest.refused("b", "alone", 3, first=True)
    now = 3.1
    assert contest.goes_first("a", "wanted", believed=True)
    assert not contest.goes_first("b", "alone", believed=True)
    now += KEPT
    assert contest.goes_first("b", "alone", believed=True)
    contest.looked_at("b", "alone")
    contest.refused("b", "other", 1, first=True)
    assert not contest.goes_first("b", "other", believed=True)


def test_a_contest_remembers_only_so_many_pins():
    """A flood of PINs takes no memory without bound, and none of them drives out the one that many want."""
    contest = Contest(lambda: 0.0)
    for _ in range(2):
        contest.refused("a", "most", 3, first=True)
    for number in range(10 * PINS):
        contest.refused("a", str(number), 3, first=True)
    assert contest.goes_first("a", "most", believed=True)
    assert not contest.goes_first("a", "7", believed=True)
    assert len(contest._addresses["a"].asked) <= PINS


def test_an_attempt_that_could_not_be_looked_at_costs_nothing():
    """Redis is away: pupils who try again and again don't spend the guesses of their school."""
    school = School()
    school.game = lambda pin: 1 / 0  # type: ignore[method-assign]
    for _ in range(300):
        with pytest.raises(ZeroDivisionError):
            school.admission.find(CLASS, Caller("a"))
    del school.game
    assert school.ask("a", CLASS) == "found"
