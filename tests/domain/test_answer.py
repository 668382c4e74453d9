from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.answer import distribution, is_right, parse
from quiz.domain.errors import InvalidPayload
from quiz.domain.question import TYPES

from .builders import ask

NAN, INF = float("nan"), float("inf")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800") | st.just(10**400),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("kind", "raw", "held"),
    [
        ("single", 0, 0),
        ("poll", 2, 2),
        ("multiple", [3, 0], [0, 3]),
        ("multiple", [], []),
        ("true_false", True, True),
        ("text", "  The\tColour ", "The Colour"),
        ("text", "\uff21", "A"),
        ("text", "x" * 200, "x" * 200),
        ("number", 1, 1),
        ("number", -2.5, -2.5),
        ("number", 10**15, 10**15),
        ("order", [2, 1, 0], [2, 1, 0]),
    ],
)
def test_an_answer_of_the_right_shape_is_held(kind: str, raw: Any, held: Any) -> None:
    """Each type takes its own shape; texts are tidied and sets sorted."""
    assert parse(ask(kind), raw) == held


WRONG_SHAPES: dict[str, list[Any]] = {
    "single": [True, False, 1.0, 0.5, -1, 3, 10**400, "1", None, [1], {}, NAN],
    "poll": [True, 1.0, -1, 3, "1", None, [1]],
    "multiple": [1, "01", None, [True], [1.0], [0, 0], [4], [-1], [[0]], [None], [0, 1, 2, 3, 0], {"0": 1}, (0,)],
    "order": [[], [0, 1], [0, 1, 1], [0, 1, 3], [0, 1, 2, 0], [0, 1, 2.0], [False, 1, 2], "012", None],
    "true_false": [0, 1, "true", None, [], [True], 1.0],
    "number": [True, "1", None, [], NAN, INF, -INF, 10**16, 10**400, -(10**400), 1.1e15],
    "text": ["", "  \n", "x" * 201, "a\0b", "\ud800", "a\u202eb", 5, None, ["colour"], True],
}


@pytest.mark.parametrize(("kind", "raw"), [(kind, wrong) for kind, shapes in WRONG_SHAPES.items() for wrong in shapes])
def test_an_answer_of_another_shape_is_refused(kind: str, raw: Any) -> None:
    """A wrong shape is an InvalidPayload that names the field, whatever it is."""
    with pytest.raises(InvalidPayload, match=r"^answer: "):
        parse(ask(kind), raw)


@given(st.sampled_from(TYPES), ANYTHING)
def test_nothing_a_client_sends_raises_anything_else(kind: str, raw: Any) -> None:
    """Any value is an answer or an InvalidPayload, an answer is its own parsed form, and can be judged and counted."""
    question = ask(kind)
    try:
        answer = parse(question, raw)
    except InvalidPayload:
        return
    if kind != "text":  # NFKC may make a text of 200 characters longer than may be sent
        assert parse(question, answer) == answer
    assert is_right(question, answer) in ((None,) if kind == "poll" else (True, False))
    assert distribution(question, [answer]) == [{"answer": answer, "count": 1}]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("single", [1], [0, 2]),
        ("multiple", [[0, 2], [2, 0]], [[], [0], [2], [0, 1, 2], [0, 1, 2, 3], [1, 3]]),
        ("true_false", [False], [True]),
        ("text", ["colour", "COLOR", "  coloR ", "\uff43olor"], ["colours", "col our", "kolor"]),
        ("number", [0.2, 0.3, 0.4, 0.35], [0.1999, 0.4001, 0, -0.3, 10**15]),
        ("order", [[2, 0, 1]], [[0, 1, 2], [2, 1, 0], [1, 0, 2]]),
    ],
)
def test_which_answers_are_right(kind: str, right: list[Any], wrong: list[Any]) -> None:
    """A set has to be exactly right, an order all in place, a number within its tolerance, a text one of the spellings."""
    question = ask(kind)
    assert [is_right(question, parse(question, one)) for one in right] == [True] * len(right)
    assert [is_right(question, parse(question, one)) for one in wrong] == [False] * len(wrong)


def test_nothing_is_right_in_a_poll() -> None:
    """An answer to a poll is neither right nor wrong."""
    assert is_right(ask("poll"), 1) is None


def test_without_a_tolerance_only_the_number_itself_is_right() -> None:
    """A whole number and its decimal form are the same number."""
    question = ask("number", correct=42, tolerance=0)
    assert is_right(question, 42) is is_right(question, 42.0) is True
    assert is_right(question, 42.0000001) is is_right(question, 41) is False


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**6), st.integers(-(10**6), 10**6))
def test_the_tolerance_is_exact_in_decimals(correct: int, tolerance: int, answer: int) -> None:
    """For numbers with two decimals the bounds are those of exact fractions, both ends included."""
    question = ask("number", correct=correct / 100, tolerance=tolerance / 100)
    within = abs(Fraction(answer, 100) - Fraction(correct, 100)) <= Fraction(tolerance, 100)
    assert is_right(question, parse(question, answer / 100)) is within


@given(st.sets(st.integers(0, 3), min_size=1), st.sets(st.integers(0, 3)))
def test_a_multiple_answer_is_right_if_it_is_the_right_set(correct: set[int], chosen: set[int]) -> None:
    """Neither a part of the set nor more than it will do."""
    question = ask("multiple", correct=sorted(correct))
    assert is_right(question, parse(question, list(chosen))) is (correct == chosen)


def test_a_distribution_counts_choices_the_most_frequent_first() -> None:
    """Each answer that was given is there once with its count."""
    assert distribution(ask("single"), [1, 0, 1, 2, 1, 2]) == [
        {"answer": 1, "count": 3},
        {"answer": 2, "count": 2},
        {"answer": 0, "count": 1},
    ]
    assert distribution(ask("true_false"), [True, False, True]) == [{"answer": True, "count": 2}, {"answer": False, "count": 1}]
    assert distribution(ask("multiple"), [[0, 2], [0], [0, 2]]) == [{"answer": [0, 2], "count": 2}, {"answer": [0], "count": 1}]
    assert distribution(ask("poll"), []) == []


def test_a_distribution_takes_spellings_together() -> None:
    """Texts that differ in case are one answer, shown as it came first."""
    assert distribution(ask("text"), ["Colour", "colour", "red", "COLOUR"]) == [
        {"answer": "Colour", "count": 3},
        {"answer": "red", "count": 1},
    ]


def test_a_distribution_names_the_20_most_frequent_texts_and_numbers() -> None:
    """Of 30 different numbers or texts the 20 most frequent are told; of choices all are."""
    answers = [n for n in range(30) for _ in range(n + 1)]
    told = distribution(ask("number"), answers)
    assert [one["answer"] for one in told] == list(range(29, 9, -1))
    assert len(distribution(ask("text"), [str(n) for n in answers])) == 20


@given(st.lists(st.integers(0, 2)))
def test_a_distribution_loses_nobody(answers: list[int]) -> None:
    """The counts of a choice question are those of its answers."""
    told = distribution(ask("poll"), answers)
    assert {one["answer"]: one["count"] for one in told} == Counter(answers)
    assert [one["count"] for one in told] == sorted((one["count"] for one in told), reverse=True)
