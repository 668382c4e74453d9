"""The quizzes that a host has before them: their own, and the shared ones whose slugs they have not taken."""

from __future__ import annotations

from quiz.domain.errors import QuizNotFound
from quiz.domain.quiz import Quiz
from quiz.play.holdings import Quizzes


def readable(quizzes: Quizzes, name: str, slug: str) -> Quiz:
    """The host's quiz of this slug, or else the shared one; raises QuizNotFound, whoever else may have one."""
    found = quizzes.get(slug, name) or quizzes.get(slug)
    if found is None:
        raise QuizNotFound
    return found
