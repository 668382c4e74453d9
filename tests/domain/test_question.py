from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.answer import is_right, parse
from quiz.domain.errors import ContentError
from quiz.domain.question import TYPES, Choice, question

from .builders import ask, raw

NAN, INF = float("nan"), float("inf")
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.just("\ud800")
    | st.just(10**400)
    | st.integers(0, 5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text", "image", "x"]), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("kind", "correct"),
    [
        ("single", 1),
        ("multiple", (0, 2)),
        ("true_false", False),
        ("text", ("colour", "color")),
        ("number", 0.3),
        ("order", (2, 0, 1)),
        ("poll", None),
    ],
)
def test_what_is_right_has_the_shape_of_an_answer(kind: str, correct: Any) -> None:
    """Each type of question holds what is right in the shape in which a player would answer."""
    made = ask(kind)
    assert made.correct == correct
    if kind not in ("poll", "text"):
        assert is_right(made, parse(made, list(correct) if isinstance(correct, tuple) else correct))


def test_what_a_question_has_unless_its_author_says_otherwise() -> None:
    """Single choice, 20 seconds, the mode's points, no tolerance, named by its number."""
    made = question({"text": " Which? ", "choices": ["a", {"text": "b", "image": "b.png"}], "correct": 0}, 3)
    assert (made.id, made.type, made.text, made.points, made.tolerance) == ("q3", "single", "Which?", None, 0.0)
    assert made.time_limit_ms == 20_000
    assert made.choices == (Choice(0, "a"), Choice(1, "b", "b.png"))
    assert (made.explanation, made.image) == (None, None)


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("single", {"type": "sinlge"}, "type: 'sinlge' is none of single, multiple"),
        ("single", {"type": ["single"]}, "type: "),
        ("single", {"text": None}, "text: is missing"),
        ("single", {"text": "  "}, "text: is missing"),
        ("single", {"text": 5}, "text: 5 is no text"),
        ("single", {"text": "x" * 1001}, "text: has 1001 characters"),
        ("single", {"text": "\ud800"}, "text: holds a character that is no text"),
        ("single", {"explanation": "a\0"}, "explanation: holds a character"),
        ("single", {"image": 1}, "image: "),
        ("single", {"id": 7}, "id: 7 is no text"),
        ("single", {"id": "x" * 65}, "id: has 65"),
        ("single", {"choices": ["a"]}, "choices: .* 2 to 8"),
        ("single", {"choices": list("abcdefghi")}, "choices: .* 2 to 8"),
        ("single", {"choices": "abc"}, "choices: "),
        ("single", {"choices": ["a", ""]}, "choice 2: is missing"),
        ("single", {"choices": ["a", ["b"]]}, "choice 2: .* is no text"),
        ("single", {"choices": ["a", {"image": "b.png"}]}, "choice 2: is missing"),
        ("single", {"choices": ["a", {"text": "b", "image": 3}]}, "image of choice 2: "),
        ("single", {"correct": None}, "correct: is missing"),
        ("single", {"correct": 3}, "correct: there is no choice 3"),
        ("single", {"correct": -1}, "correct: there is no choice -1"),
        ("single", {"correct": True}, "correct: True is no choice"),
        ("single", {"correct": 1.0}, "correct: "),
        ("single", {"correct": [0, 1]}, "correct: .* one right choice"),
        ("single", {"correct": "1"}, "correct: "),
        ("multiple", {"correct": []}, "correct: is missing"),
        ("multiple", {"correct": [0, 0]}, "correct: names a choice twice"),
        ("multiple", {"correct": [[0]]}, "correct: "),
        ("order", {"correct": [0, 1]}, "correct: must hold every item once"),
        ("order", {"correct": [0, 1, 1]}, "correct: names a choice twice"),
        ("order", {"correct": 0}, "correct: must be a list"),
        ("true_false", {"correct": 1}, "correct: 1 is neither"),
        ("true_false", {"correct": "true"}, "correct: 'true' is neither"),
        ("number", {"correct": "1"}, "correct: '1' is no number"),
        ("number", {"correct": True}, "correct: True is no number"),
        ("number", {"correct": NAN}, "correct: must be between"),
        ("number", {"correct": INF}, "correct: must be between"),
        ("number", {"correct": 10**400}, "correct: must be between"),
        ("number", {"tolerance": -1}, "tolerance: must be between"),
        ("number", {"tolerance": NAN}, "tolerance: must be between"),
        ("number", {"tolerance": []}, "tolerance: "),
        ("text", {"correct": []}, "correct: .* 1 to 50"),
        ("text", {"correct": [str(n) for n in range(51)]}, "correct: .* 1 to 50"),
        ("text", {"correct": [" "]}, "correct: is missing"),
        ("text", {"correct": [5]}, "correct: 5 is no text"),
        ("text", {"correct": 5}, "correct: "),
        ("text", {"correct": "x" * 201}, "correct: has 201"),
        ("text", {"correct": "\ufdfa" * 12}, "correct: has 216"),
        ("text", {"correct": "co\u00adlour"}, "correct: holds a character that no answer may hold"),
        ("single", {"time_limit": 0}, "time_limit: must be between 1 and 3600"),
        ("single", {"time_limit": 3601}, "time_limit: "),
        ("single", {"time_limit": "20"}, "time_limit: '20' is no number"),
        ("single", {"points": -1}, "points: "),
        ("single", {"points": 10.5}, "points: 10.5 is no whole number"),
        ("single", {"points": 10_001}, "points: "),
        ("single", {"points": NAN}, "points: "),
        ("single", {"points": False}, "points: False is no number"),
    ],
)
def test_an_unsound_question_says_which_field_breaks_which_rule(kind: str, changes: dict[str, Any], reason: str) -> None:
    """The reason begins with the field's name."""
    with pytest.raises(ContentError, match=f"^{reason}"):
        question(raw(kind, **changes), 1)


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(TYPES), "text": st.text() | ANYTHING, "correct": ANYTHING},
        optional={
            "choices": st.lists(st.text(max_size=3), min_size=2, max_size=8) | ANYTHING,
            **{field: ANYTHING for field in ("id", "tolerance", "time_limit", "points", "explanation", "image")},
        },
    )
)
def test_anything_makes_a_question_or_a_content_error(given_raw: dict[str, Any]) -> None:
    """No content whatever raises anything else, the reason is short, and a question that was made has what its type needs."""
    try:
        made = question(given_raw, 1)
    except ContentError as error:
        reason = str(error)
    else:
        reason = ""
        assert (made.correct is None) == (made.type == "poll")
        assert [choice.id for choice in made.choices] == list(range(len(made.choices)))
        assert made.time_limit_ms >= 1000
    assert len(reason.encode()) < 600


@given(st.lists(st.text("abc", min_size=1, max_size=2), min_size=2, max_size=8))
def test_an_order_question_without_correct_lists_its_items_in_the_right_order(items: list[str]) -> None:
    """Such items are held in another order than listed, the same at each import, and `correct` restores the listed one."""
    made = question({"type": "order", "text": "?", "choices": items}, 1)
    assert [made.choices[one].text for one in made.correct] == items
    assert list(made.correct) != sorted(made.correct)
    assert [choice.id for choice in made.choices] == list(range(len(items)))
    assert question({"type": "order", "text": "?", "choices": items}, 1) == made


def test_an_order_question_with_correct_holds_its_items_as_listed() -> None:
    """The file's `correct` says the order, so nothing is shuffled, even if it is the order listed."""
    made = ask("order", correct=[0, 1, 2])
    assert [choice.text for choice in made.choices] == ["a", "b", "c"]
    assert made.correct == (0, 1, 2)


def test_spellings_are_tidied_and_kept_once() -> None:
    """Spellings that no answer could tell apart are one."""
    assert ask("text", correct=[" The  Sun", "the sun", "sun"]).correct == ("The Sun", "sun")
    assert ask("text", correct="Sun").correct == ("Sun",)
