from __future__ import annotations

from typing import Any

import pytest

from quiz.domain.errors import ContentError
from quiz.domain.quiz import MAX_QUESTIONS, Problem, Quiz, quiz

from .builders import raw


def made_of(questions: list[Any], file: str = "The file", **fields: Any) -> tuple[Quiz | None, list[Problem]]:
    return quiz({"questions": questions, **fields}, [f"line {n}" for n in range(1, len(questions) + 1)], file)


def test_a_sound_quiz_has_no_problems() -> None:
    """Questions are named q1, q2, … in order and the slug comes from the title."""
    made, problems = made_of([raw("single"), raw("poll")], "f", description=" About ", language="en")
    assert problems == []
    assert made is not None
    assert [one.id for one in made.questions] == ["q1", "q2"]
    assert (made.slug, made.title, made.description, made.language) == ("f", "f", "About", "en")


def test_unsound_questions_are_told_and_the_others_kept() -> None:
    """Each problem has the place that the reader knows; the sound questions keep their numbers."""
    made, problems = made_of([raw("single", text=""), raw("single"), 5, ContentError("cell 3: is torn"), raw("poll")])
    assert [str(problem) for problem in problems] == [
        "line 1: text: is missing",
        "line 3: is no object",
        "line 4: cell 3: is torn",
    ]
    assert made is not None
    assert [one.id for one in made.questions] == ["q2", "q5"]


def test_an_id_belongs_to_one_question() -> None:
    """The second question with an id is the problem, also if the first was given the name of its place."""
    made, problems = made_of([raw("single", id="x"), raw("single", id="x"), raw("single", id="q4"), raw("single")])
    assert [str(one) for one in problems] == ["line 2: id: 'x' is another question's", "line 4: id: 'q4' is another question's"]
    assert made is not None
    assert [one.id for one in made.questions] == ["x", "q4"]


@pytest.mark.parametrize(
    ("title", "file", "slug"),
    [
        ("Word pairs!", "x", "word-pairs"),
        (None, "My words", "my-words"),
        ("  ", "My words", "my-words"),
        ("词汇", "words", "words"),
    ],
)
def test_a_quiz_is_named_by_its_title_or_else_by_its_file(title: Any, file: str, slug: str) -> None:
    """The slug is made from the title, or from the file's name where that gives none."""
    made, _ = made_of([raw("single")], file, title=title)
    assert made is not None
    assert made.slug == slug


def test_a_title_in_any_script_will_do() -> None:
    """Where neither title nor file has a Latin letter, the slug is a name that stays the same."""
    first, problems = made_of([raw("single")], "测验", title="词汇")
    again, _ = made_of([raw("poll")], "测验", title="词汇")
    other, _ = made_of([raw("poll")], "测验", title="语法")
    assert problems == []
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.slug == again.slug != other.slug
    assert first.title == "词汇"


@pytest.mark.parametrize("title", [5, ["a"], "x" * 201, "\ud800", "a\0b"])
def test_a_title_that_is_none_is_told(title: Any) -> None:
    """A bad title is a problem of the file, and the quiz is called like the file."""
    made, problems = made_of([raw("single")], "Words", title=title)
    assert [problem.place for problem in problems] == ["file"]
    assert problems[0].reason.startswith("title: ")
    assert made is not None
    assert made.title == "Words"


@pytest.mark.parametrize(("field", "value"), [("description", "\ud800"), ("description", 3), ("language", "x" * 36)])
def test_a_description_that_is_none_is_told(field: str, value: Any) -> None:
    """What can't be stored is left out and told."""
    made, problems = made_of([raw("single")], **{field: value})
    assert len(problems) == 1
    assert problems[0].reason.startswith(f"{field}: ")
    assert made is not None
    assert (made.description, made.language) == ("", "")


@pytest.mark.parametrize("file", ["", " ", "x" * 201, "\udc80"])
def test_without_any_title_there_is_no_quiz(file: str) -> None:
    """Neither the quiz nor the file has a name that could be shown."""
    made, problems = made_of([raw("single")], file)
    assert made is None
    assert problems[0].reason.startswith("title: ")


def test_a_quiz_without_questions_is_none() -> None:
    """No question, or no sound one, makes no quiz."""
    assert made_of([]) == (None, [Problem("file", "holds no question")])
    assert made_of([None]) == (None, [Problem("line 1", "is no object", {})])


def test_a_quiz_is_bounded() -> None:
    """As many questions as are allowed will do, one more is one problem however long the list is."""
    made, problems = made_of([raw("true_false")] * MAX_QUESTIONS)
    assert problems == []
    assert made is not None
    assert len(made.questions) == MAX_QUESTIONS
    assert made_of([None] * (MAX_QUESTIONS + 1)) == (None, [Problem("file", f"holds more than {MAX_QUESTIONS} questions")])
