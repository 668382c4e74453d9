from __future__ import annotations

from quiz.content.samples import samples
from quiz.domain.question import TYPES


def test_the_bundled_quizzes_are_sound() -> None:
    """Three quizzes of at least 12 questions, English vocabulary among them, and every type of question is there."""
    bundled = list(samples())
    assert {quiz.slug for quiz in bundled} == {"english-vocabulary", "general-knowledge", "a-tour-of-the-question-types"}
    assert all(len(quiz.questions) >= 12 for quiz in bundled)
    assert all(quiz.description and quiz.language == "en" for quiz in bundled)
    assert {question.type for quiz in bundled for question in quiz.questions} == set(TYPES)
    assert {question.type for quiz in bundled if "tour" in quiz.slug for question in quiz.questions} == set(TYPES)
