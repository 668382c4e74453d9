"""The quizzes that come along."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from quiz.content.formats import read
from quiz.domain.errors import ContentError
from quiz.domain.quiz import Quiz


def samples() -> Iterator[Quiz]:
    """The bundled quizzes, in the order of their files' names; raises ContentError if one is broken."""
    folder = files("quiz.content") / "samples"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        imported = read(file.read_bytes(), file.name, "json")
        if imported.quiz is None or imported.problems:
            raise ContentError(f"{file.name}: {'; '.join(map(str, imported.problems))}")
        yield imported.quiz
