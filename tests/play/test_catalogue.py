"""Lists of thousands of quizzes, and what is asked of the store for them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.errors import ServerBusy
from quiz.domain.quiz import Quiz
from quiz.domain.text import fold
from quiz.play.catalogue import OLD, Catalogue
from tests.domain.builders import ask
from tests.store.shelves import MemoryQuizzes


class Shelf(MemoryQuizzes):
    """Counts what is read; may be away."""

    def __init__(self) -> None:
        self.time, self.read, self.away = 0, 0, False
        super().__init__(self._tick)

    def _tick(self) -> int:
        self.time += 1
        return self.time

    def summaries(self, owner: str | None, slugs: Any) -> Any:
        self.read += 1
        if self.away:
            raise ServerBusy
        return super().summaries(owner, slugs)


def quiz(slug: str, owner: str | None = "ann", title: str = "", tags: tuple[str, ...] = (), **more: Any) -> Quiz:
    return Quiz(slug, title or slug, (ask("single"),), owner=owner, tags=tags, **more)


def test_what_has_not_changed_is_not_read_again():
    """Only the shelf that has, and each once in a while, for releases that do not say what they change."""
    shelf, clock = Shelf(), [0.0]
    catalogue = Catalogue(shelf, lambda: clock[0])
    shelf.put(quiz("a"))
    shelf.put(quiz("b", None))
    for _ in range(3):
        assert catalogue.page(("ann", None)).total == 2
    assert shelf.read == 2
    shelf._quizzes["ann", "a"] = quiz("a", title="Of a release before")
    assert catalogue.page(("ann",)).listed[0].summary.title == "a"
    clock[0] = OLD + 1
    assert catalogue.page(("ann",)).listed[0].summary.title == "Of a release before"
    shelf.delete("a", "ann")
    assert catalogue.page(("ann", None)).total == 1
    assert catalogue.size("ann") == (0, 0)


def test_a_list_that_could_not_be_read_is_read_the_next_time():
    """Nothing half read is shown."""
    shelf = Shelf()
    catalogue = Catalogue(shelf, lambda: 0.0)
    shelf.put(quiz("a"))
    shelf.away = True
    with pytest.raises(ServerBusy):
        catalogue.page(("ann",))
    shelf.away = False
    assert catalogue.page(("ann",)).total == 1


TITLES = st.sampled_from(["Ant", "ant", "Bee hive", "bee", "Äpfel", "Straße", "strasse 2", "Zoo\u00a0 ﬁsh"])
QUIZZES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["ann", None]), TITLES, st.sets(st.sampled_from(["x", "X", "Y z"]))),
    max_size=10,
)


@given(
    QUIZZES,
    st.sampled_from(["", "ant", "BEE", "strasse", "fish zoo", "x", "e h"]),
    st.sampled_from([(), ("x",), ("X", "y Z")]),
    st.integers(1, 4),
)
def test_pages_are_the_list_and_the_list_is_what_was_asked_for(made: Any, words: str, tags: tuple[str, ...], most: int):
    """Compared with looking through all of them one by one."""
    shelf = Shelf()
    for slug, owner, title, its in made:
        shelf.put(quiz(slug, owner, title, tuple(its)))
    catalogue, seen, after = Catalogue(shelf, lambda: 0.0), [], None
    while True:
        page = catalogue.page(("ann", None), words, tags, after, most)
        seen += [(one.owner, one.summary.slug) for one in page.listed]
        after = page.after
        if after is None:
            break
    own = shelf.all("ann")
    every = [("ann", one) for one in own] + [(None, one) for one in shelf.all() if one.slug not in {each.slug for each in own}]
    wanted = [
        (owner, one.slug)
        for owner, one in sorted(every, key=lambda pair: (pair[1].title.casefold(), pair[1].slug))
        if all(word in fold(f"{one.title} {' '.join(one.tags)} {one.slug}") for word in fold(words).split())
        and {fold(tag) for tag in tags} <= {fold(tag) for tag in one.tags}
    ]
    assert (seen, page.total) == (wanted, len(wanted))
    counted = {fold(tag): count for tag, count in catalogue.tags(("ann", None))}
    assert counted == {
        tag: sum(tag in {fold(its) for its in one.tags} for _, one in every)
        for tag in {fold(its) for _, one in every for its in one.tags}
    }
