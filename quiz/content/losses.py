"""What an export leaves out, as it is told to who exports: each reason once, with the questions that it holds for."""

from __future__ import annotations

import msgspec

from quiz.content import formats
from quiz.domain.quiz import Quiz


class Loss(msgspec.Struct, frozen=True):
    """Something that a file doesn't hold, or holds in another way; `questions` from 1, none where it is of the whole quiz."""

    reason: str
    questions: list[int]


def losses(quiz: Quiz, format: str) -> list[Loss]:
    """What `formats.left_out` lists; raises ContentError for a format that does not exist."""
    numbers = {f"question {question.id}": number for number, question in enumerate(quiz.questions, 1)}
    found: dict[str, list[int]] = {}
    for problem in formats.left_out(quiz, format):
        reason = "id: becomes another" if problem.reason.startswith("id: ") else problem.reason
        questions = found.setdefault(reason, [])
        if problem.place in numbers:
            questions.append(numbers[problem.place])
    return [Loss(reason, questions) for reason, questions in found.items()]
