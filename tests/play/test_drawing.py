"""Questions that are drawn: so many, of what was asked for, and the same again by the same seed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.errors import InvalidPayload, ServerBusy
from quiz.domain.game import Source
from quiz.domain.quiz import Quiz
from quiz.play.catalogue import Catalogue
from quiz.play.drawing import Drawing, drawn, drawn_of
from tests.domain.builders import ask
from tests.store.shelves import MemoryQuizzes

OWNERS = ("ann", None)


def quiz(slug: str, count: int, owner: str | None = None, tags: tuple[str, ...] = ("x",)) -> Quiz:
    questions = tuple(ask("single", id=f"q{n}", text=f"{owner} {slug} {n}") for n in range(count))
    return Quiz(slug, slug, questions, owner=owner, tags=tags)


def bank(*made: Quiz) -> tuple[MemoryQuizzes, Catalogue]:
    shelf = MemoryQuizzes(lambda: 0)
    for one in made:
        shelf.put(one)
    return shelf, Catalogue(shelf, lambda: 0.0)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(0, 2**32 - 1), st.data())
def test_each_question_is_drawn_at_most_once_and_the_same_again(counts: list[int], seed: int, data: Any):
    """From wherever it is; the game's ids are new, and what was drawn says what they were."""
    shelf, catalogue = bank(
        *(quiz(f"a{n}", count, OWNERS[n % 2]) for n, count in enumerate(counts)), quiz("other", 5, tags=("y",))
    )
    wanted = Drawing(data.draw(st.integers(1, sum(counts))), ("X",), seed)
    made, draw = drawn(shelf, catalogue, OWNERS, wanted)
    assert [one.id for one in made.questions] == [f"q{n + 1}" for n in range(wanted.count)]
    assert len(set(draw.sources)) == wanted.count
    assert [f"{one.owner} {one.quiz} {one.question[1:]}" for one in draw.sources] == [one.text for one in made.questions]
    assert drawn(shelf, catalogue, OWNERS, Drawing(wanted.count, draw.tags, draw.seed)) == (made, draw)
    assert not shelf.get(made.slug)


def test_of_all_of_them_each_is_drawn_about_as_often():
    """A question of a large quiz is no likelier than one of a small one."""
    shelf, catalogue = bank(quiz("large", 9), quiz("small", 1))
    seen = [drawn(shelf, catalogue, OWNERS, Drawing(1, ("x",), seed))[1].sources[0] for seed in range(2000)]
    assert 140 < seen.count(Source(None, "small", "q0")) < 270


def test_of_one_quiz_ids_and_title_stay():
    """Some of its questions, in the order in which they were drawn."""
    whole = quiz("a", 20)
    made, draw = drawn_of(whole, Drawing(5))
    assert (made.slug, made.title, len(made.questions)) == ("a", "a", 5)
    assert set(made.questions) <= set(whole.questions)
    assert drawn_of(whole, Drawing(5, seed=draw.seed)) == (made, draw)
    assert [one.question for one in draw.sources] == [one.id for one in made.questions]


def test_what_cannot_be_drawn_is_refused():
    """More than there are, of nothing, of a quiz and tags, and of a quiz that has shrunk since it was listed."""
    shelf, catalogue = bank(quiz("a", 3))
    for wanted in (Drawing(4, ("x",)), Drawing(1, ("none",)), Drawing(1)):
        with pytest.raises(InvalidPayload, match="draw"):
            drawn(shelf, catalogue, OWNERS, wanted)
    with pytest.raises(InvalidPayload, match="3"):
        drawn_of(quiz("a", 3), Drawing(4))
    with pytest.raises(InvalidPayload, match="both"):
        drawn_of(quiz("a", 3), Drawing(1, ("x",)))
    shelf._quizzes[None, "a"] = quiz("a", 1)
    with pytest.raises(ServerBusy):
        drawn(shelf, catalogue, OWNERS, Drawing(3, ("x",)))
