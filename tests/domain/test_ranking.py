from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.ranking import STAMP_MOST, Board, Place, ranked, sort_score

POINTS = st.integers(0, 2_000_000)
STAMP = st.integers(0, STAMP_MOST)


def test_equal_points_share_a_rank() -> None:
    """Ranks run 1, 2, 2, 4: those who share one take up the places."""
    places = ranked([("p1", "Ann", 30), ("p2", "Bob", 20), ("p3", "Cem", 20), ("p4", "Dee", 0)])
    assert [place.rank for place in places] == [1, 2, 2, 4]
    assert [place.player for place in places] == ["p1", "p2", "p3", "p4"]


@given(st.lists(st.integers(0, 5)))
def test_a_rank_is_one_more_than_the_players_with_more_points(scores: list[int]) -> None:
    """Whatever the scores, everyone's rank is the number of better ones plus 1, and the order stays."""
    scores.sort(reverse=True)
    places = ranked((f"p{i}", "N", score) for i, score in enumerate(scores))
    assert [place.rank for place in places] == [1 + sum(other > score for other in scores) for score in scores]
    assert [place.score for place in places] == scores


@given(POINTS, STAMP, POINTS, STAMP)
def test_sorting_is_by_points_and_then_by_the_earlier_stamp(points: int, stamp: int, others: int, other_stamp: int) -> None:
    """One sort score is above another exactly if it has more points, or as many and reached them earlier."""
    above = points > others or (points == others and stamp < other_stamp)
    assert (sort_score(points, stamp) > sort_score(others, other_stamp)) == above


@given(POINTS, STAMP)
def test_neighbouring_stamps_are_told_apart(points: int, stamp: int) -> None:
    """A millisecond decides, up to 2 million points and 24 days into the game."""
    if stamp < STAMP_MOST:
        assert sort_score(points, stamp) > sort_score(points, stamp + 1)


@given(POINTS, st.integers(0, 2**40))
def test_the_integer_part_of_a_sort_score_is_the_points(points: int, stamp: int) -> None:
    """Whoever reads the sorted set finds the points before the decimal point, in games of any length."""
    assert int(sort_score(points, stamp)) == points


def test_a_board_is_told_as_the_leaderboard_event() -> None:
    """The payload has the contract's names."""
    board = Board(3, 14, 2, (Place(1, "p1", "Ann", 30),))
    assert board.payload("123456") == {
        "pin": "123456",
        "epoch": 3,
        "version": 14,
        "players": 2,
        "top": [{"rank": 1, "player": "p1", "nickname": "Ann", "score": 30}],
    }
