"""Teams: their names, averages and places."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quiz.domain.errors import InvalidPayload
from quiz.domain.teams import Total, team_index, team_names, team_places, totals

NAMES = [f"Team {number}" for number in range(1, 21)]
members = st.lists(st.tuples(st.none() | st.integers(0, 3), st.integers(0, 20_000)), max_size=60)


@given(members)
@example([(0, 0), (0, 0), (0, 0), (0, 1)])  # a quarter
def test_a_teams_score_is_the_average_of_its_members(found: list[tuple[int | None, int]]):
    """To the nearest tenth, halves up, whatever the size of the team; who is in no team changes nothing."""
    places = {one.team: one for one in team_places(NAMES[:4], totals(4, found))}
    for number in range(4):
        scores = [score for team, score in found if team == number]
        place = places[NAMES[number]]
        assert place.players == len(scores)
        if not scores:
            assert place.score is None
            continue
        over = Fraction(round(place.score * 10), 10) - Fraction(sum(scores), len(scores))
        assert -Fraction(1, 20) < over <= Fraction(1, 20)


@given(members)
def test_places_go_by_the_average_and_empty_teams_come_last(found: list[tuple[int | None, int]]):
    """More comes first; averages that read the same share a rank, as 1, 2, 2, 4, and the next rank counts all before it."""
    places = team_places(NAMES[:4], totals(4, found))
    assert sorted(one.team for one in places) == NAMES[:4]
    shown = [-1 if one.score is None else one.score for one in places]
    assert shown == sorted(shown, reverse=True)
    assert [one.rank for one in places] == [1 + sum(other > score for other in shown) for score in shown]


def test_a_small_team_can_win_and_equals_stand_as_the_game_names_them():
    """Two with 900 each beat ten who together have more; an empty team is no winner where nobody has a point."""
    places = team_places(["Many", "Few", "Also", "None"], [Total(8000, 10), Total(1800, 2), Total(800, 1), Total(0, 0)])
    assert [(one.rank, one.team, one.score) for one in places] == [
        (1, "Few", 900.0),
        (2, "Many", 800.0),
        (2, "Also", 800.0),
        (4, "None", None),
    ]
    assert [one.team for one in team_places(["Empty", "Zero"], [Total(0, 0), Total(0, 3)])] == ["Zero", "Empty"]


def test_teams_are_named_by_the_rules_of_nicknames():
    """Shown tidied; found again whatever their case."""
    names = team_names(["  Red ", "Ｂlue", "<b>"])
    assert names == ("Red", "Blue", "<b>")
    assert [team_index(names, one) for one in ("RED", "blue ", "green", None)] == [0, 1, None, None]
    assert team_names([]) == ()


@pytest.mark.parametrize(
    "names",
    [["Red"], [*NAMES, "One more"], ["Red", "red"], ["Red", "R\u0435d"], ["Red", ""], ["Red", "a\x00b"], ["Red", "x" * 21]],
)
def test_impossible_names_are_named(names: list[str]):
    """One team, too many, two that read the same, and what is no name."""
    with pytest.raises(InvalidPayload, match=r"options\.teams: "):
        team_names(names)
