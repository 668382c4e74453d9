"""What is read of a file's text."""

from __future__ import annotations

from quiz.content.formats import read
from quiz.content.imports import Import
from quiz.domain.question import Question


def detected(data: str | bytes, name: str, format: str) -> Import:
    """What is imported of a file, whose format has to be found."""
    result = read(data.encode() if isinstance(data, str) else data, name)
    assert result.format == format
    return result


def sound(result: Import) -> tuple[Question, ...]:
    """The questions of an import without problems."""
    assert [str(problem) for problem in result.problems] == []
    assert result.quiz
    return result.quiz.questions
